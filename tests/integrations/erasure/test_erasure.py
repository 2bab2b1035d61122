"""A person who is deleted is forgotten: nothing of them is left in any column of the database, whatever way they go."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from assessments.models import Assessment
from employees.models import Employee, IdentityDecision
from integrations.jobs.records import write_issues
from integrations.models import (
    Export,
    ProblemNote,
    ResultRegistration,
    SourceFile,
    SyncChange,
    SyncException,
    SyncIssue,
    SyncJob,
    UnseenEmployee,
)
from integrations.reasons import REASONS, Reason
from integrations.rules.plan import finding
from tests.factories.rows import make_change, make_chunk, make_job, make_person, make_result

MAIL, OLD_MAIL, NUMBER, OLD_NUMBER = "canary@example.co.jp", "canary-old@example.co.jp", "CANARY-7", "CANARY-6"
LAST, FIRST, KANA, POSITION = "金糸雀", "歌子", "カナリヤ", "鳥係"
NAME = f"{LAST} {FIRST}"
BORN, TITLE, GRADE, COMMENT, SCORE = "1991-09-09", "小鳥検査", "鳥級", "よく歌います。", 77.7
OF_PERSON = (MAIL, OLD_MAIL, NUMBER, OLD_NUMBER, LAST, FIRST, KANA, POSITION, BORN)
OF_RESULT = (TITLE, GRADE, COMMENT, str(SCORE))
BINARY = (bytes, memoryview)


def columns() -> Iterator[tuple[str, str, object]]:
    """Each value of each column of each table, whatever Django knows of it: table, column, value."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description or ()]
            for row in cursor.fetchall():
                yield from ((table, name, value) for name, value in zip(names, row, strict=True))


def left_of(canaries: tuple[str, ...]) -> set[tuple[str, str, str]]:
    """Where which canary still sings. JSON may hide Japanese behind escapes, bytes behind an encoding."""
    found = set()
    for table, column, value in columns():
        text = bytes(value).decode(errors="replace") if isinstance(value, BINARY) else str(value)
        if isinstance(value, dict | list):
            text = json.dumps(value, ensure_ascii=False)
        told = text + (text.encode().decode("unicode_escape", errors="replace") if "\\u" in text else "")
        found |= {(table, column, canary) for canary in canaries if canary.lower() in told.lower()}
    return found


def tell(job: SyncJob, reason: Reason, **fields: Any) -> None:
    """An issue as a run tells it; blanks of its sentence that are not given are filled with a dash."""
    words = "others holder same different number theirs ours other people sheet expected limit length position rows"
    words += " records times count format lost difference cells columns confirmed total hint"
    blanks: dict[str, Any] = dict.fromkeys(words.split(), "－")
    write_issues(job, [finding(reason, **(blanks | fields))])


@pytest.fixture
def other(db) -> Employee:
    """Somebody who stays."""
    return make_person(2, last_name="赤井", first_name="誠")


@pytest.fixture
def canary(db, other: Employee) -> Employee:
    """Somebody with a result, of whom all kinds of run have told something."""
    person = make_person(
        email=MAIL,
        employee_number=NUMBER,
        last_name=LAST,
        first_name=FIRST,
        last_name_kana=KANA,
        first_name_kana="ウタコ",
        birth_date=date.fromisoformat(BORN),
        position=POSITION,
        last_seen_at=timezone.now(),
    )
    result = make_result(person, title=TITLE, grade=GRADE, comment=COMMENT, scores={"sociability": SCORE})
    result.judgements.create(basis="鳥の基準", grade=GRADE)
    told_by_employees(person, other)
    told_by_files(person, result)
    told_by_uploads(person)
    for words in (f"{LAST}&retired=no", "%EF%BD%B6%EF%BE%85%EF%BE%98%EF%BE%94", quote("かなりや-うたこ")):
        Export.objects.create(kind="employees", form="csv", query=f"q={words}", rows=1)
    IdentityDecision.objects.create(employee=person, employee_number="9", email="x@example.co.jp", is_same=True)
    IdentityDecision.objects.create(employee=other, employee_number=NUMBER, email=MAIL, is_same=False)
    ResultRegistration.objects.create(employee=person, assessment=result, confirmed_at=timezone.now())
    UnseenEmployee.objects.create(row=person, seen_at=timezone.now())
    said_of_problems(other)
    for one in (person, other):
        SyncException.objects.create(kind="pinned", employee=one, item="position", reason=f"{NAME}の希望")
    for key in ({"email": MAIL}, {"employee_number": NUMBER}):
        SyncException.objects.create(kind="excluded", reason=NAME, **key)
    return person


