"""Which problems are open: those of the newest completed run of each kind that nobody has set aside."""

from datetime import date, timedelta
from io import StringIO
from itertools import product

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Right
from integrations.files.read_csv import read_csv
from integrations.files.read_xlsx import read_workbook
from integrations.jobs.records import write_issues
from integrations.models import ProblemNote, SyncIssue, SyncJob
from integrations.reasons import Reason
from integrations.rules.plan import finding
from integrations.rules.problems import is_open
from integrations.screens.open_problems import Problems, first_seen, in_order
from tests.factories.rows import make_job, member_of_roles

pytestmark = pytest.mark.django_db


def tell(*numbers: str, reason: Reason = Reason.MEMBER_MAIL_INVALID, value: str = "ａ@x", **run: object) -> SyncJob:
    """A run that finds this of these people."""
    job = make_job(str(run.pop("status", "partial")), str(run.pop("kind", "employees")), **run)
    write_issues(job, [finding(reason, key=number, field="メール", value=value, number="-") for number in numbers])
    return job


def open_keys() -> set[str]:
    return set(Problems.now().open().values_list("subject_key", flat=True))


def set_aside(number: str, **fields: object) -> ProblemNote:
    issue = SyncIssue.objects.filter(subject_key=number).latest("pk")
    values = {"fingerprint": issue.fingerprint, "value_digest": issue.value_digest, "set_aside_at": timezone.now()}
    return ProblemNote.objects.create(**values | fields)


def test_it_is_what_the_newest_completed_run_of_each_kind_tells():
    tell("1", "2")
    tell("2", "3")
    tell("9", status="failed")
    tell("9", status="held", options={"digest": "x"})
    tell("7", kind="departments", reason=Reason.DEPARTMENT_NAME_MISSING)
    assert open_keys() == {"2", "3", "7"}
    tell("4", kind="employees_file")
    make_job("succeeded", "departments")
    assert open_keys() == {"2", "3", "4"}


def test_a_problem_is_new_where_the_run_before_did_not_tell_it():
    tell("1", "2", "3")
    tell("2", "3")
    tell("1", "2", "4")
    problems = Problems.now()
    assert dict(problems.open().values_list("subject_key", "is_new")) == {"1": True, "2": False, "4": True}
    (group,) = problems.groups(problems.open())
    assert (group.title, group.subjects, group.unit, group.new) == ("メールアドレスの形式の誤り", 3, "名", 2)


def test_it_was_first_seen_by_the_first_run_that_told_it():
    runs = [tell("1", created_at=timezone.now() - timedelta(days=days)) for days in (3, 2, 1)]
    (issue,) = Problems.now().open()
    assert first_seen([issue]) == {issue.fingerprint: runs[0].created_at}


def test_nothing_is_new_where_a_run_did_not_keep_all_that_it_found():
    tell("1", issues_left_out={"MEMBER_MAIL_INVALID": 5})
    tell("1", "2")
    problems = Problems.now()
    assert [group.new for group in problems.groups(problems.open())] == [0]
    tell("3", issues_left_out={"MEMBER_MAIL_INVALID": 7})
    problems = Problems.now()
    assert [(group.new, group.left_out) for group in problems.groups(problems.open())] == [(0, 7)]


def test_people_are_counted_once_and_reasons_with_something_new_come_first():
    tell("1", "2")
    job = tell("1", "2", "3", "3", reason=Reason.MEMBER_NAME_MISSING)
    write_issues(job, [finding(Reason.MEMBER_MAIL_INVALID, key=key, field="メール") for key in ("1", "2")])
    problems = Problems.now()
    groups = problems.groups(problems.open())
    assert [(group.reason, group.times, group.subjects, group.new) for group in groups] == [
        ("MEMBER_NAME_MISSING", 4, 3, 4),
        ("MEMBER_MAIL_INVALID", 2, 2, 0),
    ]
    ordered = in_order(problems.open(), groups)
    assert [issue.reason for issue in ordered] == ["MEMBER_NAME_MISSING"] * 4 + ["MEMBER_MAIL_INVALID"] * 2


