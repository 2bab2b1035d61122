"""The number of SQL statements of a page does not grow with what it shows."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Role
from departments.models import Department, RoleDepartment
from employees.models import Employee
from integrations.models import KaonaviConnection, SyncChange, SyncIssue, SyncJob
from tests.screens.conftest import make_change, make_job, make_person, make_result

Count = Callable[[Client, str], int]
FEW, MANY = 5, 500


def fill(number: int) -> None:
    """That many departments below each other by tens, people in them, runs, issues and changes."""
    now = timezone.now()
    start = Department.objects.count()
    above: Department | None = None
    for n in range(start, start + number):
        parent = None if n % 9 == 0 else above
        above = Department.objects.create(code=f"d{n}", name=f"部署{n}", parent=parent, last_seen_at=now)
        Employee.objects.create(email=f"c{n}@example.co.jp", last_name="数", department=above, last_seen_at=now)
    job, before = SyncJob.objects.filter(status="partial").order_by("-pk")
    SyncIssue.objects.bulk_create(
        SyncIssue(job=run, severity="error", reason=f"MEMBER_{n % 3}", detail="x", remedy="y", fingerprint=n + back)
        for run, back in ((job, 0), (before, 10))
        for n in range(number)
    )
    people = list(Employee.objects.values_list("pk", flat=True)[:number])
    SyncChange.objects.bulk_create(
        SyncChange(job=job, what="employee", object_id=pk, action="update", fields={"position": ["a", "b"]})
        for pk in people
    )
    for _ in range(number):
        make_job("succeeded", "results")
    for n in range(number):
        user = User.objects.create(username=f"u{User.objects.count()}", password="!")
        role = Role.objects.create(group=Group.objects.create(name=f"権限{user.pk}"), rights=["view_employees"])
        user.groups.add(role.group)
        RoleDepartment.objects.create(role=role, department=Department.objects.all()[n])
    AuditEntry.objects.bulk_create(AuditEntry(actor="x", action="edited", subject_id=1) for _ in range(number))


def measured(addresses: list[str], client: Client, statements: Count) -> dict[str, int]:
    """What each costs once somebody has looked at it: the first look within an hour is written down."""
    for address in addresses:
        statements(client, address)
    return {address: statements(client, address) for address in addresses}


@pytest.fixture
def addresses(company: Employee) -> list[str]:
    job = SyncJob.objects.get(status="partial")
    SyncIssue.objects.update(fingerprint=1)  # and a run before, so that the two are compared
    before = make_job("partial", pk=0)
    SyncIssue.objects.create(job=before, severity="error", reason="MEMBER_MAIL_INVALID", fingerprint=2)
    return [
        reverse("employees:list"),
        reverse("employees:list") + "?q=数&sort=-department&department=none",
        company.get_absolute_url(),
        reverse("employees:edit", args=[company.pk]),
        reverse("departments:list"),
        reverse("departments:add"),
        *(
            reverse(f"departments:{name}", args=[company.department_id])
            for name in ("detail", "edit", "code", "delete")
        ),
        company.assessments.latest("taken_on").get_absolute_url(),
        reverse("accounts:list"),
        reverse("accounts:list") + "?q=u",
        reverse("accounts:audit"),
        reverse("accounts:audit") + "?person=x&action=edited&q=x&since=2026-01-01",
        reverse("roles:list"),
        reverse("roles:add"),
        reverse("roles:edit", args=[Role.objects.get(group__name="人事担当").pk]),
        reverse("integrations:settings"),
        reverse("integrations:kaonavi_settings"),
        reverse("integrations:jobs"),
        reverse("integrations:downloads"),
        job.get_absolute_url(),
        f"{job.get_absolute_url()}?since=gone",
        f"{job.get_absolute_url()}?severity=error&action=update&loss=position&q=x",
        reverse("integrations:error_file", args=[job.pk]),
        reverse("integrations:error_workbook", args=[job.pk]),
        reverse("integrations:check"),
        reverse("integrations:connection"),
        reverse("integrations:disconnect"),
        reverse("employees:delete", args=[company.pk]),
        reverse("employees:add"),
        reverse("employees:mail", args=[company.pk]),
        reverse("employees:delete_many") + "?all=1&q=数",
        reverse("employees:list") + "?select=page",
        reverse("integrations:merge", args=[company.pk]),
        reverse("integrations:delete_created", args=[job.pk]),
    ]


def test_it_costs_the_same_with_five_rows_and_with_five_hundred(
    addresses: list[str], admin: Client, connected: KaonaviConnection, statements: Count, company: Employee
):
    fill(FEW)
    few = measured(addresses, admin, statements)
    fill(MANY)
    for n in range(20):
        make_result(company, date(2020, 1, 1) + timedelta(days=n))
        make_change(make_job(), {"position": ["a", "b"]}, object_id=company.pk)
    assert measured(addresses, admin, statements) == few


def test_it_never_costs_more_than_a_dozen_statements(
    addresses: list[str], admin: Client, connected: KaonaviConnection, statements: Count
):
    make_person(2)
    costs = measured(addresses, admin, statements)
    assert max(costs.values()) <= 14, costs