def said_of_problems(other: Employee) -> None:
    """対応不要, with the value's digest, and a memo: of the person's own problems, and of somebody's who stays."""
    known = SyncIssue.objects.exclude(fingerprint=None).exclude(subject_key="")
    digests = dict(known.exclude(email=other.email).values_list("fingerprint", "value_digest"))
    ProblemNote.objects.bulk_create(
        ProblemNote(
            fingerprint=problem or 0, set_aside_at=timezone.now(), value_digest=digest, reason=f"{NAME}は退職予定"
        )
        for problem, digest in digests.items()
    )
    ProblemNote.objects.bulk_create(
        ProblemNote(fingerprint=problem or 0, assignee=f"{LAST}{FIRST}", memo=f"{MAIL}と同じ")
        for problem in set(known.filter(email=other.email).values_list("fingerprint", flat=True))
    )


def told_by_employees(person: Employee, other: Employee) -> None:
    first = make_job("partial", created=1, failed=5)
    values = {"email": OLD_MAIL, "employee_number": OLD_NUMBER, "last_name": LAST, "first_name": FIRST}
    created = {name: [None, value] for name, value in {**values, "birth_date": BORN, "position": POSITION}.items()}
    make_change(first, created, "create", object_id=person.pk, key=OLD_MAIL, name=NAME)
    done = make_job("partial", updated=1)
    make_change(done, {"email": [OLD_MAIL, MAIL]}, object_id=person.pk, key=MAIL, name=f"{LAST}　{FIRST}")
    make_change(done, {"email": [MAIL, other.email]}, object_id=other.pk, key=other.email, name="赤井 誠")
    tell(first, Reason.MEMBER_MAIL_INVALID, key=OLD_NUMBER, value=f"{MAIL}＠")
    tell(first, Reason.MEMBER_VALUE_TOO_LONG, email=f" {MAIL.upper()}", field="役職", value=POSITION)
    tell(first, Reason.MEMBER_DATE_INVALID, name=f"{LAST}　{FIRST}", field="生年月日", value=BORN)
    tell(
        first,
        Reason.MEMBER_MAIL_INVALID,
        key="0004",
        name="緑川 葉",
        value="Ｃanary",
        detail=f"見た目がよく似た「{MAIL}」",
    )
    tell(first, Reason.MEMBER_MAIL_DUPLICATE, key="0002", name="赤井 誠", email=other.email, others=f"{NUMBER}、0003")
    tell(done, Reason.MEMBER_NUMBER_SHARED, key="0002", name="赤井 誠", email=other.email, others=f"{NAME}（{MAIL}）")
    tell(
        done,
        Reason.MEMBER_IDENTITY_UNCERTAIN,
        key="0009",
        name="新井 学",
        holder=NAME,
        different=f"生年月日（{BORN}／－）",
    )
    SyncIssue.objects.filter(reason=Reason.MEMBER_IDENTITY_UNCERTAIN).update(object_id=person.pk)
    held = make_job("held", options={"dry_run": True, "digest": "x"})
    make_change(held, {"position": [POSITION, "部長"]}, object_id=person.pk, key=MAIL, name=NAME)
    make_change(held, created, "create", key=MAIL, name=NAME)


