"""Whatever the file: it is taken or refused, every line told of by its number, and nothing is half stored."""

import csv
import io
import zipfile

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from assessments.models import Assessment
from departments.models import Department
from employees.models import Employee
from integrations.files.refusals import FileRefusedError
from integrations.imports.source_file import read_table
from integrations.rules.assessments import headings
from integrations.rules.departments import file
from integrations.rules.employees import file_row
from tests.integrations.files.files import take_file, workbook

pytestmark = pytest.mark.django_db

COLUMNS: dict[str, list[str]] = {
    "departments_file": [*file.DepartmentColumn],
    "employees_file": [*file_row.HEADINGS],
    "assessments_file": [*headings.AssessmentColumn, "傾聴傾向", "社交性"],
    "assessments_file, long": [*headings.AssessmentColumn, *headings.LineColumn],
}
REFUSALS = {"FILE_UNREADABLE", "FILE_COLUMN_MISSING", "FILE_COLUMN_AMBIGUOUS"}
OF_COLUMNS = {"FILE_COLUMN_UNKNOWN", "FILE_INVISIBLE_CHARACTER"}  # told of a column, not of a line
MODELS = {"departments_file": Department, "employees_file": Employee, "assessments_file": Assessment}
LIKELY = {
    "部署コード": ["A1", *map(str, range(1, 12))],
    "部署名": ["営業部", *(f"{number}課" for number in range(1, 12))],
    "親部署コード": ["", "A1", "1", "2"],
    "親部署名": ["", "営業部", "1課"],
    "表示順": ["", "1", "2"],
    "社員番号": ["0012", "1001", ""],
    "メールアドレス": [f"{letter}@example.co.jp" for letter in "aBcdefghijkl"],
    "性別": ["男性", "女性", ""],
    "雇用形態": ["正社員", "パート・アルバイト", ""],
    "生年月日": ["1990/04/01", "1990-4-1", ""],
    "入社日": ["2015/04/01", ""],
    "退職日": ["", "2026/03/31"],
    "退職者フラグ": ["0", "1", ""],
    "検査名": ["", "春", "夏"],
    "受検日": ["2026/04/01", "2026-4-2"],
    "完了日時": ["", "2026/04/01 9:00"],
    "16タイプ": ["", "シーカー", "オールラウンダー"],
    "判定": ["", "", "A+"],
    "総合スコア": ["", "", "8.5"],
    "コメント": ["", "落ち着いて\n聞く"],
    "傾聴傾向": ["", "50.5"],
    "社交性": ["50", "61.5"],
    "尺度": ["傾聴傾向", "社交性", "社交欲求", "感情記憶志向", ""],
    "偏差値": ["50.5", "61", ""],
}
ODD = ["=1+1", "'=1+1", "''@x", '"', ",", "a\nb", "a\r\nb", "\0", "\t", "x" * 300, "９", "-", "　", "9/9/9"]
one_in_six = st.integers(0, 5).map(lambda side: side == 0)


@st.composite
def tables(draw: st.DrawFn, kind: str) -> list[list[str]]:
    """A header in any order, sometimes with columns left out, doubled or unknown, and lines of any length."""
    header = [str(name) for name in draw(st.permutations(COLUMNS[kind]))]
    if draw(one_in_six):
        header = header[draw(st.integers(1, 4)) :]
    header += draw(st.sampled_from([[], [], [], ["備考"], [""]]))
    if draw(one_in_six):
        header.append(header[0])
    table = [header]
    likely = LIKELY | ({"部署コード": ["A1", ""]} if kind == "employees_file" else {})
    if kind.startswith("assessments_file"):
        likely |= {"社員番号": ["1001", ""], "メールアドレス": ["a@example.co.jp"]}
    for _ in range(draw(st.integers(0, 6))):
        line = [draw(st.sampled_from(likely.get(name, ["青山", "直樹"]))) for name in header]
        if draw(one_in_six):
            line[draw(st.integers(0, len(line) - 1))] = draw(st.sampled_from(ODD) | st.text("漢カ①髙a1 ", max_size=4))
        table.append(line + draw(st.sampled_from([[], [], [], [], [""], ["あふれ"]])))
    return table


