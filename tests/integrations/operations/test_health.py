"""/healthz says that the web process answers, /readyz that the product can do its work."""

from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.utils import timezone

from integrations.jobs import signs, workers
from integrations.models import WorkerHeartbeat
from integrations.operations import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(db) -> None:
    """And everything else that leaves a sign."""
    workers.announce("host:1")
    signs.leave(signs.BEAT)


def break_part(monkeypatch: pytest.MonkeyPatch, part: str, error: Exception) -> None:
    def refuse() -> None:
        raise error

    monkeypatch.setitem(health.PARTS, part, replace(health.PARTS[part], check=refuse))


def test_healthz_needs_no_log_in(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_readyz_is_200_when_every_part_is_well(client, worker):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == dict.fromkeys(health.PARTS, "ok") | {"version": django_settings.VERSION}


def test_readyz_is_503_without_a_worker(client):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "ワーカーが動いていません" in answer.json()["worker"]


def test_a_worker_that_was_not_seen_for_a_minute_does_not_count(worker):
    assert workers.problem() == ""
    assert "動いていません" in workers.problem(timezone.now() + timedelta(seconds=61))


def test_a_worker_that_died_before_the_clock_was_set_back_does_not_count(worker):
    assert "動いていません" in workers.problem(timezone.now() - timedelta(hours=1))


def test_a_worker_of_another_version_is_told_apart(client):
    WorkerHeartbeat.objects.create(name="old:1", version="another", seen_at=timezone.now())
    assert "版が画面と違います" in client.get("/readyz").json()["worker"]
    workers.announce("new:1")
    assert client.get("/readyz").status_code == 200


def test_a_worker_that_leaves_is_forgotten(worker):
    workers.leave("host:1")
    assert not WorkerHeartbeat.objects.exists()


def test_an_unreachable_broker_is_said_without_its_address(client, worker, monkeypatch):
    break_part(monkeypatch, "broker", OSError("redis://:password@10.0.0.1"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["broker"] == "キューを確認できませんでした（OSError）。"
    assert b"password" not in answer.content


def test_the_command_says_the_same(worker, monkeypatch):
    out = StringIO()
    call_command("health", stdout=out)
    assert "× " not in out.getvalue()
    WorkerHeartbeat.objects.all().delete()
    with pytest.raises(SystemExit) as end:
        call_command("health", stdout=out)
    assert end.value.code == 1


def test_the_version_names_the_code_that_runs():
    assert len(django_settings.CODE_VERSION) == 16
