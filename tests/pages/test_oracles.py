"""What a page only hints at: counts, seals and trial runs tell nobody what the rights keep from them."""

import re
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.rights import Right
from assessments.models import Assessment, PersonalityType, ProtectedName, Scale
from employees.models import Employee
from integrations.jobs.inline import run_inline
from integrations.models import SyncException, SyncJob
from tests.factories.rows import (
    make_change,
    make_department,
    make_issue,
    make_job,
    make_person,
    make_result,
    member_of_roles,
)
from tests.factories.run_pages import number_of_problems, problems_on

RESULTS = reverse("integrations:import", args=["results"])
IMPORT = [Right.VIEW_EMPLOYEES, Right.IMPORT_FILES]
DELETE = [Right.VIEW_EMPLOYEES, Right.DELETE_EMPLOYEES]
LIST = reverse("employees:list")
ADD_SCALE = reverse("assessments:add_scale")


@pytest.fixture(params=["nothing", "no mental health", "some departments"])
def importer(request: pytest.FixtureRequest, db) -> Client:
    """Somebody who may take files in, and cannot see every value of every result."""
    seen = [Right.VIEW_RESULTS, Right.VIEW_MENTAL_HEALTH]
    return {
        "nothing": lambda: member_of_roles((IMPORT, None)),
        "no mental health": lambda: member_of_roles(([*IMPORT, Right.VIEW_RESULTS], None)),
        "some departments": lambda: member_of_roles((IMPORT, None), (seen, make_department("1", "営業部"))),
    }[request.param]()


def results_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("検査結果.csv", "社員番号,受検日,判定\r\n0001,2026/04/01,A\r\n".encode())


def test_results_are_not_taken_in_by_somebody_who_cannot_see_them_all(importer: Client):
    assert importer.get(RESULTS).status_code == 403
    assert importer.post(RESULTS, {"file": results_file()}).status_code == 403
    assert importer.get(reverse("integrations:import_template", args=["results", "csv"])).status_code == 403
    assert not SyncJob.objects.exists()
    page = importer.get(LIST).text
    assert (RESULTS in page, reverse("integrations:import", args=["employees"]) in page) == (False, True)


def test_a_trial_run_of_somebody_else_is_neither_shown_nor_carried_out(importer: Client):
    job = make_job("held", SyncJob.Kind.ASSESSMENTS_FILE, options={"digest": "x"}, unchanged=1)
    for name in ("job", "error_file", "error_workbook"):
        assert importer.get(reverse(f"integrations:{name}", args=[job.pk])).status_code == 403, name
    for name in ("approve", "cancel"):
        assert importer.post(reverse(f"integrations:{name}", args=[job.pk])).status_code == 403, name
    job.refresh_from_db()
    assert job.status == "held"


def test_whoever_sees_every_value_takes_results_in_as_before(db):
    client = member_of_roles(([*IMPORT, Right.VIEW_RESULTS, Right.VIEW_MENTAL_HEALTH], None))
    assert client.post(RESULTS, {"file": results_file()}).status_code == 302
    job = SyncJob.objects.get()
    assert client.get(job.get_absolute_url()).status_code == 200
    assert RESULTS in client.get(LIST).text


def test_a_run_names_nobody_who_was_tested_to_somebody_without_that_right(viewer: Client):
    job = make_job("succeeded", "results", created=1)
    for what in ("assessment", "latest_sheet", "all_sheet"):
        make_change(job, {"受検日": ["", "2026-04-01"]}, what=what, key="0001")
    blind = member_of_roles(([Right.VIEW_EMPLOYEES, Right.VIEW_JOBS], None))
    for query in ({}, {"action": "update"}):
        page = blind.get(job.get_absolute_url(), query).text
        assert [word for word in ("青山", "0001", "2026-04-01", "2026/04/01") if word in page] == []
        assert page.count("（表示できません）") == 3
    for words, found in (("青山", 3), ("靑-山", 3), ("青 山", 3), ("0001", 3), ("０００１", 3), ("赤井", 0)):
        count = [client.get(job.get_absolute_url(), {"q": words}).context["changes"] for client in (viewer, blind)]
        assert [page.paginator.count for page in count] == [found, 0]


SHEET = "最新性格検査結果（ミキワメ連携）"
REFUSED = "シートを更新できません。カオナビのメッセージ：0001 の 77.7 は登録できません"


