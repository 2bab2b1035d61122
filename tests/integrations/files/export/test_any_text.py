"""Whatever texts stand in our database: an export that is imported again changes none of them and adds nothing."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assessments.models import Assessment
from departments.models import Department
from employees.models import Employee
from integrations.files.table import Table
from integrations.files.tables import assessments_table, departments_table, employees_table
from integrations.files.write import csv_chunks, xlsx_file
from tests.factories.long_form import assessment_lines_table
from tests.integrations.files.files import take_file

pytestmark = pytest.mark.django_db

TAKEN_ON = date(2025, 6, 2)
PIECES = [
    "春",
    "\n",
    "\r\n",
    "\r",
    " ",
    "　",
    "\t",
    "=",
    "'",
    "+1",
    "-",
    "@",
    "＝",
    '"',
    ",",
    ";",
    "_x000D_",
    "\u200b",
    "髙",
    "ｶﾞ",
    "が",
]
texts = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)


def seen(text: str) -> str:
    """What tells two titles or names apart: nothing that nobody sees."""
    return "".join(text.split()).replace("\u200b", "")


names = texts.filter(lambda text: bool(text.strip().strip("\u200b\t")))
few = settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def as_csv(table: Table) -> bytes:
    return b"".join(csv_chunks(table))


def as_xlsx(table: Table) -> bytes:
    with xlsx_file(table) as file:
        return file.read()


def rows(model: type) -> list[dict]:
    return list(model.objects.order_by("pk").values())


def check_round_trip(kind: str, model: type, table: Callable[[], Table]) -> None:
    """What is there comes back by both kinds of file."""
    before = rows(model)
    for form in (as_csv, as_xlsx):
        job = take_file(kind, form(table()))
        assert (job.status, job.created, job.updated, job.failed) == ("succeeded", 0, 0, 0), [
            before,
            *job.issues.values_list("reason", "value", "detail"),
        ]
        assert rows(model) == before
        assert not job.changes.exists()


@few
@given(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=4, unique_by=lambda texts: seen(texts[0])))
@example([("春の\r\n検査", "A\r", "よい\r\n"), (" 秋の検査\n", "", "")])
@example([("長" * 200, "=" * 10, "あ" * 10_000)])
@example([("=春\u200b", "", "-春\u200b")])
def test_results_come_back(found):
    with transaction.atomic():
        person = Employee.objects.create(email="a@example.co.jp", last_name="青山")
        for title, grade, comment in found:
            Assessment.objects.create(
                employee=person,
                title=title,
                taken_on=TAKEN_ON,
                grade=grade[:10],
                comment=comment,
                unknown_type=title[:100],
            )
        check_round_trip("assessments_file", Assessment, lambda: assessments_table(Assessment.objects.all()))
        check_round_trip("assessments_file", Assessment, lambda: assessment_lines_table(Assessment.objects.all()))
        transaction.set_rollback(True)


@few
@given(st.lists(names, min_size=1, max_size=4), texts)
@example(["長" * 100], "役" * 200)
def test_employees_come_back(found, position):
    with transaction.atomic():
        for number, name in enumerate(found):
            Employee.objects.create(
                email=f"{number}@example.co.jp",
                last_name=name.strip(),
                first_name=found[0].strip(),
                last_name_kana=found[-1].strip(),
                position=position.strip(),
            )
        check_round_trip("employees_file", Employee, lambda: employees_table(Employee.objects.all()))
        transaction.set_rollback(True)


@st.composite
def trees(draw: st.DrawFn) -> list[tuple[str, str, int | None, int | None]]:
    """Code, name, place of the parent and order of each department; half of the trees go down as deep as they can."""
    found = draw(st.lists(names, min_size=1, max_size=14, unique_by=seen))
    is_deep = draw(st.booleans())
    return [
        (
            draw(st.sampled_from([f"0{place}", f"={place}", f"'-{place}", f"c\n{place}", ""])),
            name.strip(),
            draw(st.just(place - 1) if is_deep else st.none() | st.integers(0, place - 1)) if place else None,
            draw(st.none() | st.integers(0, 3)),
        )
        for place, name in enumerate(found)
    ]


@few
@given(trees())
@example([(str(place), f"{place}階", place - 1 if place else None, None) for place in range(14)])
def test_departments_come_back(tree):
    with transaction.atomic():
        made: list[Department] = []
        for code, name, above, order in tree:
            parent = None if above is None else made[above]
            made.append(Department.objects.create(code=code, name=name, parent=parent, order=order))
        check_round_trip("departments_file", Department, lambda: departments_table(Department.objects.all()))
        transaction.set_rollback(True)