def test_the_database_says_as_the_rule_which_problems_are_open():
    today = timezone.localdate()
    days = [None, *(today + timedelta(days=days) for days in (-1, 0, 1))]
    cases = list(product(days, ("ａ@x", "ｂ@x")))
    tell(*map(str, range(len(cases) + 2)))
    notes = {str(place): set_aside(str(place), until=until) for place, (until, _) in enumerate(cases)}
    notes[str(len(cases))] = set_aside(str(len(cases)), set_aside_at=None, value_digest=None, memo="x")
    job = make_job("partial")
    values = [value for _, value in cases] + ["ａ@x"] * 2
    write_issues(
        job,
        [
            finding(Reason.MEMBER_MAIL_INVALID, key=str(place), field="メール", value=value)
            for place, value in enumerate(values)
        ],
    )
    expected = {
        issue.subject_key
        for issue in job.issues.all()
        if is_open(notes.get(issue.subject_key), issue.value_digest, today)
    }
    assert open_keys() == expected
    assert len(expected) == len(cases) - 3 + 2


def test_several_rows_that_are_one_problem_come_back_together():
    def tell_of_both(*values: str) -> None:
        job = make_job("partial")
        write_issues(
            job, [finding(Reason.MEMBER_DATE_INVALID, key="1", field="入社日", value=value) for value in values]
        )

    tell_of_both("13月", "14月")
    set_aside("1")
    assert open_keys() == set()
    tell_of_both("14月", "13月")
    assert open_keys() == set()
    tell_of_both("14月", "15月")
    assert Problems.now().open().count() == 2


def test_what_was_told_of_somebody_who_was_deleted_or_is_faded_is_no_problem():
    job = tell("1", "2", "3")
    gone, faded, _ = job.issues.order_by("pk")
    SyncIssue.objects.filter(pk=gone.pk).update(fingerprint=-gone.pk, subject_key="")
    SyncIssue.objects.filter(pk=faded.pk).update(
        subject_name="（保存期間を過ぎたため、消去しました）", fingerprint=None
    )
    SyncIssue.objects.create(job=job, severity="error", reason="MEMBER_MAIL_INVALID", subject_key="4")  # of old
    problems = Problems.now()
    assert dict(problems.open().values_list("subject_key", "is_new")) == {"3": True, "4": False}


@pytest.mark.parametrize(
    "fields",
    [
        {"fingerprint": 1},
        {"fingerprint": 1, "memo": "x", "reason": "y"},
        {"fingerprint": 1, "set_aside_at": timezone.now()},
        {"fingerprint": 1, "memo": "x", "value_digest": 1},
    ],
)
def test_a_note_says_something_and_sets_aside_as_a_whole_or_not(fields: dict[str, object]):
    with pytest.raises(IntegrityError), transaction.atomic():
        ProblemNote.objects.create(**fields)


def said_in_files(client: Client, job: SyncJob) -> list[list[str]]:
    """The last column of the error file, as CSV and as a workbook."""
    sheets = []
    for name, read in (("error_file", read_csv), ("error_workbook", read_workbook)):
        answer = client.get(reverse(f"integrations:{name}", args=[job.pk]))
        table = read(b"".join(answer))
        assert table.header[-1] == "対応"
        sheets.append([row[-1] if len(row) == len(table.header) else "" for _, row in table.rows])
    return sheets


def test_an_error_file_keeps_what_is_set_aside_and_says_so(viewer: Client):
    job = tell("1", "2", "3")
    set_aside("1", reason="出向中", until=date(2099, 3, 31), assignee="佐藤", memo="電話済み")
    set_aside("2", until=date(2020, 3, 31))
    cell = "対応不要（2099/03/31まで）：出向中　担当：佐藤　メモ：電話済み"
    assert said_in_files(viewer, job) == [[cell, "", ""]] * 2


def test_an_error_file_does_not_say_it_of_problems_that_the_reader_may_not_see():
    job = tell("1", kind="results", reason=Reason.RESULT_NUMBER_MISSING)
    set_aside("1", memo="青山さんに電話済み")
    clients = [member_of_roles(([Right.VIEW_JOBS, *rights], None)) for rights in ([], [Right.VIEW_RESULTS])]
    assert [said_in_files(client, job)[0] for client in clients] == [[""], ["対応不要　メモ：青山さんに電話済み"]]


def test_the_command_writes_the_same_file():
    job = tell("1")
    set_aside("1", assignee="佐藤")
    written = StringIO()
    call_command("kaonavi", "issues", str(job.pk), "--csv", stdout=written)
    assert written.getvalue().splitlines()[1].endswith(",対応不要　担当：佐藤")