def told_by_files(person: Employee, result: Assessment) -> None:
    done = make_job("partial", "assessments_file", file_name=f"{NUMBER}の結果.csv")
    plain = {"employee": MAIL, "title": TITLE, "grade": GRADE, "comment": COMMENT}
    fields: dict[str, list[object]] = {name: [None, value] for name, value in plain.items()}
    fields |= {"scores": [None, {"sociability": SCORE}], "judgements": [None, {"判定（鳥の基準）": GRADE}]}
    named = {"what": "assessment", "key": NUMBER, "name": f"{NAME}　{TITLE}（2026/04/01）"}
    make_change(done, fields, "create", object_id=result.pk, **named)
    tell(done, Reason.ASSESSMENT_VALUE_INVALID, key=NUMBER, name=NAME, email=MAIL, field="判定", value=GRADE)
    tell(done, Reason.FILE_NUMBER_FORMATTED, field="社員番号", value=NUMBER)
    tell(done, Reason.ASSESSMENT_PERSON_AMBIGUOUS, key="0002", others=f"社員番号は{NAME} {MAIL}を指しています")
    headless = make_job("failed", "employees_file", message=f"列「姓」がありません。（1行目：{MAIL}、{LAST}、{FIRST}）")
    SyncJob.objects.filter(pk=headless.pk).update(file_name=f"{LAST}_{FIRST}.csv")
    tell(headless, Reason.FILE_COLUMN_MISSING, field="姓", detail=f"（1行目：{NUMBER}、{NAME}）")
    tell(headless, Reason.FILE_COLUMN_UNKNOWN, field=MAIL)
    for kind in ("employees_file", "assessments_file"):
        held = make_job("held", kind, options={"dry_run": True, "digest": "x"}, file_name=f"{LAST}さん.csv")
        SourceFile.objects.create(job=held, name="x.csv", content=f"{NUMBER},{MAIL},{NAME},{GRADE}".encode())
        make_change(held, fields if kind == "assessments_file" else {"email": [None, MAIL]}, "create", **named)


def told_by_uploads(person: Employee) -> None:
    done = make_job("partial", "results")
    line = {"レコード": [[], [f"2026/04/01 {TITLE} {SCORE}"]]}
    make_change(done, {"社交性": ["50.0", str(SCORE)]}, what="latest_sheet", object_id=person.pk, key=NUMBER, name=NAME)
    make_change(done, line, what="all_sheet", object_id=person.pk, key=NUMBER, name=NAME)
    own = {"key": NUMBER, "name": NAME, "email": MAIL}
    tell(done, Reason.RESULT_REFUSED, **own, detail=f"社員番号 {NUMBER} の {SCORE} は登録できません")
    tell(done, Reason.RESULT_STALE, key=NUMBER, name=NAME, field="受検日", value="2026/04/01")
    tell(
        done,
        Reason.SHEET_ITEM_REQUIRED,
        key="最新性格検査結果（ミキワメ連携）",
        field="備考",
        value=f"社員番号：0001、{NUMBER}",
    )
    words = f"カオナビのメッセージ：{NUMBER} の {SCORE} は登録できません"
    for reason in (Reason.KAONAVI_REQUEST_REFUSED, Reason.SHEET_NOT_PERMITTED, Reason.SHEET_MISSING):
        tell(done, reason, key="最新性格検査結果（ミキワメ連携）", field="更新", detail=words)
    tell(done, Reason.RESULT_REFUSED, key="0003", name="黄 真", detail=words)
    make_job("failed", "results", message=words)
    make_chunk(done, people=1, state="refused", messages=[f"{NUMBER} {NAME} の {SCORE} は登録できません"])
    held = make_job("held", "results", options={"dry_run": True, "digest": "x"})
    make_change(held, line, what="all_sheet", object_id=person.pk, key=NUMBER, name=NAME)


def confirmed(client: Client, address: str) -> None:
    fingerprint = client.get(address).context["selection"].fingerprint
    client.post(address, {"fingerprint": fingerprint})


