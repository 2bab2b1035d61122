"""Whatever stands in our tables: what was exported and is imported again changes nothing, and says nothing."""

import unicodedata
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from accounts.form_words import seen
from assessments.bases import basis_called
from assessments.models import Assessment, Judgement
from departments.models import Department
from employees.models import Employee
from integrations.files.table import Table
from integrations.files.tables import assessments_table, departments_table, employees_table
from integrations.files.write import csv_chunks, xlsx_file
from tests.factories.long_form import assessment_lines_table
from tests.integrations.files.files import take_file

pytestmark = pytest.mark.django_db

NASTY = [
    *("0012", "00012", "12", "1.23E+05", "1E+05", "1e5", "TRUE", "1月2日", "Jan-02", "2025/06/02", "45810"),
    *("=1+1", "'=1+1", "=VLOOKUP(A1,B:C,2)", '="0012"', "@x", "＋α", "-", "'", "''", "'0012"),
    *("#N/A", "'#N/A", "''#N/A", "#REF!", "########", "＃＃＃", "〓田", "?田", "田?", "&amp;", "<b>"),
    *("一\n二", "一\r\n二", "a\tb", '"', ",", ";", "ＡＢＣ", "ｶﾞｰﾃﾞﾝ", unicodedata.normalize("NFD", "ガーデン")),
    *(
        "赤\u200b山",
        "\ufeff青山",
        "白山\u200e",
        "葛\U000e0100城",
        "👨‍👩‍👧",
        "_x000D_",
        "_x005F_",
        "川\x0b山",
        "営業〜東",
        "営業～東",
    ),
]
texts = st.sampled_from(NASTY) | st.text(max_size=5).map(
    lambda text: text.replace("\0", "").replace("\ufffd", "").strip()
)
names = texts.filter(seen)  # as the pages take them: one of which nothing is seen is none
numbers = st.sampled_from(["", "0012", "12", "1.23E+05", "1E+05", "-7", "+1", "@1", "001-234"])
anything = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=3,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example is a run: shrinking takes minutes
)


def as_csv(table: Table) -> bytes:
    return b"".join(csv_chunks(table))


def as_xlsx(table: Table) -> bytes:
    with xlsx_file(table) as file:
        return file.read()


forms = pytest.mark.parametrize("form", [as_csv, as_xlsx])
MEANINGLESS = {"FILE_INVISIBLE_CHARACTER"}  # a remark that asks for nothing


def check_nothing_changes(kind, content, model):
    before = list(model.objects.order_by("pk").values())
    job = take_file(kind, content)
    assert (job.status, job.created, job.updated, job.failed) == ("succeeded", 0, 0, 0), [
        (problem.reason, problem.field, problem.value) for problem in job.issues.exclude(severity="warning")
    ]
    assert {problem.reason for problem in job.issues.all()} <= MEANINGLESS | {"DEPARTMENT_CODE_MISSING"}
    assert list(model.objects.order_by("pk").values()) == before


def distinct(rows):
    return st.lists(rows, min_size=1, max_size=4, unique_by=lambda row: row[0].strip())


@forms
@anything
@example(people=[(text, text, text, "") for text in NASTY])
@given(people=distinct(st.tuples(names, texts, texts, numbers)))
def test_people(form, people):
    with transaction.atomic():
        for place, (last, first, position, number) in enumerate(people):
            Employee.objects.create(
                email=f"e{place}@example.co.jp",
                employee_number=number,
                last_name=last,
                first_name=first,
                last_name_kana=first,
                position=position,
            )
        check_nothing_changes("employees_file", form(employees_table(Employee.objects.all())), Employee)
        transaction.set_rollback(True)


@forms
@anything
@example(rows=[(text, text) for text in NASTY])
@given(rows=distinct(st.tuples(names, texts)))
def test_departments(form, rows):
    codes = set()
    with transaction.atomic():
        for name, code in rows:
            free = "" if code in codes else code
            codes.add(code)
            Department.objects.create(code=free, name=name)
        check_nothing_changes("departments_file", form(departments_table(Department.objects.all())), Department)
        transaction.set_rollback(True)


@forms
@pytest.mark.parametrize("table", [assessments_table, assessment_lines_table])
@anything
@example(rows=[(text, text) for text in NASTY[:30]])
@example(rows=[(text, text) for text in NASTY[30:]])
@given(rows=distinct(st.tuples(texts, texts)))
def test_results(form, table, rows):
    with transaction.atomic():
        person = Employee.objects.create(email="a@example.co.jp", employee_number="0012", last_name="青山")
        for place, (title, comment) in enumerate(rows):
            if any(sign in title for sign in "〓\r\n"):
                continue
            day = date(2025, 6, 1 + place)
            result = Assessment.objects.create(
                employee=person, title=title, comment=comment, taken_on=day, scores={"listening": 61.5}
            )
            bases = Judgement.objects.values_list("basis", flat=True)
            if basis := basis_called(comment, bases):
                result.judgements.create(basis=basis, overall_score="7.5")
        if Assessment.objects.exists():
            check_nothing_changes("assessments_file", form(table(Assessment.objects.all())), Assessment)
        transaction.set_rollback(True)
