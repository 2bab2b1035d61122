"""A connected company for tests of runs: our database on one side, the simulator over real HTTP on the other."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User

from integrations import actions, tasks
from integrations.jobs.inline import run_inline
from integrations.jobs.lease import Heartbeat
from integrations.kaonavi.simulator.server import run_in_thread
from integrations.kaonavi.simulator.tenant import Tenant
from integrations.models import KaonaviConnection, SyncJob


@pytest.fixture(autouse=True)
def _no_heartbeat_in_a_transaction(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run inside a test's own transaction is invisible to the heartbeat's connection: it would take it for lost."""
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        return
    monkeypatch.setattr(Heartbeat, "__enter__", lambda self: self)
    monkeypatch.setattr(Heartbeat, "__exit__", lambda *_: None)


@pytest.fixture
def wakes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The messages that would have gone into the queue: (job, lease number)."""
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(tasks, "wake", lambda job_id, number, **_: sent.append((job_id, number)))
    return sent


@pytest.fixture
def tenant() -> Tenant:
    """A company in カオナビ with both result sheets, 役職 and 雇用形態, and every box ticked; its tasks take no time."""
    company = Tenant(task_delay=0)
    company.use_template("latest")
    company.use_template("all")
    company.tick_all()
    return company


@pytest.fixture
def kaonavi_url(tenant: Tenant, settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The tenant, served. A read that failed is made again at once."""
    monkeypatch.setattr("integrations.kaonavi.client.PAUSES", (0.0, 0.0))
    with run_in_thread(tenant) as url:
        settings.KAONAVI_API_URL = url
        settings.KAONAVI_UPDATE_WINDOW = 0.2
        tenant.set_knobs(update_window=0.2)
        yield url


@pytest.fixture
def person(db) -> User:
    return User.objects.create_user("hanako", first_name="花子", last_name="山田", is_superuser=True, is_staff=True)


@pytest.fixture
def connection(tenant: Tenant, kaonavi_url: str, db) -> KaonaviConnection:
    keys = tenant.credentials
    return actions.connect(key=keys.consumer_key, secret=keys.consumer_secret, by=None)


@pytest.fixture
def run(connection: KaonaviConnection) -> Callable[..., SyncJob]:
    """Runs one kind to its end, or until it is held, and gives the finished row."""

    def run_kind(kind: str, **options: Any) -> SyncJob:
        job = actions.start_job(kind=kind, by=None, inline=True, **options)
        run_inline(job)
        job.refresh_from_db()
        return job

    return run_kind


@pytest.fixture
def approve(connection: KaonaviConnection, person: User) -> Callable[..., SyncJob]:
    """Approves a held run and takes it to its end."""

    def approve_job(job: SyncJob, **choice: Any) -> SyncJob:
        run_inline(actions.approve_job(job, by=person, inline=True, **choice))
        job.refresh_from_db()
        return job

    return approve_job