DOORS: dict[str, Callable[[Client, Employee], object]] = {
    "the person's page": lambda client, person: confirmed(client, reverse("employees:delete", args=[person.pk])),
    "ticks": lambda client, person: confirmed(client, f"{reverse('employees:delete_many')}?person={person.pk}"),
    "everybody in the list": lambda client, _: confirmed(client, f"{reverse('employees:delete_many')}?all=1&q={FIRST}"),
    "a query": lambda _, person: Employee.objects.filter(pk=person.pk).delete(),
    "an object, as Django's admin and shell do it": lambda _, person: person.delete(),
}


@pytest.mark.parametrize("door", DOORS)
def test_it_leaves_nothing_of_a_person_whatever_the_door(door: str, admin: Client, canary: Employee):
    assert {canary for _, _, canary in left_of((*OF_PERSON, *OF_RESULT))} == {*OF_PERSON, *OF_RESULT}
    rows = SyncChange.objects.count(), SyncIssue.objects.count(), SyncJob.objects.count(), Export.objects.count()
    planned = SyncChange.objects.filter(job__status="held", job__kind__endswith="_file").count()
    DOORS[door](admin, canary)
    assert not Employee.objects.filter(last_name=LAST).exists()
    assert left_of((*OF_PERSON, *OF_RESULT)) == set()
    changes, *others = rows
    assert (SyncIssue.objects.count(), SyncJob.objects.count(), Export.objects.count()) == (*others,)
    assert SyncChange.objects.count() == changes - planned


def edited(client: Client, address: str, **values: str) -> None:
    """Send the form as the page shows it, with these values."""
    form = client.get(address).context["form"]
    shown = {name: form[name].value() or "" for name in form.fields if form[name].value() is not False}
    answer = client.post(address, shown | {f"initial-{name}": value for name, value in shown.items()} | values)
    assert answer.status_code == 302


def renamed_on_pages(client: Client, person: Employee) -> None:
    """As after a marriage: 編集, then メールアドレスを変更する, which asks once."""
    edited(client, reverse("employees:edit", args=[person.pk]), last_name="山田", last_name_kana="ヤマダ")
    edited(client, reverse("employees:edit", args=[person.pk]), first_name="葉", employee_number="N-9")
    page = reverse("employees:mail", args=[person.pk])
    client.post(page, {"email": "yamada@example.co.jp", "confirmed": MAIL})


def renamed_by_query(_: Client, person: Employee) -> None:
    new = {"email": "yamada@example.co.jp", "employee_number": "N-9", "last_name": "山田", "first_name": "葉"}
    Employee.objects.filter(pk=person.pk).update(**new, last_name_kana="ヤマダ")


@pytest.mark.parametrize("rename", [renamed_on_pages, renamed_by_query])
def test_it_leaves_nothing_of_somebody_whose_keys_and_name_were_changed_by_hand(
    rename: Callable[[Client, Employee], None], admin: Client, canary: Employee
):
    SyncChange.objects.filter(what="employee").delete()  # by which an import would know what was before
    rename(admin, canary)
    canary.refresh_from_db()
    assert (canary.email, canary.employee_number, canary.full_name) == ("yamada@example.co.jp", "N-9", "山田 葉")
    DOORS["the person's page"](admin, canary)
    # OLD_MAIL and OLD_NUMBER were known by the changes alone
    assert left_of((MAIL, NUMBER, LAST, FIRST, KANA, POSITION, BORN, *OF_RESULT)) == set()


def test_who_has_the_former_key_now_keeps_what_is_told_of_it(admin: Client, canary: Employee, other: Employee):
    renamed_by_query(admin, canary)
    Employee.objects.filter(pk=other.pk).update(email=MAIL, employee_number=NUMBER)
    tell(make_job("partial"), Reason.MEMBER_VALUE_TOO_LONG, key=NUMBER, name="赤井 誠", email=MAIL, value="mine")
    decision = IdentityDecision.objects.create(employee=other, employee_number="5", email=MAIL, is_same=True)
    DOORS["the person's page"](admin, canary)
    assert SyncIssue.objects.get(value="mine").email == MAIL
    assert IdentityDecision.objects.filter(pk=decision.pk).exists()


