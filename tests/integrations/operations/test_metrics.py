"""/metrics: for whoever shows the token; numbers that never fall, at a fixed cost."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
import redis
from django.conf import LazySettings
from django.core.management import call_command
from django.db import InterfaceError, ProgrammingError, connections
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from kombu.exceptions import OperationalError
from prometheus_client.parser import text_string_to_metric_families

from integrations.connection.remote_state import DatabaseQuota
from integrations.erasure.retention import remove_old_jobs
from integrations.jobs import signs, workers
from integrations.jobs.lease import Lease
from integrations.jobs.runner import wait_for
from integrations.kaonavi.errors import MustWait
from integrations.models import KaonaviConnection, MetricSum, RemoteCall, SyncJob
from integrations.operations import checks, metrics
from integrations.operations.health import PARTS, Asked
from tests.factories.rows import make_job, make_person

pytestmark = pytest.mark.django_db

TOKEN = "a token for the tests"


def told() -> Mapping[tuple[str, ...], float]:
    """Each sample: its name without our prefix and the values of its labels → its value."""
    families = text_string_to_metric_families(metrics.text().decode())
    samples = [sample for family in families for sample in family.samples]
    return {(sample.name.removeprefix("mikiwame_"), *sample.labels.values()): sample.value for sample in samples}


def call(*, update: bool, outcome: str) -> None:
    ticket = DatabaseQuota().reserve(update=update)
    DatabaseQuota().returned(ticket, outcome)


class TestTheAddress:
    def test_without_a_token_it_is_not_there(self, client: Client):
        assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404

    @pytest.mark.parametrize("shown", ["", "Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer 鍵"])
    def test_a_wrong_token_is_refused(self, client: Client, settings: LazySettings, shown: str):
        settings.METRICS_TOKEN = TOKEN
        answer = client.get("/metrics", headers={"authorization": shown})
        assert (answer.status_code, answer.content) == (401, b"")

    def test_a_log_in_is_no_token(self, admin_client: Client, settings: LazySettings):
        settings.METRICS_TOKEN = TOKEN
        assert admin_client.get("/metrics").status_code == 401

    def test_the_token_opens_it(self, client: Client, settings: LazySettings):
        settings.METRICS_TOKEN = TOKEN
        answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/plain")
        assert "no-store" in answer["Cache-Control"]
        assert b"mikiwame_jobs_total" in answer.content


def test_runs_are_counted_by_kind_and_status_with_their_rows_and_seconds():
    make_job("succeeded", created=3, unchanged=4, total=7)
    make_job("partial", created=1, failed=2, total=3)
    samples = told()
    assert samples["jobs_total", "employees", "succeeded"] == 1
    assert samples["jobs_total", "employees", "partial"] == 1
    assert samples["jobs_total", "results", "failed"] == 0
    assert samples["rows_total", "employees", "created"] == 4
    assert samples["rows_total", "employees", "failed"] == 2
    assert samples["job_seconds_count", "employees"] == 2
    assert samples["job_seconds_sum", "employees"] == pytest.approx(20)
    newest = SyncJob.objects.latest("finished_at").finished_at
    assert samples["job_last_end_timestamp_seconds", "employees", "partial"] == pytest.approx(newest.timestamp())


def test_the_last_success_of_each_kind_is_told_by_its_age_and_one_that_was_undone_is_none():
    ages = [timedelta(days=days) for days in (9, 3, 2, 1)]
    statuses = ("succeeded", "partial", "succeeded", "failed")
    for age, status, undone_at in zip(ages, statuses, (None, None, timezone.now(), None), strict=True):
        make_job(status, finished_at=timezone.now() - age, undone_at=undone_at)
    make_job("failed", "departments")
    found = {key: value for key, value in told().items() if key[0] == "job_success_age_seconds"}
    assert found == {("job_success_age_seconds", "employees"): pytest.approx(3 * 86400, abs=5)}


def test_calls_are_counted_by_status_and_go_on_being_counted_when_they_are_forgotten():
    call(update=True, outcome="202")
    call(update=False, outcome="200")
    call(update=False, outcome="none")
    before = told()
    assert before["kaonavi_calls_total", "update", "202"] == 1
    RemoteCall.objects.update(reserved_at=timezone.now() - timedelta(hours=3))
    call(update=False, outcome="200")
    after = told()
    assert RemoteCall.objects.count() == 1
    assert after["kaonavi_calls_total", "read", "200"] == before["kaonavi_calls_total", "read", "200"] + 1 == 2
    assert after["kaonavi_calls_total", "update", "202"] == after["kaonavi_calls_total", "read", "none"] == 1


def test_runs_that_are_removed_go_on_being_counted():
    old = timezone.now() - timedelta(days=500)
    make_job("failed", created_at=old, finished_at=old + timedelta(seconds=5), started_at=old, failed=2)
    make_job("succeeded", created=1)
    before = {key: value for key, value in told().items() if key[0].endswith(("_total", "_sum", "_count"))}
    assert remove_old_jobs() == 1
    after = told()
    assert {key: after[key] for key in before} == before


def test_seconds_that_a_run_waits_for_a_limit_are_added_up():
    job = make_job("running", "results")
    for seconds in (12.0, 30.0):
        wait_for(Lease(job), MustWait(seconds, "update"))
    assert told()["kaonavi_wait_seconds_total", "update"] == 42
    assert MetricSum.objects.count() == 1


def test_the_unfinished_run_has_an_age_and_a_heartbeat():
    beat = timezone.now() - timedelta(seconds=20)
    make_job("running", "results", worker="host:1", heartbeat_at=beat)
    samples = told()
    assert samples["jobs_pending", "results", "running"] == 1
    assert samples["job_age_seconds", "results", "running"] == pytest.approx(60, abs=5)
    assert samples["job_heartbeat_age_seconds", "results"] == pytest.approx(20, abs=5)


def test_workers_are_told_apart_by_the_version_of_their_code():
    assert told()["workers", "current"] == 0
    workers.announce("host:1")
    samples = told()
    assert (samples["workers", "current"], samples["workers", "other"]) == (1, 0)
    assert samples["worker_age_seconds", "current"] == pytest.approx(0, abs=5)


def test_the_state_of_connection_and_keys(settings: LazySettings):
    assert told()["connection", "none"] == 1
    KaonaviConnection.objects.create(consumer_key="K", consumer_secret="S", state="broken")
    assert (told()["connection", "broken"], told()["keys_readable",]) == (1, 1)
    settings.CREDENTIAL_KEYS = ["b3RoZXIga2V5IHRoYW4gdGhlIG9uZSB0aGF0IHdhcyE="]
    assert told()["keys_readable",] == 0


@pytest.mark.parametrize(
    "error", [OperationalError(), redis.exceptions.OutOfMemoryError(), redis.exceptions.ReadOnlyError(), KeyError()]
)
def test_the_queue_is_counted_and_a_broker_in_trouble_is_told(monkeypatch: pytest.MonkeyPatch, error: Exception):
    samples = told()
    assert (samples["broker_up",], samples["queue_messages",]) == (1, 0)
    assert (samples["problem", "broker"], samples["scrape_problem", "broker"]) == (0, 0)

    def refuse(**_: object) -> None:
        raise error

    monkeypatch.setattr(checks.current_app, "connection", refuse)
    samples = told()
    assert (samples["problem", "broker"], samples["scrape_problem", "broker"], samples["broker_up",]) == (1, 1, 0)
    assert ("queue_messages",) not in samples
    assert ("jobs_total", "employees", "succeeded") in samples


def test_with_the_database_away_it_tells_what_needs_none(
    client: Client, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
):
    def away(*_: object) -> None:
        raise InterfaceError("connection already closed")

    settings.METRICS_TOKEN = TOKEN
    monkeypatch.setattr(connections["default"], "cursor", away)
    monkeypatch.setattr(connections["default"], "is_usable", lambda: False)
    answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    samples = told()
    assert (samples["scrape_problem", "database"], samples["scrape_problem", "broker"]) == (1, 0)
    assert {part for part in PARTS if samples["problem", part]} == {
        part for part, each in PARTS.items() if each.asked is Asked.DATABASE
    }
    assert (samples["broker_up",], samples["queue_messages",]) == (1, 0)
    assert samples["disk_free_bytes",] <= samples["disk_size_bytes",]
    assert not any(name in {"jobs_total", "workers", "connection", "keys_readable"} for name, *_ in samples)


def test_one_table_that_cannot_be_read_takes_away_its_own_numbers_alone(monkeypatch: pytest.MonkeyPatch):
    def denied() -> None:
        raise ProgrammingError("permission denied")

    monkeypatch.setattr(metrics, "calls_left", denied)
    samples = told()
    assert samples["scrape_problem", "database"] == 1
    assert ("kaonavi_calls_left", "update") not in samples
    assert samples["workers", "current"] == 0


def test_the_age_of_beat_is_known_once_it_has_beaten():
    assert ("beat_age_seconds",) not in told()
    signs.leave(signs.BEAT)
    assert told()["beat_age_seconds",] == pytest.approx(0, abs=5)


def test_its_cost_does_not_grow_and_no_large_table_is_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checks, "WRITE_EVERY", timedelta(hours=1))
    workers.announce("host:0")
    metrics.text()

    def statements() -> list[str]:
        with CaptureQueriesContext(database) as captured:
            metrics.text()
        return [query["sql"] for query in captured]

    few = statements()
    for number in range(30):
        make_person(number)
        make_job("succeeded", created=1)
        call(update=False, outcome="200")
        workers.announce(f"host:{number}")
    many = statements()
    assert len(many) == len(few) <= 19
    tables = ("syncissue", "syncchange", "employees_employee", "assessments_assessment", "uploadchunk", "auditentry")
    assert not any(table in statement for table in tables for statement in many)


def test_it_names_nobody():
    make_person()
    call_command("createsuperuser", "--no-input", username="operator", email="operator@example.co.jp")
    make_job("succeeded")
    assert not any(part in metrics.text().decode() for part in ("青山", "example", "operator"))
