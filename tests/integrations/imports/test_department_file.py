"""部署CSV取込, from the file to the database."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User

from departments.models import Department
from integrations import actions
from integrations.jobs.inline import run_inline
from integrations.models import SourceFile
from tests.integrations.files.files import csv_file, reasons, take_file, workbook

pytestmark = pytest.mark.django_db

HEADER = ["部署コード", "部署名", "親部署コード", "表示順"]
SEEN = datetime(2026, 4, 1, tzinfo=UTC)
LINES = [["010", "本社", "", "1"], ["011", "髙田営業部", "010", "2"], ["012", "①課", "011", ""]]


def take(*lines, header=HEADER, encoding="utf-8", **options):
    return take_file("departments_file", csv_file(header, *lines, encoding=encoding), **options)


def stored():
    rows = Department.objects.order_by("pk").values_list("code", "name", "parent__code", "parent__name", "order")
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_it_takes_departments_with_their_parents(encoding):
    job = take(*reversed(LINES), encoding=encoding)
    assert (job.status, job.created, job.get_kind_display()) == ("succeeded", 3, "部署CSV取込")
    assert stored() == [
        ("010", "本社", None, None, 1),
        ("011", "髙田営業部", "010", "本社", 2),
        ("012", "①課", "011", "髙田営業部", None),
    ]
    assert list(job.changes.values_list("what", "action", "key", "name")) == [
        ("department", "create", "010", "本社"),
        ("department", "create", "011", "髙田営業部"),
        ("department", "create", "012", "①課"),
    ]


def test_it_takes_a_workbook():
    take(*LINES)
    job = take_file("departments_file", workbook(HEADER, ["010", "本店", None, 1], ["011", "髙田営業部", "010", 2.0]))
    assert (job.status, job.updated, job.unchanged) == ("succeeded", 1, 1)
    assert job.changes.get().fields == {"name": ["本社", "本店"]}


def test_the_same_file_twice_changes_nothing():
    take(*LINES)
    before = list(Department.objects.order_by("pk").values())
    job = take(*LINES)
    assert (job.status, job.unchanged, job.changes.count()) == ("succeeded", 3, 0)
    assert list(Department.objects.order_by("pk").values()) == before


def test_a_department_is_renamed_and_moved_with_its_row():
    take(*LINES)
    before = dict(Department.objects.values_list("code", "pk"))
    job = take(["012", "髙田営業部", "010", "3"], ["011", "①課", "012", "2"])
    assert (job.status, job.updated) == ("succeeded", 2)
    assert stored()[1:] == [("011", "①課", "012", "髙田営業部", 2), ("012", "髙田営業部", "010", "本社", 3)]
    assert dict(Department.objects.values_list("code", "pk")) == before


def test_a_file_says_nothing_of_what_kaonavi_has():
    Department.objects.create(code="1", name="在る部", last_seen_at=SEEN)
    Department.objects.create(code="2", name="消えた部", last_seen_at=SEEN, missing_since=SEEN)
    job = take(["2", "改名部", "", ""], ["3", "新しい部", "", ""])
    assert (job.status, job.created, job.updated) == ("succeeded", 1, 1)
    rows = Department.objects.order_by("pk").values_list("name", "last_seen_at", "missing_since")
    assert list(rows) == [("在る部", SEEN, None), ("改名部", SEEN, SEEN), ("新しい部", None, None)]


def test_a_child_stays_below_a_department_without_a_code():
    room = Department.objects.create(code="", name="準備室")
    take(["1", "一課", "", ""])
    header = [*HEADER, "親部署名"]
    job = take(["1", "一課", "", "5", "準備室"], ["2", "二課", "", "", "準備室"], header=header)
    assert (job.status, job.created, job.updated) == ("succeeded", 1, 1)
    assert set(Department.objects.exclude(code="").values_list("parent", flat=True)) == {room.pk}
    assert job.changes.get(action="update").fields["parent"] == ["", "（コードなし）準備室"]
    assert take(["2", "弐課"], header=HEADER[:2]).updated == 1
    assert Department.objects.get(code="2").parent == room


def test_bad_lines_are_told_and_the_others_taken():
    job = take(["1", "本社", "", ""], ["", "名前だけ", "", ""], ["2", "本社", "", ""], ["3", "課", "9", "x"])
    assert (job.status, job.created, job.skipped, job.failed) == ("partial", 1, 1, 2)
    assert [(problem.reason, problem.sentence[:4]) for problem in job.issues.all()] == [
        ("DEPARTMENT_CODE_MISSING", "3行目："),
        ("DEPARTMENT_NAME_TAKEN", "4行目："),
        ("DEPARTMENT_UNREADABLE", "5行目："),
    ]
    assert all(problem.remedy and "カオナビ" not in problem.remedy for problem in job.issues.all())


def test_a_column_that_means_nothing_is_told_once_if_anything_stands_in_it():
    job = take(["1", "本社", "", "", "東京", ""], header=[*HEADER, "住所", "備考"])
    assert (job.status, [(problem.reason, problem.field) for problem in job.issues.all()]) == (
        "succeeded",
        [("FILE_COLUMN_UNKNOWN", "住所")],
    )
    assert "尺度" not in job.issues.get().remedy


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "FILE_UNREADABLE"),
        (csv_file(HEADER), "FILE_UNREADABLE"),
        (csv_file(["部署名"], ["本社"]), "FILE_COLUMN_MISSING"),
        (csv_file(["部署コード", "部署名", "部署名"], ["1", "本社", "本社"]), "FILE_COLUMN_AMBIGUOUS"),
        (csv_file(HEADER, *LINES) + b'9,"', "FILE_UNREADABLE"),
        (workbook(HEADER, LINES[0])[:-30], "FILE_UNREADABLE"),
    ],
)
def test_a_file_that_cannot_be_taken_at_all_fails_and_marks_nobody(content, reason):
    Department.objects.create(code="1", name="在る部", last_seen_at=SEEN)
    job = take_file("departments_file", content)
    assert (job.status, reasons(job)) == ("failed", [reason])
    assert job.message == job.issues.get().sentence
    assert Department.objects.get().missing_since is None


def test_a_dry_run_is_held_and_writes_only_what_was_shown():
    take(*LINES)
    job = take(["010", "本店", "", "1"], ["013", "新しい課", "010", ""], dry_run=True)
    assert (job.status, job.created, job.updated) == ("held", 1, 1)
    assert Department.objects.count() == 3
    run_inline(actions.approve_job(job, by=User.objects.create_user("boss"), inline=True))
    job.refresh_from_db()
    assert (job.status, Department.objects.get(code="010").name) == ("succeeded", "本店")
    assert not SourceFile.objects.exists()


def test_a_held_run_whose_departments_moved_meanwhile_is_held_again():
    take(*LINES)
    job = take(["010", "本店", "", "1"], dry_run=True)
    Department.objects.filter(code="010").update(name="旧本社")
    run_inline(actions.approve_job(job, by=User.objects.create_user("boss"), inline=True))
    job.refresh_from_db()
    assert (job.status, Department.objects.get(code="010").name) == ("held", "旧本社")