def test_it_keeps_of_others_what_is_theirs(admin: Client, canary: Employee, other: Employee):
    make_job("succeeded", "employees_file", file_name="2026年4月_赤井誠.csv")
    DOORS["the person's page"](admin, canary)
    assert SyncJob.objects.filter(file_name="2026年4月_赤井誠.csv").exists()
    assert set(SyncJob.objects.exclude(file_name="").values_list("file_name", flat=True)) == {
        "2026年4月_赤井誠.csv",
        "（消去しました）",
    }
    shared = SyncIssue.objects.get(reason=Reason.MEMBER_NUMBER_SHARED)
    assert (shared.subject_key, shared.subject_name, shared.email) == ("0002", "赤井 誠", other.email)
    assert "消去しました" in shared.detail
    assert SyncChange.objects.get(what="employee", object_id=other.pk).fields == {
        "email": ["（消去しました）", other.email]
    }


def test_what_was_said_of_problems_goes_with_whom_it_is_about_and_stays_of_others(admin: Client, canary: Employee):
    own = set(SyncIssue.objects.filter(subject_key=NUMBER).values_list("fingerprint", "value_digest"))
    assert own
    DOORS["the person's page"](admin, canary)
    assert not ProblemNote.objects.filter(fingerprint__in=[fingerprint for fingerprint, _ in own]).exists()
    digests = {digest for _, digest in own}
    assert not digests & set(SyncIssue.objects.exclude(value="").values_list("value_digest", flat=True))
    assert not SyncIssue.objects.filter(fingerprint__lt=0, subject_name__startswith="削除").exclude(value_digest=None)
    kept = ProblemNote.objects.filter(set_aside_at=None).values_list("assignee", "memo").distinct()
    assert list(kept) == [("（消去しました）", "（消去しました）")]


def test_what_was_said_of_a_problem_of_a_result_goes_with_the_result(admin: Client, canary: Employee):
    refused = SyncIssue.objects.filter(reason=Reason.RESULT_REFUSED, subject_key=NUMBER).values("fingerprint")
    assert ProblemNote.objects.filter(fingerprint__in=refused).exists()
    result = Assessment.objects.get(employee=canary)
    admin.post(reverse("assessments:delete", args=[result.public_id]))
    assert not ProblemNote.objects.filter(fingerprint__in=refused).exists()
    mails = SyncIssue.objects.filter(reason=Reason.MEMBER_MAIL_INVALID, subject_key=OLD_NUMBER).values("fingerprint")
    assert ProblemNote.objects.filter(fingerprint__in=mails).exists()


def test_the_pages_of_the_runs_say_that_somebody_was_there(admin: Client, canary: Employee):
    label = f"削除された社員 #{canary.pk}"
    jobs = list(SyncJob.objects.values_list("pk", "kind", "status"))
    DOORS["the person's page"](admin, canary)
    told = {(kind, status): admin.get(reverse("integrations:job", args=[pk])).text for pk, kind, status in jobs}
    assert label in told["employees", "partial"]
    assert label in told["employees", "held"]
    assert label in told["assessments_file", "partial"]
    assert label in told["results", "partial"]
    assert "値は消去されたか" in told["results", "partial"]
    assert "取りやめになりました" in told["employees_file", "held"]
    for pk, *_ in jobs:
        assert admin.get(reverse("integrations:error_file", args=[pk])).status_code == 200


def test_a_search_that_named_somebody_is_not_made_again_for_everybody(admin: Client, canary: Employee):
    DOORS["the person's page"](admin, canary)
    assert set(Export.objects.values_list("query", flat=True)) == {
        "q=%E5%89%8A%E9%99%A4%E3%81%95%E3%82%8C%E3%81%9F%E7%A4%BE%E5%93%A1&retired=no",
        "q=%E5%89%8A%E9%99%A4%E3%81%95%E3%82%8C%E3%81%9F%E7%A4%BE%E5%93%A1",
    }


