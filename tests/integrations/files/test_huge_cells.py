"""A huge cell costs its own line and no other, and is told of in a few words."""

import pytest

from employees.models import Employee
from tests.integrations.files.files import csv_file, take_file

pytestmark = pytest.mark.django_db

HUGE = "x" * 1_000_000
FILES = {
    "departments_file": (["部署コード", "部署名"], ["1", HUGE], ["2", "二課"]),
    "employees_file": (
        ["メールアドレス", "姓", "役職"],
        ["a@example.co.jp", "青山", HUGE],
        ["b@example.co.jp", "井上", "課長"],
    ),
    "assessments_file": (
        ["社員番号", "受検日", "コメント"],
        ["0012", "2026/04/01", HUGE],
        ["0012", "2026/04/02", "よい"],
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_huge_cell_costs_its_line_alone(kind: str):
    Employee.objects.create(email="c@example.co.jp", employee_number="0012", last_name="上田")
    job = take_file(kind, csv_file(*FILES[kind]))
    assert (job.status, job.created, job.failed) == ("partial", 1, 1)
    problem = job.issues.get()
    assert problem.sentence.startswith("2行目：")
    assert max(len(problem.value), len(problem.sentence)) < 1_000


@pytest.mark.parametrize("kind", FILES)
def test_a_huge_name_of_a_column_is_told_in_a_few_words(kind: str):
    Employee.objects.create(email="c@example.co.jp", employee_number="0012", last_name="上田")
    header, _, good = FILES[kind]
    job = take_file(kind, csv_file([*header, HUGE], [*good, "y"]))
    assert (job.status, job.created, job.issues.get().reason) == ("succeeded", 1, "FILE_COLUMN_UNKNOWN")
    assert max(len(job.issues.get().sentence), len(job.issues.get().field)) < 1_000
