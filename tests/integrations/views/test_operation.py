"""稼働状況: the page says of each part what /readyz says, since when, and what to do."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from integrations import tasks
from integrations.jobs import signs, workers
from integrations.models import SignOfLife, WorkerHeartbeat
from integrations.operations import backup, doctor
from integrations.operations.backup.daily import Last
from integrations.operations.doctor import Finding
from integrations.operations.health import PARTS, PartHealth
from integrations.screens import operation as screen
from tests.factories.rows import make_job

pytestmark = pytest.mark.django_db

PAGE = reverse("integrations:operation")
SINCE = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)


@pytest.fixture
def running(monkeypatch) -> None:
    """A worker and beat are there, and doctor finds nothing wrong."""
    monkeypatch.setattr(doctor, "files", lambda: iter(()))
    workers.announce("host:1")
    signs.leave(signs.BEAT)


def test_it_stands_among_the_settings_of_administrators(admin):
    assert f'href="{PAGE}"' in admin.get(reverse("integrations:settings")).text


def test_each_part_is_named_and_all_are_well(admin, running):
    page = admin.get(PAGE)
    assert "すべて正常です。" in page.text
    assert [title for title in (part.title for part in PARTS.values()) if f"<h3>{title}</h3>" not in page.text] == []
    assert page.text.count("正常</span>") == len(PARTS) + 1  # doctor's files and clock
    assert "no-store" in page.headers["Cache-Control"]


def test_a_part_that_stops_the_work_says_since_when_and_what_to_do(admin, monkeypatch):
    broken = PartHealth(
        "database",
        "データベース",
        "ディスクの空きがありません。",
        "空きを作ってください。",
        "DISK_FULL",
        SINCE,
        stops_work=True,
    )
    monkeypatch.setattr(screen, "readiness", lambda: [broken])
    page = admin.get(PAGE).text
    assert "処理を行えない状態です。" in page
    assert "ディスクの空きがありません。" in page
    assert "2026/04/01 09:30</time>から" in page
    assert "空きを作ってください。" in page
    assert "<code>DISK_FULL</code>" in page


def test_a_part_that_can_wait_is_a_matter_of_care(admin, monkeypatch):
    monkeypatch.setattr(screen, "readiness", lambda: [PartHealth("disk", "ディスク", "残りが少ないです。")])
    page = admin.get(PAGE).text
    assert "処理は行えますが、1件の注意があります。" in page
    assert "要対応</span>" not in page


def test_it_says_what_readyz_says(admin, client):
    """Without a worker, and with beat never seen."""
    told = client.get("/readyz").json()
    page = admin.get(PAGE).text
    assert [problem for part in PARTS if (problem := told[part]) != "ok" and problem not in page] == []
    assert told["worker"] != "ok"
    assert told["beat"] != "ok"


def test_it_names_each_worker_and_whether_its_version_is_the_pages(admin, running):
    WorkerHeartbeat.objects.create(name="old:7", version="another", seen_at=timezone.now() - timedelta(hours=1))
    page = admin.get(PAGE).text
    assert page.index("host:1") < page.index("この画面と同じ") < page.index("old:7") < page.index("この画面と違う")


def test_it_says_the_version_what_is_unfinished_and_what_waits_in_the_queue(admin, running, monkeypatch):
    make_job("queued")
    page = admin.get(PAGE).text
    assert f"<dd>{django_settings.VERSION}</dd>" in page
    assert "<dt>終わっていない処理</dt><dd>1件</dd>" in page
    assert "<dt>キューで待っているメッセージ</dt><dd>0件</dd>" in page


def test_a_queue_that_does_not_answer_is_no_error_of_the_page(admin, running, monkeypatch):
    def refuse() -> int:
        raise OSError("redis://:password@10.0.0.1")

    monkeypatch.setattr(screen.MESSAGES, "ask", refuse)
    page = admin.get(PAGE)
    assert (page.status_code, "10.0.0.1" in page.text) == (200, False)
    assert "<dt>キューで待っているメッセージ</dt><dd>確認できません</dd>" in page.text


def test_the_nightly_errand_is_dated_when_it_has_been_run(admin, running):
    assert "<dt>最後の夜間の整理</dt><dd>まだ一度もありません</dd>" in admin.get(PAGE).text
    tasks.remove_old_jobs()
    SignOfLife.objects.filter(name=signs.NIGHT).update(seen_at=SINCE)
    assert "<dt>最後の夜間の整理</dt><dd>2026/04/01 09:30</dd>" in admin.get(PAGE).text


def test_with_services_of_ones_own_the_disk_of_the_data_is_elsewhere(admin, running, monkeypatch):
    monkeypatch.setattr("integrations.operations.checks.disks", lambda: iter(()))
    assert "データはデータベースのサーバーにあります。" in admin.get(PAGE).text


def test_what_doctor_finds_wrong_stands_there_too(admin, running, monkeypatch):
    found = Finding(
        "/srv/.env", problem="ほかの利用者が読み書きできます（644）。", remedy="chmod 600 を実行してください。"
    )
    monkeypatch.setattr(doctor, "files", lambda: iter([found, Finding("/srv/.data", "700")]))
    page = admin.get(PAGE).text
    assert "1件の注意があります" in page
    assert "<h3>/srv/.env</h3>" in page
    assert "chmod 600 を実行してください。" in page
    assert "/srv/.data</h3>" not in page


def test_each_setting_says_where_its_value_comes_from_and_no_secret_is_shown(admin, running):
    page = admin.get(PAGE).text
    assert "<code>CREDENTIAL_KEYS</code>" in page
    assert not any(key in page for key in (*django_settings.CREDENTIAL_KEYS, django_settings.SECRET_KEY))


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (Last(), "<dd>まだ一度もありません</dd>"),
        (Last(made_at=SINCE), "<dd>2026/04/01 09:30</dd>"),
        (Last(SINCE, SINCE + timedelta(days=1), "DISK_FULL"), "2026/04/02 09:30のバックアップは失敗しました。"),
    ],
)
def test_the_last_backup_is_dated_where_the_product_makes_them(last, told, admin, running, monkeypatch):
    monkeypatch.setattr(backup, "is_automatic", lambda: True)
    monkeypatch.setattr(backup, "last", lambda: last)
    assert "<dt>最後のバックアップ</dt>" in (page := admin.get(PAGE).text)
    assert told in page


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "セッション単位のプールとして使います。"),
        ({"DISABLE_SERVER_SIDE_CURSORS": True}, "サーバー側カーソルを使わずに読み取ります。"),
    ],
)
def test_a_pool_before_the_database_is_told(options, told, monkeypatch):
    pooled = SimpleNamespace(
        vendor="postgresql", settings_dict=options, connection=None, ensure_connection=lambda: None
    )
    monkeypatch.setattr(screen, "connection", pooled)
    monkeypatch.setattr(screen.pooler, "is_pooled", lambda _: True)
    [fact] = screen.database()
    assert (fact.value, fact.note) == ("接続プール経由", told)


def test_without_a_pool_postgresql_is_reached_directly(admin, running):
    page = admin.get(PAGE).text
    assert ("<dd>直接</dd>" in page) == (connection.vendor == "postgresql")