def test_it_leaves_nothing_of_a_deleted_result(admin: Client, canary: Employee):
    result = Assessment.objects.get(employee=canary)
    admin.get(result.get_absolute_url())
    admin.post(reverse("assessments:delete", args=[result.public_id]))
    assert not Assessment.objects.exists()
    assert left_of((*OF_RESULT, "2026/04/01")) == set()
    labels = AuditEntry.objects.filter(what="検査結果").order_by("pk").values_list("action", "label")
    assert list(labels) == [("viewed", f"#{result.pk}"), ("deleted", f"削除された検査結果 #{result.pk}")]
    own = SyncIssue.objects.get(reason=Reason.ASSESSMENT_VALUE_INVALID)
    assert (own.subject_name, own.value) == (NAME, "")


def test_it_leaves_nothing_of_what_a_result_was_corrected_from(admin: Client, canary: Employee):
    result = Assessment.objects.get(employee=canary)
    address = reverse("assessments:edit", args=[result.public_id])
    form = admin.get(address).context["form"]
    sent = {name: form[name].value() if form[name].value() is not None else "" for name in form.fields}
    sent |= {f"initial-{name}": value for name, value in sent.items()}
    judged = result.judgements.get()
    right = {"grade": "A", f"grade_on_{judged.pk}": "B", "taken_on": "2026-04-01", "initial-taken_on": "2026-04-01"}
    admin.post(address, sent | right)
    assert (Assessment.objects.get().grade, result.judgements.get().grade) == ("A", "B")
    held = SyncJob.objects.filter(kind="assessments_file", status="held").values("pk")
    SourceFile.objects.filter(job__in=held).delete()
    SyncChange.objects.filter(job__in=held).delete()
    assert {found for found in left_of((GRADE,)) if found[0] != "integrations_sourcefile"} == set()


def test_merging_leaves_nothing_of_the_record_that_goes(admin: Client, canary: Employee):
    stays = make_person(3, employee_number=NUMBER, last_name="黄", first_name="真", last_seen_at=timezone.now())
    page = reverse("integrations:merge", args=[canary.pk])
    context = admin.get(page).context
    admin.post(page, {"stays": stays.pk, "fingerprint": context["pair"].fingerprint})
    assert list(Employee.objects.filter(employee_number=NUMBER)) == [stays]
    assert left_of((MAIL, OLD_MAIL, LAST, FIRST, KANA, POSITION, BORN)) == set()
    assert Assessment.objects.get(title=TITLE).employee == stays


def test_somebody_of_the_same_name_keeps_what_was_told_of_them(admin: Client, canary: Employee):
    namesake = make_person(5, last_name=LAST, first_name=FIRST)
    tell(make_job("partial"), Reason.MEMBER_MAIL_INVALID, key=namesake.employee_number, name=NAME, value="mine")
    DOORS["the person's page"](admin, canary)
    kept = SyncIssue.objects.get(value="mine")
    assert (kept.subject_key, kept.subject_name) == (namesake.employee_number, NAME)


def test_a_department_whose_code_is_somebodys_number_keeps_what_was_told_of_it(admin: Client, canary: Employee):
    job = make_job("partial", kind="departments")
    tell(job, Reason.DEPARTMENT_CODE_DUPLICATE, key=NUMBER, name="営業部")
    canary.delete()
    assert [(issue.subject_key, issue.subject_name) for issue in job.issues.all()] == [(NUMBER, "営業部")]


def test_every_reason_can_be_told_without_a_value():
    from integrations.rules.mentions import without_values

    for reason in REASONS:
        detail, remedy = without_values(reason, "項目", "消去")
        assert "{" not in detail + remedy
        assert detail
