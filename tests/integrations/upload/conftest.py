"""People with results on our side, members with the same 社員番号 in カオナビ, and steps that follow without a pause."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from assessments.models import Assessment, PersonalityType, Scale
from employees.models import Employee
from integrations import actions
from integrations.connection.session import open_client
from integrations.jobs import runner
from integrations.kaonavi.simulator.tenant import Tenant
from integrations.models import SyncJob


@pytest.fixture(autouse=True)
def _no_limits(tenant, settings):
    """Neither side limits the calls: that has tests of its own."""
    settings.KAONAVI_UPDATE_LIMIT = 1000
    tenant.set_knobs(update_limit=1000)


@pytest.fixture
def one_a_chunk(settings):
    """Every person goes in a call of their own."""
    settings.KAONAVI_CHUNK_RECORDS = 1


@pytest.fixture
def three_a_chunk(settings):
    settings.KAONAVI_CHUNK_RECORDS = 3


@pytest.fixture
def employ(tenant: Tenant, db) -> Callable[..., Employee]:
    """An employee, and the member of カオナビ with the same 社員番号 unless told otherwise."""

    def add(number: str, *, is_member: bool = True, **values: Any) -> Employee:
        if is_member:
            tenant.add_member(number)
        mail = values.pop("email", f"{number.lower() or 'nobody'}@example.co.jp")
        return Employee.objects.create(
            **{"email": mail, "employee_number": number, "last_name": "田中", "first_name": number} | values
        )

    return add


@pytest.fixture
def test(db) -> Callable[..., Assessment]:
    """A result of an employee: 50.0 in every scale, プロモーター."""
    promoter = PersonalityType.objects.get(code="promoter")
    scales = list(Scale.objects.values_list("code", flat=True))

    def add(employee: Employee, taken_on: date = date(2026, 4, 1), *, score: float = 50.0, **values: Any) -> Assessment:
        scores = dict.fromkeys(scales, score)
        return Assessment.objects.create(
            **{"employee": employee, "taken_on": taken_on, "personality_type": promoter, "scores": scores} | values
        )

    return add


@pytest.fixture
def upload(connection) -> Callable[..., SyncJob]:
    """Runs an upload to its end, or until it is held; no time passes between two steps."""

    def run(job: SyncJob | None = None, *, dry_run: bool = False) -> SyncJob:
        job = job or actions.start_job(kind="results", by=None, inline=True, dry_run=dry_run)
        number = job.lease
        while (step := runner.advance(job.pk, number, worker="test", connect=open_client)) is not None:
            number = step.lease_number
        job.refresh_from_db()
        print(job.status, job.message, *job.issues.all(), sep="\n")  # noqa: T201 - shown where a test fails
        return job

    return run