def test_no_sentence_of_a_sheet_names_who_was_tested_either(viewer: Client):
    job = make_job("failed", "results", message=REFUSED)
    make_issue(job, reason="SHEET_NOT_PERMITTED", subject_key=SHEET, field="更新", detail=REFUSED)
    make_issue(
        job, reason="SHEET_ITEM_REQUIRED", subject_key=SHEET, field="備考", value="社員番号：0001、0002", detail="x"
    )
    blind = member_of_roles(([Right.VIEW_JOBS], None))
    shown = {client: client.get(job.get_absolute_url()).text for client in (viewer, blind)}
    assert [("0001" in page, "77.7" in page, "シートを更新できません。" in page) for page in shown.values()] == [
        (True, True, True),
        (False, False, True),
    ]
    errors = b"".join(blind.get(reverse("integrations:error_file", args=[job.pk]))).decode()
    assert "0001" not in errors
    assert "シートを更新できません。" in errors
    counts = [number_of_problems(c.get(job.get_absolute_url(), {"q": "0002"})) for c in (viewer, blind)]
    assert counts == [1, 0]


Outcome = tuple[str, dict[str, int], list[tuple[str, str, str]], int]
PEOPLE_FILE = "メールアドレス,姓,名,姓（カナ）,名（カナ）\r\n{mail},別所,実,ベッショ,ミノル\r\n"


def outcomes_of(client: Client, person: Employee) -> Iterator[Outcome]:
    """What becomes of a file with another name beside the person's address, as its page tells it: first looked at, then
    done.
    """
    file = SimpleUploadedFile("社員.csv", PEOPLE_FILE.format(mail=person.email).encode())
    assert client.post(reverse("integrations:import", args=["employees"]), {"file": file}).status_code == 302
    job = SyncJob.objects.latest("pk")
    for step in ("look", "do"):
        if step == "do":
            assert client.post(reverse("integrations:approve", args=[job.pk])).status_code == 302
        job.refresh_from_db()
        run_inline(job)
        job.refresh_from_db()
        page = client.get(job.get_absolute_url())
        told = [(issue.reason, issue.subject_name, issue.detail) for issue in problems_on(page)]
        yield job.status, job.counts, told, page.context["changes"].paginator.count


def test_a_file_of_people_ends_alike_for_the_tested_and_the_untested(admin: Client):
    tested, untested = make_person(1, first_name="直樹"), make_person(2, first_name="直樹")
    make_result(tested)
    blind = member_of_roles((IMPORT, None))
    looked, done = outcomes = list(outcomes_of(blind, tested))
    assert outcomes == list(outcomes_of(blind, untested))
    assert (looked[1]["failed"], done[1]["failed"], done[1]["updated"]) == (1, 1, 0)
    assert "青山 直樹さんと同じ人かどうか判断できない" in done[2][0][2]
    assert Employee.objects.filter(last_name="青山").count() == 2
    seen = [[counts["failed"] for _, counts, *_ in outcomes_of(admin, person)] for person in (tested, untested)]
    assert seen == [[1, 1], [0, 0]]  # who may know it is asked less


def test_whom_a_run_of_others_asks_about_is_not_told_to_whoever_may_not_know_the_tested(viewer: Client):
    job = make_job("partial", failed=1)
    person = make_person(1)
    make_issue(job, reason="MEMBER_IDENTITY_UNCERTAIN", subject_name="別所 実", detail="秘密", object_id=person.pk)
    blind = member_of_roles(([Right.VIEW_JOBS, *IMPORT], None))
    shown = [client.get(job.get_absolute_url()).text for client in (viewer, blind)]
    assert [("別所" in page, "秘密" in page) for page in shown] == [(True, True), (False, False)]


def confirmation(client: Client, *people: Employee) -> tuple[str, str]:
    """The words and the fingerprint of the page that asks before people are deleted."""
    page = client.get(reverse("employees:delete_many"), {"person": [person.pk for person in people]})
    return page.text, page.context["selection"].fingerprint