@st.composite
def saved(draw: st.DrawFn, table: list[list[str]]) -> bytes:
    """The table as some program would save it, and sometimes damaged on its way."""
    buffer = io.StringIO(newline="")
    csv.writer(
        buffer,
        lineterminator=draw(st.sampled_from(["\r\n", "\n", "\r"])),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    ).writerows(table)
    content = buffer.getvalue().encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "cp932"])), errors="replace")
    if not draw(one_in_six):
        return content
    return content[: draw(st.integers(0, len(content)))] + draw(st.binary(max_size=3))


def rows_of(kind):
    return list(MODELS[kind].objects.order_by("pk").values())


@pytest.mark.parametrize("form", COLUMNS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=15)
@given(data=st.data())
def test_it_is_taken_or_refused(form, data):
    kind, _, is_long = form.partition(",")
    content = data.draw(tables(form).flatmap(saved))
    with transaction.atomic():
        Department.objects.create(code="A1", name="営業部")
        Employee.objects.create(email="a@example.co.jp", employee_number="1001", last_name="青山", position="課長")
        before = rows_of(kind)
        job = take_file(kind, content)
        event(f"{job.status}, created {bool(job.created)}, updated {bool(job.updated)}")
        if job.status == "failed":
            check_refusal(job)
            assert rows_of(kind) == before
        else:
            check_lines(job, [line for line, _ in read_table(content).rows])
            after = rows_of(kind)
            made = len(after) - len(before)
            if is_long:  # several lines make a result
                assert bool(made) == bool(job.created)
                assert made <= job.created
                assert job.changes.count() <= job.created + job.updated
            else:
                assert made == job.created
                assert job.changes.count() == job.created + job.updated
            again = take_file(kind, content)
            assert (again.created, again.updated, rows_of(kind)) == (0, 0, after)
        transaction.set_rollback(True)


def check_refusal(job):
    """The whole file was refused, and it is said why."""
    assert {problem.reason for problem in job.issues.all()} <= REFUSALS
    assert job.message == job.issues.first().sentence
    assert sum(job.counts.values()) == job.changes.count() == 0


def check_lines(job, lines):
    """Each line counts once, and whatever is wrong is told with its line and a remedy."""
    assert sum(job.counts.values()) == len(lines) > 0
    about_lines = [problem for problem in job.issues.all() if problem.reason not in OF_COLUMNS]
    assert all(problem.remedy for problem in about_lines)
    told = {severity: set() for severity in ("error", "skipped", "warning")}
    for problem in about_lines:
        told[problem.severity].add(int(problem.sentence.partition("行目：")[0]))
    assert (len(told["error"]), len(told["skipped"])) == (job.failed, job.skipped)
    assert set().union(*told.values()) <= set(lines)
    assert job.status == ("partial" if job.failed else "succeeded")


BOOK = workbook(["部署コード", "部署名"], ["1", "本社"], ["2", "営業部"])
PARTS = zipfile.ZipFile(io.BytesIO(BOOK))
SHEET = "xl/worksheets/sheet1.xml"


def zipped(sheet: bytes) -> bytes:
    """The workbook with another sheet in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        for name in PARTS.namelist():
            book.writestr(name, sheet if name == SHEET else PARTS.read(name))
    return made.getvalue()


def damaged(content: bytes) -> st.SearchStrategy[bytes]:
    return st.builds(
        lambda place, damage: content[:place] + damage + content[place + len(damage) :],
        st.integers(0, len(content) - 1),
        st.binary(min_size=1, max_size=20) | st.sampled_from([b"9", b'"', b"<", b"A", b"t=", b" "]),
    )


@given(damaged(BOOK).map(lambda content: b"PK\x03\x04" + content[4:]) | damaged(PARTS.read(SHEET)).map(zipped))
def test_a_damaged_workbook_is_read_or_refused(content):
    try:
        rows = list(read_table(content).rows)
    except FileRefusedError as error:
        event("refused")
        [problem] = error.issues
        assert problem.reason in {"FILE_UNREADABLE", "FILE_TOO_LARGE"}  # a damaged length may be a great one
    else:
        event("read")
        assert all(isinstance(cell, str) for _, cells in rows for cell in cells)
