"""A run that does not go on says so on its page and in the list: what happened, since when, what to do."""

from dataclasses import replace
from datetime import timedelta

import pytest
import redis
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from integrations.models import SyncJob, WorkerHeartbeat
from integrations.operations import health
from tests.factories.rows import make_job

LIST = reverse("integrations:jobs")


def test_it_says_when_no_worker_takes_the_run(viewer: Client, settings):
    job = make_job("queued", created_at=timezone.now() - timedelta(seconds=31))
    for address in (LIST, job.get_absolute_url()):
        assert "30秒以上たっても処理が始まっていません" in viewer.get(address).text
    assert "ワーカーが動いていません" in viewer.get(LIST).text
    WorkerHeartbeat.objects.create(name="w", version=settings.CODE_VERSION, seen_at=timezone.now())
    assert "ワーカーが動いていません" not in viewer.get(LIST).text


def test_it_says_when_no_worker_goes_on_with_an_upload_that_slept(viewer: Client):
    fell_asleep = timezone.now() - timedelta(seconds=100)
    job = make_job("running", "results", wake_in=60, worker="", heartbeat_at=fell_asleep)
    due = timezone.localtime(fell_asleep + timedelta(seconds=60))
    assert (
        f"30秒以上たっても処理の続きが始まっていません（{due:%H:%M:%S}から待っています）。ワーカーが動いていません"
        in viewer.get(job.get_absolute_url()).text
    )
    SyncJob.objects.filter(pk=job.pk).update(wake_in=90)  # it is not late yet
    assert "30秒以上" not in viewer.get(job.get_absolute_url()).text
    SyncJob.objects.filter(pk=job.pk).update(wake_in=0, worker="host:1")  # somebody works on it
    assert "30秒以上" not in viewer.get(job.get_absolute_url()).text


@pytest.fixture
def silent() -> SyncJob:
    """A run whose process gave its last sign of life at noon, a minute ago."""
    return make_job("running", worker="host:1", celery_task_id="x", heartbeat_at=timezone.now() - timedelta(minutes=1))


@pytest.mark.parametrize("address", [LIST, "run"])
def test_it_says_that_the_worker_of_a_run_is_dead_since_when_and_what_to_do(viewer: Client, silent: SyncJob, address):
    page = viewer.get(silent.get_absolute_url() if address == "run" else LIST).text
    seen = timezone.localtime(silent.heartbeat_at)
    assert f"処理を行っていたワーカーから、{seen:%H:%M:%S}を最後に応答がありません。" in page
    assert "ワーカーが動いていません。サーバーの管理者に、ワーカーの起動を依頼してください。" in page
    assert "「中止」してから、もう一度実行してください" in page


def test_it_says_that_another_worker_will_go_on_where_there_is_one(viewer: Client, silent: SyncJob, settings):
    WorkerHeartbeat.objects.create(name="w", version=settings.CODE_VERSION, seen_at=timezone.now())
    page = viewer.get(silent.get_absolute_url()).text
    assert "ほかのワーカーが続きを引き継ぎます" in page
    assert "ワーカーが動いていません" not in page


@pytest.mark.parametrize("status", ["queued", "running"])
def test_it_says_that_the_command_of_a_run_is_dead_also_between_two_steps(viewer: Client, status):
    yesterday = timezone.now() - timedelta(days=1)
    job = make_job(status, owner="host 1 2 3", created_at=yesterday, heartbeat_at=yesterday, wake_in=5)
    page = viewer.get(job.get_absolute_url()).text
    assert (
        f"処理を行っていたコマンドから、{timezone.localtime(yesterday):%Y/%m/%d %H:%M:%S}を最後に応答がありません。"
        in page
    )
    assert "同じサーバーでコマンドをもう一度実行しても" in page


def test_a_run_that_gave_a_sign_of_life_lately_is_not_said_to_be_dead(viewer: Client, silent: SyncJob):
    SyncJob.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=40))
    assert "応答がありません" not in viewer.get(silent.get_absolute_url()).text


def test_it_says_that_the_queue_is_missing_where_workers_are_there(viewer: Client, settings, monkeypatch):
    WorkerHeartbeat.objects.create(name="w", version=settings.CODE_VERSION, seen_at=timezone.now())
    job = make_job("queued", created_at=timezone.now() - timedelta(seconds=31))
    cache.clear()
    assert "もうしばらくお待ちください" in viewer.get(job.get_absolute_url()).text
    cache.clear()
    asked: list[int] = []

    def away() -> None:
        asked.append(1)
        raise redis.exceptions.ConnectionError("Error 111 connecting to 10.1.2.3. Connection refused.")

    monkeypatch.setitem(health.PARTS, "broker", replace(health.PARTS["broker"], check=away))
    for _ in range(3):
        assert (
            "キュー（Redis）が動いていないか、接続を受け付けていません。サーバーの管理者に、キューの確認を"
            in viewer.get(job.get_absolute_url()).text
        )
    assert asked == [1]  # a queue that hangs does not hang each page
    cache.clear()


def test_it_is_patient_for_thirty_seconds(viewer: Client):
    job = make_job("queued", created_at=timezone.now() - timedelta(seconds=20))
    assert "30秒以上" not in viewer.get(job.get_absolute_url()).text
