"""Killed at any moment, the run goes on where it was, and the sheets end up the same."""

import pytest
from django.db import connection

from integrations import actions
from integrations.connection.session import open_client
from integrations.jobs import runner
from integrations.jobs.lease import Lease
from integrations.kaonavi.client import KaonaviClient
from integrations.models import SyncJob
from integrations.rules.results import sheets

KILLABLE = 200  # more moments than a run has
EACH = 1 if connection.vendor == "sqlite" else 3  # a moment's commits are the same on every database


class Killed(BaseException):
    """SIGKILL, as far as one process can play it: no handler of ours sees it."""


class Executioner:
    """Kills the process of a run at one moment: before or after a commit, or after an answer of カオナビ."""

    def __init__(self, monkeypatch, moment):
        self.moment = moment
        self.count = 0
        writing, exchange = Lease.writing, KaonaviClient._exchange
        executioner = self

        class Around:
            def __init__(self, lease):
                self.inner = writing(lease)

            def __enter__(self):
                return self.inner.__enter__()

            def __exit__(self, *error):
                try:
                    executioner.tick()  # before the commit: everything is rolled back
                except Killed as death:
                    self.inner.__exit__(Killed, death, None)
                    raise
                result = self.inner.__exit__(*error)
                executioner.tick()
                return result

        def exchange_or_die(client, *args):
            answer = exchange(client, *args)
            executioner.tick()
            return answer

        def writing_or_die(lease):
            return Around(lease)

        monkeypatch.setattr(Lease, "writing", writing_or_die)
        monkeypatch.setattr(KaonaviClient, "_exchange", exchange_or_die)

    def tick(self):
        self.count += 1
        if self.count == self.moment:
            raise Killed


def drive(job):
    number, deaths = job.lease, 0
    while True:
        try:
            step = runner.advance(job.pk, number, worker="test", connect=open_client)
        except Killed:
            deaths += 1
            job.refresh_from_db()
            step = runner.take_over(job.pk, job.lease)
        if step is None:
            return deaths
        number = step.lease_number


def picture(tenant, numbers):
    return {
        (sheet, number): tenant.records(sheet, number)
        for sheet in (sheets.LATEST.name, sheets.ALL.name)
        for number in numbers
    }


@pytest.fixture(
    params=[
        pytest.param((2, 7), id="every seventh moment"),
        pytest.param((1, EACH), id="every moment", marks=pytest.mark.long),
    ]
)
def step(request, settings):
    """From one moment to the next; chunks of two people, and in the long run of one. Other databases see a third."""
    settings.KAONAVI_CHUNK_RECORDS, step = request.param
    return step


@pytest.mark.usefixtures("connection")
def test_a_run_killed_at_any_moment_leaves_the_sheets_like_an_undisturbed_one(monkeypatch, step, tenant, employ, test):
    numbers = ["E1", "E2"]
    for number in numbers:
        test(employ(number))
    foreign = [{"受検日": "2019-05-05", "受検者詳細リンク": "https://other.example.com/r/1"}]
    undisturbed = None
    for moment in range(0, KILLABLE, step):
        for sheet in tenant.state.sheets:
            sheet.rows.clear()
        tenant.write_records(tenant.sheet(sheets.ALL.name), "E2", foreign)
        with monkeypatch.context() as patch:
            executioner = Executioner(patch, moment)
            job = actions.start_job(kind=SyncJob.Kind.RESULTS, by=None, inline=True)
            deaths = drive(job)
        job.refresh_from_db()
        assert job.status == "succeeded", (moment, job.message)
        assert job.counts["created"] == 2, moment
        assert job.changes.count() == 4, moment
        undisturbed = undisturbed or picture(tenant, numbers)
        assert picture(tenant, numbers) == undisturbed, moment
        if moment and not deaths:
            break
    else:
        pytest.fail("the run has more moments than were tried")
    assert executioner.count > 20
