"""The number of SQL statements of a page does not grow with what it shows."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import cycle, islice

import pytest
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Role
from assessments.models import Assessment, PersonalityType, Scale
from departments.models import Department, RoleDepartment
from employees.models import Employee
from integrations.models import AutomaticRun, KaonaviConnection, SyncChange, SyncException, SyncIssue, SyncJob
from integrations.operations import checks
from tests.factories.rows import make_change, make_job, make_result
from tests.pages.rights_table import FOR_EVERY_ACCOUNT, PAGES, address

Count = Callable[[Client, str], int]
FEW, MANY = 5, 60  # the second on more than one page of any list
DEAR = 19  # statements; three of them ask for the frame: is this 練習モード, does the connection hold, does a run wait
LEAD_ON = {
    "assessments:name_type",
    "integrations:handle_many",
    "integrations:leave_practice",
    "integrations:practice_sample",
}  # to another page
# files that read so many rows at a time, and a statement for each kind of thing that these tell of (see `test_record`)
IN_BATCHES = {"integrations:record_file", "integrations:record_workbook"}
# What is held of a person, what anybody did, or how each part of the product is: a statement for each kind.
ABOUT_ALL = ("disclosure", "audit", "operation")
# each kind of thing of which the audit trail tells by its name
TOLD_OF: dict[str, type[Model]] = {
    "アカウント": User,
    **{
        str(model._meta.verbose_name): model
        for model in (Role, Department, Employee, Assessment, PersonalityType, Scale, SyncJob, KaonaviConnection)
    },
}


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
        SyncIssue(
            job=run,
            severity="error",
            reason=f"MEMBER_{n % 3}",
            subject_key=f"k{n}",
            detail="x",
            remedy="y",
            fingerprint=n + back,
        )
        for run, back in ((job, 0), (before, 10))
        for n in range(number)
    )
    people = list(Employee.objects.values_list("pk", flat=True)[:number])
    SyncChange.objects.bulk_create(
        SyncChange(job=job, what="employee", object_id=pk, action="update", fields={"position": ["a", "b"]})
        for pk in people
    )
    for kind, item in (("excluded", ""), ("pinned", "gender")):
        held = SyncException.objects.filter(kind=kind, item=item).values("employee")
        SyncException.objects.bulk_create(
            SyncException(kind=kind, item=item, employee_id=pk)
            for pk in Employee.objects.exclude(pk__in=held).values_list("pk", flat=True)[:number]
        )
    for _ in range(number):
        make_job("succeeded", "results")
    for _ in range(number):
        now = timezone.now()
        begun = AutomaticRun.objects.create(cause="webhook", due_at=now, ended_at=now, outcome="done")
        make_job("succeeded", "results", automatic_run=begun)
    for n in range(number):
        user = User.objects.create(username=f"u{User.objects.count()}", password="!")
        role = Role.objects.create(group=Group.objects.create(name=f"権限{user.pk}"), rights=["view_employees"])
        user.groups.add(role.group)
        RoleDepartment.objects.create(role=role, department=Department.objects.all()[n])
    fill_trail(number)


def fill_trail(number: int) -> None:
    """What was done to that many of each kind, each time to three more at once."""
    numbers = [cycle(model.objects.values_list("pk", flat=True)) for model in TOLD_OF.values()]
    told = [
        {"actor": "x", "action": "edited", "what": kind, "object_id": str(pk)}
        for pks in islice(zip(*numbers, strict=False), number)
        for kind, pk in zip(TOLD_OF, pks, strict=True)
    ]
    detail = {"fields": ["name", "score_listening", "scale_listening"]}
    firsts = AuditEntry.objects.bulk_create(AuditEntry(**each, detail=detail) for each in told)
    AuditEntry.objects.bulk_create(
        AuditEntry(**each, subject_id=1, part_of=first.pk)
        for each, first in zip(told, firsts, strict=True)
        for _ in range(3)
    )


def measured(addresses: list[str], client: Client, statements: Count) -> dict[str, int]:
    return {page: statements(client, page) for page in addresses}


@pytest.fixture
def addresses(company: Employee) -> list[str]:
    others = LEAD_ON | IN_BATCHES
    every = [address(name, company) for name, methods in PAGES.items() if "GET" in methods and name not in others]
    job = SyncJob.objects.get(status="partial")
    SyncIssue.objects.update(fingerprint=1)  # and a run before, so that the two are compared
    before = make_job("partial", pk=0)
    SyncIssue.objects.create(job=before, severity="error", reason="MEMBER_MAIL_INVALID", fingerprint=2)
    return [
        *every,
        *map(reverse, sorted(FOR_EVERY_ACCOUNT)),
        reverse("employees:list") + "?q=数&sort=-department&department=none",
        reverse("employees:list") + "?select=page",
        reverse("employees:list") + "?retired=no&kaonavi=unregistered",
        reverse("employees:count") + "?kaonavi=unregistered",
        reverse("employees:delete_many") + "?all=1&q=数",
        reverse("employees:change_flags") + "?all=1&q=数",
        reverse("accounts:list") + "?q=u",
        reverse("accounts:audit") + "?person=x&action=edited&q=x&since=2026-01-01",
        reverse("integrations:retention_delete") + "?all=1",
        reverse("integrations:problems") + "?state=all&reason=MEMBER_1&kind=employees&since=new&assignee=x&q=x",
        f"{reverse('integrations:handle_many')}?issue={job.issues.get().pk}",
        job.get_absolute_url(),
        f"{job.get_absolute_url()}?since=gone",
        f"{job.get_absolute_url()}?severity=error&action=update&loss=position&q=x",
        reverse("integrations:error_file", args=[job.pk]),
        reverse("integrations:error_workbook", args=[job.pk]),
    ]


@pytest.fixture(autouse=True)
def _every_look_tries_a_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the time between two looks at 稼働状況 decides whether one is tried."""
    monkeypatch.setattr(checks, "WRITE_EVERY", timedelta(0))


def test_it_costs_the_same_with_five_rows_and_with_sixty_and_is_never_dear(
    addresses: list[str], admin: Client, connected: KaonaviConnection, statements: Count, company: Employee
):
    fill(FEW)
    measured(addresses, admin, statements)  # the first look within an hour is written down
    fill_trail(FEW)  # before what these looks have written
    few = measured(addresses, admin, statements)
    assert {
        page: cost for page, cost in few.items() if cost > (33 if any(word in page for word in ABOUT_ALL) else DEAR)
    } == {}
    fill(MANY)
    for n in range(20):
        make_result(company, date(2020, 1, 1) + timedelta(days=n))
        make_change(make_job(kind="employees_file"), {"position": ["a", "b"]}, object_id=company.pk)
    measured(addresses, admin, statements)  # what was counted of the problems before is counted anew, once
    assert measured(addresses, admin, statements) == few