def test_a_deletion_does_not_tell_who_has_been_tested(db):
    place = make_department("1", "営業部")
    person, other = make_person(1, department=place), make_person(2, department=place)
    blind = member_of_roles((DELETE, None))
    words, fingerprint = confirmation(blind, person)
    make_result(person)
    after, seal_after = confirmation(blind, person)
    assert seal_after == fingerprint
    assert "検査結果がある場合は、検査結果も削除されます" in words
    assert "検査結果がある場合は、検査結果も削除されます" in after
    assert "検査結果1件" not in after
    seeing = member_of_roles((DELETE, None), ([Right.VIEW_RESULTS], place))
    assert "検査結果1件も削除されます" in confirmation(seeing, person, other)[0]
    outside = make_person(3)
    assert "検査結果1件" not in confirmation(seeing, person, outside)[0]
    assert blind.post(reverse("employees:delete", args=[person.pk]), {"fingerprint": fingerprint}).status_code == 302
    assert not Employee.objects.filter(pk=person.pk).exists()


def test_a_merge_does_not_tell_who_has_been_tested(db):
    one, two = make_person(1), make_person(2, employee_number="0001")
    address = reverse("integrations:merge", args=[one.pk])
    blind, seeing = member_of_roles((DELETE, None)), member_of_roles(([*DELETE, Right.VIEW_RESULTS], None))
    seals = []
    for _ in range(2):
        page = blind.get(address)
        seals.append(page.context["pair"].fingerprint)
        assert "<dt>検査結果</dt>" not in page.text
        make_result(one)
    assert seals[0] == seals[1]
    assert "2件" in seeing.get(address).text
    blind.post(address, {"stays": str(two.pk), "fingerprint": seals[0]})
    assert two.assessments.count() == 2


def reference_pages() -> Iterator[str]:
    """All that a person who names types and scales can open, with a name that stands in results and one that does
    not.
    """
    yield reverse("assessments:reference")
    for text in ("夢想家", "どこにもない名前"):
        yield reverse("assessments:name_type") + f"?text={text}"
        yield reverse("assessments:add_type") + f"?name={text}"
    for kind in PersonalityType.objects.filter(code__in=["contributor", "promoter"]):
        yield reverse("assessments:delete_type", args=[kind.pk])
    for scale in Scale.objects.filter(code__in=["motivation", "listening"]):
        yield reverse("assessments:delete_scale", args=[scale.pk])


def shown_at(client: Client, address: str) -> str:
    """The page, without what differs at any time."""
    return re.sub(r'(csrfmiddlewaretoken" value|nonce|data-request)="[^"]*"', "", client.get(address, follow=True).text)


NAMING = ([Right.EDIT_REFERENCE], None)


def test_whoever_names_types_and_may_see_no_results_learns_nothing_of_them(db):
    """Not which types people have, nor what files called one, nor whether a type or scale is in use."""
    blind = member_of_roles(NAMING)
    of_some = member_of_roles(NAMING, ([Right.VIEW_RESULTS, Right.VIEW_MENTAL_HEALTH], make_department("1", "営業部")))
    addresses = list(reference_pages())
    before = [[shown_at(client, address) for address in addresses] for client in (blind, of_some)]
    kind = PersonalityType.objects.get(code="contributor")
    make_result(make_person(1), personality_type=kind)
    make_result(make_person(2), personality_type=None, unknown_type="夢想家")
    assert [[shown_at(client, address) for address in addresses] for client in (blind, of_some)] == before
    # nor by trying
    options = {"option": ["エース", "スター"]}
    for code in ("contributor", "promoter"):
        there = PersonalityType.objects.get(code=code)
        assert (
            "全社のすべての検査結果を見る権限" in blind.post(reverse("assessments:delete_type", args=[there.pk])).text
        )
        assert PersonalityType.objects.filter(pk=there.pk).exists()
    answer = blind.post(reverse("assessments:adopt_types"), options, follow=True).text
    assert "全社の検査結果を見る権限が必要です" in answer
    said = [
        blind.post(f"{reverse('assessments:name_type')}?text={text}", {"type": kind.pk}, follow=True).text
        for text in ("夢想家", "どこにもない名前")
    ]
    assert ["この名前のままの検査結果があれば、16タイプを設定しました" in text for text in said] == [True, True]
    assert Assessment.objects.filter(personality_type=kind).count() == 2


