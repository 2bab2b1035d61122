"""Approving what was shown, when both sides answer the same rows in another order: neither promises one."""

from collections.abc import Callable

import pytest

from departments.models import Department
from employees.models import Employee
from integrations.models import SyncJob

pytestmark = pytest.mark.django_db

Run = Callable[..., SyncJob]
MEMBERS = 12


@pytest.fixture
def company(tenant, run: Run):
    """A company with something of every kind to plan: new rows, changed ones, refused ones, ones that are gone."""
    tenant.add_department("A", "本社")
    tenant.add_department("B", "営業部", "A")
    for number in range(MEMBERS):
        tenant.add_member(f"{number}", department="A")
    run("departments")
    run("employees")
    tenant.add_department("C", "開発部", "A")
    tenant.add_department("D", "開発一課", "C")
    tenant.add_department("E", "本社", "A")
    tenant.state.departments[1].name = "営業本部"
    for number in range(3):
        tenant.edit_member(f"{number}", gender="女性", entered_date="2020-04-01")
    tenant.edit_member("3", birthday="2001-02-30", department="NOWHERE")
    tenant.edit_member("4", mail="5@example.co.jp")
    tenant.edit_member("6", name="")
    tenant.state.members.pop()
    for code in ("N1", "N2", "N3"):
        tenant.add_member(code, name="田中太郎")
    tenant.add_member("7", mail="again@example.co.jp")
    return tenant


def shuffle(company) -> None:
    """The same rows in another order, on both sides: PostgreSQL gives a row that was written anew last."""
    company.state.members.reverse()
    company.state.departments.reverse()
    for rows in (Employee.objects.order_by("-pk"), Department.objects.order_by("-pk")):
        for row in rows:
            row.save()


@pytest.mark.parametrize("kind", ["departments", "employees"])
def test_rows_in_another_order_are_no_other_plan(kind, company, run: Run, approve):
    held = run(kind, dry_run=True)
    assert held.changes.count() >= 3
    shuffle(company)
    job = approve(held)
    assert job.status == SyncJob.Status.PARTIAL, job.message
    assert job.counts == held.counts


@pytest.mark.parametrize("kind", ["departments", "employees"])
def test_one_row_that_differs_is_another_plan_in_whatever_order(kind, company, run: Run, approve):
    held = run(kind, dry_run=True)
    shuffle(company)
    company.edit_member("8", gender="男性")
    company.state.departments[-1].name = "統括本社"
    assert approve(held).status == SyncJob.Status.HELD


def test_a_file_is_approved_whatever_the_order_of_our_rows(company, run: Run, approve):
    lines = ["社員番号,姓,メールアドレス,部署コード", *(f"{n},青山{n},{n}@example.co.jp,B" for n in range(5)), ",,x,Z"]
    held = run("employees_file", dry_run=True, file=("a.csv", "\r\n".join(lines).encode()))
    assert held.counts["updated"] == 5
    shuffle(company)
    assert approve(held).counts == held.counts
