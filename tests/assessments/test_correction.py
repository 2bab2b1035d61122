"""A result is corrected and deleted by hand; what that does to カオナビ is said before."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Role
from assessments.models import Assessment, PersonalityType, Scale
from departments.models import Department, RoleDepartment
from employees.models import Employee
from integrations.models import KaonaviConnection, ResultRegistration
from tests.factories.rows import (
    account,
    logged_in,
    make_change,
    make_department,
    make_job,
    make_person,
    make_result,
)

MENTAL = "motivation"  # やる気, of 現在のメンタルヘルス


@pytest.fixture
def result(db) -> Assessment:
    return make_result(make_person(), completed_at=datetime(2026, 4, 1, 1, 2, 3, 456, tzinfo=UTC), comment="一\n二")


def edit(result: Assessment) -> str:
    return reverse("assessments:edit", args=[result.public_id])


def delete(result: Assessment) -> str:
    return reverse("assessments:delete", args=[result.public_id])


def sent(client: Client, result: Assessment, **changes: str) -> dict[str, str]:
    """What a browser sends from the page as it is now, with some fields changed."""
    form = client.get(edit(result)).context["form"]
    shown = {field.name: "" if field.value() is None else str(field.value()) for field in form}
    shown["completed_at"] = (
        f"{timezone.localtime(result.completed_at):%Y-%m-%dT%H:%M:%S}" if result.completed_at else ""
    )
    return shown | {f"initial-{name}": text for name, text in shown.items()} | changes


def role(*rights: str, in_department: Department | None = None) -> Client:
    made = Role.objects.create(
        group=Group.objects.create(name="人事"), rights=[*rights], is_limited=in_department is not None
    )
    if in_department is not None:
        RoleDepartment.objects.create(role=made, department=in_department)
    return logged_in(account("editor", "人事"))


def test_those_who_may_are_offered_both_on_the_page_of_the_result(admin: Client, viewer: Client, result: Assessment):
    assert edit(result) in admin.get(result.get_absolute_url()).text
    assert delete(result) in admin.get(result.get_absolute_url()).text
    assert edit(result) not in viewer.get(result.get_absolute_url()).text


def test_it_writes_what_was_changed_and_says_which_fields(admin: Client, result: Assessment):
    changes = {"title": "秋の検査", "kind": "brain", "overall_score": "8.5", "score_listening": "61.5", "grade": "A"}
    answer = admin.post(
        edit(result), sent(admin, result, **changes, comment="三\r\n四", score_sociability=""), follow=True
    )
    assert "検査結果を訂正しました" in answer.text
    result.refresh_from_db()
    assert (result.title, result.personality_type.code, str(result.overall_score)) == ("秋の検査", "brain", "8.5")
    assert (result.comment, result.grade, result.scores["listening"]) == ("三\n四", "A", 61.5)
    assert "sociability" not in result.scores
    entry = AuditEntry.objects.get(action="edited")
    assert set(entry.detail["fields"]) == {*changes, "comment", "score_sociability"}


def test_a_corrected_result_is_no_longer_the_one_that_kaonavi_shows(admin: Client, result: Assessment):
    ResultRegistration.objects.create(employee=result.employee, assessment=result, confirmed_at=timezone.now())
    admin.post(edit(result), sent(admin, result))
    assert ResultRegistration.objects.exists()
    admin.post(edit(result), sent(admin, result, score_listening="61.5"))
    assert not ResultRegistration.objects.exists()


def test_nothing_changed_writes_nothing(admin: Client, result: Assessment):
    answer = admin.post(edit(result), sent(admin, result), follow=True)
    assert "変更された項目はありません" in answer.text
    assert Assessment.objects.get().completed_at == result.completed_at
    assert not AuditEntry.objects.exclude(action="viewed").exists()


def test_what_somebody_else_changed_meanwhile_stays(admin: Client, result: Assessment):
    form = sent(admin, result, score_listening="61.5", grade="A")
    Assessment.objects.update(title="春の検査", scores=result.scores | {"sociability": 20.0})
    admin.post(edit(result), form)
    result.refresh_from_db()
    assert (result.title, result.grade) == ("春の検査", "A")
    assert (result.scores["listening"], result.scores["sociability"]) == (61.5, 20.0)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("score_listening", "100.1"),
        ("score_listening", "-0.1"),
        ("score_listening", "50.55"),
        ("score_listening", "NaN"),
        ("score_listening", "五十"),
        ("overall_score", "10.1"),
        ("taken_on", ""),
        ("taken_on", "2026-02-30"),
        ("grade", "字" * 11),
        ("kind", "nobody"),
    ],
)
def test_a_bad_value_is_refused_and_nothing_typed_is_lost(admin: Client, result: Assessment, field: str, text: str):
    answer = admin.post(edit(result), sent(admin, result, title="秋の検査", **{field: text}))
    assert answer.context["form"].errors.keys() == {field}
    assert 'value="秋の検査"' in answer.text
    assert Assessment.objects.get().title == result.title


@pytest.mark.parametrize(("field", "text"), [("taken_on", "%Y-%m-%d"), ("completed_at", "%Y-%m-%dT00:00:00")])
def test_it_may_not_lie_on_a_day_to_come(admin: Client, result: Assessment, field: str, text: str):
    tomorrow = timezone.localtime() + timedelta(days=1)
    answer = admin.post(edit(result), sent(admin, result, **{field: tomorrow.strftime(text)}))
    assert answer.context["form"].errors.as_data()[field][0].code == "ASSESSMENT_DATE_INVALID"
    assert "未来の日付は入力できません。" in answer.text
    assert (Assessment.objects.get().taken_on, Assessment.objects.get().completed_at) == (
        result.taken_on,
        result.completed_at,
    )


def test_one_that_lies_there_already_can_be_corrected_otherwise(admin: Client, result: Assessment):
    Assessment.objects.update(taken_on=date(2999, 1, 1))
    result.refresh_from_db()
    assert admin.post(edit(result), sent(admin, result, title="秋の検査")).status_code == 302
    assert Assessment.objects.get().title == "秋の検査"


def test_further_bases_are_edited_added_and_taken_away(admin: Client, result: Assessment):
    team = result.judgements.create(basis="チーム基準", grade="B", overall_score="7.2")
    gone = result.judgements.create(basis="適性", grade="C")
    changes = {f"overall_score_on_{team.pk}": "7.5", f"grade_on_{gone.pk}": ""}
    added = {"new_basis": " 組織風土 ", "new_grade": "A", "new_overall_score": "8"}
    admin.post(edit(result), sent(admin, result, **changes, **added))
    assert [(row.basis, row.grade, str(row.overall_score)) for row in result.judgements.all()] == [
        ("チーム基準", "B", "7.5"),
        ("組織風土", "A", "8.0"),
    ]
    entry = AuditEntry.objects.get(action="edited")
    assert set(entry.detail["fields"]) == {*changes, *added}
    trail = admin.get(reverse("accounts:audit")).text
    assert "総合スコア（チーム基準）" in trail
    assert "組織風土" not in trail


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ({"new_grade": "A"}, "基準の名前を入力してください"),
        ({"new_basis": "適性"}, "判定か総合スコアを入力してください"),
        ({"new_basis": "会社 基準", "new_grade": "A"}, "上の「判定」と「総合スコア」に入力してください"),
        ({"new_basis": "ﾁｰﾑ基準", "new_grade": "A"}, "同じ名前の基準がすでにあります"),
        ({"new_basis": "適性", "new_overall_score": "10.1"}, "10"),
    ],
)
def test_a_basis_that_cannot_be_added_is_told(admin: Client, result: Assessment, added, said):
    result.judgements.create(basis="チーム基準", grade="B")
    answer = admin.post(edit(result), sent(admin, result, **added))
    assert any(said in error for errors in answer.context["form"].errors.values() for error in errors)
    assert result.judgements.count() == 1


def test_it_may_not_become_the_same_as_another_result(admin: Client, result: Assessment):
    other = make_result(result.employee, date(2026, 4, 2), completed_at=result.completed_at)
    answer = admin.post(edit(other), sent(admin, other, taken_on="2026-04-01"))
    assert "同じ検査結果がすでにあります" in answer.text


def test_an_unknown_type_stays_until_another_is_chosen(admin: Client):
    result = make_result(make_person(), personality_type=None, unknown_type="夢想家")
    assert "夢想家（設定にない名前のまま）" in admin.get(edit(result)).text
    admin.post(edit(result), sent(admin, result, grade="A"))
    result.refresh_from_db()
    assert (result.unknown_type, result.grade) == ("夢想家", "A")
    admin.post(edit(result), sent(admin, result, kind="brain"))
    result.refresh_from_db()
    assert (result.unknown_type, result.personality_type.code) == ("", "brain")
    admin.post(edit(result), sent(admin, result, kind=""))
    result.refresh_from_db()
    assert result.type_label == ""


def test_hidden_scales_are_not_shown_and_not_lost(result: Assessment):
    editor = role("edit_results", "view_results")
    assert f"score_{MENTAL}" not in editor.get(edit(result)).text
    editor.post(edit(result), sent(editor, result, score_listening="61.5") | {f"score_{MENTAL}": "1"})
    result.refresh_from_db()
    assert (result.scores["listening"], result.scores[MENTAL]) == (61.5, 50.0)


def test_a_limited_role_corrects_the_results_of_its_departments_alone(db):
    here, there = make_department("1", "営業部"), make_department("2", "人事部")
    mine = make_result(make_person(1, department=here))
    theirs = make_result(make_person(2, department=there))
    editor = role("edit_results", "view_results", in_department=here)
    assert editor.get(edit(mine)).status_code == 200
    for address in (edit(theirs), delete(theirs)):
        assert editor.get(address).status_code == editor.post(address).status_code == 404


def test_the_right_to_mental_health_for_some_departments_opens_it_for_their_people_alone(db):
    here, there = make_department("1", "営業部"), make_department("2", "人事部")
    mine, theirs = (make_result(make_person(n, department=place)) for n, place in ((1, here), (2, there)))
    seer = role("view_results")
    limited = Role.objects.create(
        group=Group.objects.create(name="産業医"), rights=["view_mental_health"], is_limited=True
    )
    RoleDepartment.objects.create(role=limited, department=here)
    Group.objects.get(name="産業医").user_set.add(*Group.objects.get(name="人事").user_set.all())
    assert "やる気" in seer.get(mine.get_absolute_url()).text
    assert "やる気" not in seer.get(theirs.get_absolute_url()).text


def test_it_is_deleted_after_asking(admin: Client, result: Assessment):
    assert "取り消せません" in admin.get(delete(result)).text
    answer = admin.post(delete(result), follow=True)
    assert "を削除しました" in answer.text
    assert not Assessment.objects.exists()
    assert Employee.objects.exists()
    assert (AuditEntry.objects.get().action, AuditEntry.objects.get().what) == ("deleted", "検査結果")


def registered(result: Assessment) -> None:
    ResultRegistration.objects.create(employee=result.employee, assessment=result, confirmed_at=timezone.now())


def said(client: Client, address: str) -> str:
    return client.get(address).text.partition("<main")[2]


def test_it_says_that_nothing_happens_in_kaonavi(admin: Client, result: Assessment):
    assert "カオナビと連携していないため、カオナビの内容は変わりません" in said(admin, edit(result))
    KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s")
    Employee.objects.update(employee_number="")
    for address in (edit(result), delete(result)):
        assert "この社員には社員番号がないため、カオナビの内容は変わりません" in said(admin, address)


def test_it_says_what_happens_in_kaonavi_to_the_only_result(admin: Client, connected, result: Assessment):
    registered(result)
    assert "この社員の最新の検査結果です" in said(admin, edit(result))
    assert "登録済みの内容はそのまま残ります" in said(admin, delete(result))
    assert "別の検査結果を取り込むと" in said(admin, delete(result))


def test_it_does_not_say_that_nothing_happens_where_it_only_does_not_know(admin: Client, connected, result: Assessment):
    """A correction forgets what カオナビ was seen to show; the record is there all the same."""
    make_result(result.employee, date(2025, 4, 1))
    for address in (edit(result), delete(result)):
        assert "まだカオナビに登録されていないか、登録後に変更されています" in said(admin, address)
    assert "取り除かれます" in said(admin, delete(result))


def test_it_says_what_happens_in_kaonavi_to_the_latest_and_to_an_older_result(
    admin: Client, connected, result: Assessment
):
    older = make_result(result.employee, date(2025, 4, 1))
    registered(result)
    assert "「最新性格検査結果（ミキワメ連携）」の受検日、16タイプ、尺度と" in said(admin, edit(result))
    assert "「最新性格検査結果（ミキワメ連携）」は2025/04/01の検査結果に更新され" in said(admin, delete(result))
    assert "最新の検査結果ではありません" in said(admin, edit(older))
    assert "レコードが取り除かれます。「最新性格検査結果（ミキワメ連携）」は変わりません" in said(admin, delete(older))


def run_with_changes() -> str:
    job = make_job("succeeded", "assessments_file")
    scores: list[object] = [{}, {"listening": 61.5, MENTAL: 33.3}]
    make_change(job, {"personality_type": ["", "brain"], "scores": scores}, what="assessment")
    make_change(job, {"やる気": [None, "44.4"], "傾聴傾向": [None, "61.5"]}, what="latest_sheet")
    return job.get_absolute_url()


def test_a_run_shows_scores_to_those_who_may_see_results(viewer: Client):
    page = viewer.get(run_with_changes()).text
    assert all(words in page for words in ("61.5", "33.3", "44.4", "ブレイン"))


def test_a_run_leaves_out_mental_health_for_those_who_may_not_see_it(db):
    page = role("view_jobs", "view_results").get(run_with_changes()).text
    assert ("61.5" in page, "33.3" in page, "44.4" in page) == (True, False, False)


def test_a_run_shows_no_results_to_those_who_may_not_see_them(db):
    page = role("view_jobs").get(run_with_changes()).text
    assert not any(words in page for words in ("61.5", "33.3", "44.4", "ブレイン"))
    assert "検査結果を見る権限がない" in page


def test_it_takes_few_statements_whatever_the_number_of_scales(admin: Client, statements, result: Assessment):
    statements(admin, edit(result))  # the first look within an hour is written down
    few = statements(admin, edit(result))
    Scale.objects.bulk_create(Scale(code=f"x{n}", name=f"尺度{n}", category="他") for n in range(50))
    PersonalityType.objects.bulk_create(PersonalityType(code=f"x{n}", name=f"型{n}") for n in range(50))
    assert statements(admin, edit(result)) == few