def test_how_many_results_have_a_type_is_told_to_those_who_may_see_results(db):
    kind = PersonalityType.objects.get(code="contributor")
    make_result(make_person(1), personality_type=kind)
    make_result(make_person(2), personality_type=None, unknown_type="夢想家")
    pages = [
        reverse("assessments:reference"),
        reverse("assessments:delete_type", args=[kind.pk]),
        reverse("assessments:name_type") + "?text=夢想家",
        reverse("assessments:add_type") + "?name=夢想家",
    ]
    seeing = member_of_roles(([Right.EDIT_REFERENCE, Right.VIEW_RESULTS], None))
    assert [page for page in pages if "1件" not in seeing.get(page).text] == []
    said = seeing.post(pages[2], {"type": kind.pk}, follow=True).text
    assert "検査結果1件に16タイプを設定しました" in said


def test_whether_anybody_has_a_score_is_told_to_those_who_see_every_value(db):
    scale = Scale.objects.get(code="motivation")
    make_result(make_person(), scores={"motivation": 50.0})
    address = reverse("assessments:delete_scale", args=[scale.pk])
    rights = [Right.EDIT_REFERENCE, Right.VIEW_RESULTS]
    assert "1件" in member_of_roles(([*rights, Right.VIEW_MENTAL_HEALTH], None)).get(address).text
    assert "全社のすべての検査結果を見る権限" in member_of_roles((rights, None)).get(address).text


@pytest.fixture
def editor(db) -> Client:
    """Somebody who edits scales and may not see those of 現在のメンタルヘルス."""
    return member_of_roles(([Right.VIEW_EMPLOYEES, Right.VIEW_RESULTS, Right.EDIT_REFERENCE], None))


def scale_fields(name: str, category: str = "活力", aliases: str = "") -> dict[str, str]:
    return {"name": name, "category": category, "aliases": aliases, "description": "", "order": "90"}


@pytest.mark.parametrize("fields", [scale_fields("や る気"), scale_fields("活発さ", aliases="元気さ\nやる　気")])
def test_the_name_of_a_protected_scale_stays_its_own_when_that_is_called_otherwise(fields, editor: Client):
    scale = Scale.objects.get(code="motivation")
    edit = reverse("assessments:edit_scale", args=[scale.pk])
    assert editor.post(edit, scale_fields("気力", scale.category, "意欲")).status_code == 302
    scale.refresh_from_db()
    assert scale.name == "気力"
    answer = editor.post(ADD_SCALE, fields)
    assert "ほかの尺度には使えません" in answer.text
    assert not Scale.objects.filter(category="活力", order=90).exists()
    open_one = Scale.objects.exclude(category=scale.category).first()
    answer = editor.post(
        reverse("assessments:edit_scale", args=[open_one.pk]), scale_fields(open_one.name, open_one.category, "やる気")
    )
    assert "ほかの尺度には使えません" in answer.text


def test_it_stays_reserved_when_the_scale_is_no_more_and_may_be_taken_by_a_protected_one(editor: Client, admin: Client):
    assert editor.post(ADD_SCALE, scale_fields("眠り", "現在のメンタルヘルス", "睡眠")).status_code == 302
    scale = Scale.objects.get(name="眠り")
    assert admin.post(reverse("assessments:delete_scale", args=[scale.pk])).status_code == 302
    assert not Scale.objects.filter(name="眠り").exists()
    for name in ("眠り", "睡眠"):
        assert "ほかの尺度には使えません" in editor.post(ADD_SCALE, scale_fields(name)).text
    assert editor.post(ADD_SCALE, scale_fields("睡眠", "現在のメンタルヘルス")).status_code == 302


def test_the_names_are_rows_that_a_migration_has_put_there_and_nobody_changes(editor: Client):
    assert {"充実感", "安心感", "やる気"} <= set(ProtectedName.objects.values_list("name", flat=True))


def test_the_form_of_a_role_says_what_taking_results_in_needs(admin: Client):
    assert "検査結果のファイルを取り込むには、「ファイルを取り込む」のほかに" in admin.get(reverse("roles:add")).text


def test_a_deletion_says_of_everybody_alike_that_exceptions_go_too(admin: Client):
    person = make_person(1)
    said = "同期の例外を設定している場合は、その設定も削除されます"
    assert said in admin.get(reverse("employees:delete", args=[person.pk])).text
    SyncException.objects.create(kind="not_sent", employee=person)
    assert said in admin.get(reverse("employees:delete", args=[person.pk])).text
