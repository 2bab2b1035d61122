"""稼働状況: what /readyz and `manage.py doctor` say, and what an operator wants to know besides."""

import shutil
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django.conf import settings
from django.db import connection
from django.utils import timezone

from integrations.jobs import signs
from integrations.models import SyncJob, WorkerHeartbeat
from integrations.operations import backup, checks, doctor, pooler
from integrations.operations.doctor import Finding
from integrations.operations.health import PartHealth, readiness
from integrations.operations.patience import Question

PATIENCE = 1.0  # seconds that the queue gets beyond what the parts took
UNKNOWN = "確認できません"
NEVER = "まだ一度もありません"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing to know: what it is called, how it is, and a word about it."""

    title: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker process: of the version of this page or of another one, and when it was seen."""

    name: str
    is_of_this_version: bool
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Operation:
    """All of the page. `is_standing` where the product cannot do its work; `findings` are what doctor finds wrong."""

    parts: list[PartHealth]
    findings: list[Finding]
    settings: list[Finding]
    facts: list[Fact]
    workers: list[Worker]

    @property
    def is_standing(self) -> bool:
        return any(part.stops_work for part in self.parts if part.problem)

    @property
    def problems(self) -> int:
        return sum(bool(part.problem) for part in self.parts) + len(self.findings)


def operation() -> Operation:
    """How it is at this moment. Takes no longer than `readiness` and a second, whatever hangs."""
    messages = MESSAGES.put()
    parts = readiness()
    findings = [finding for finding in (*doctor.files(), *doctor.clock()) if finding.problem]
    return Operation(parts, findings, list(doctor.settings_read()), facts(messages), workers())


def facts(messages: "Future[int]") -> list[Fact]:
    unfinished = SyncJob.objects.unfinished().count()
    return [
        Fact("版", settings.VERSION, f"コード {settings.CODE_VERSION[:8]}"),
        Fact("終わっていない処理", f"{unfinished}件", "待機中と処理中のものです。"),
        *database(),
        Fact("キューで待っているメッセージ", waiting(messages)),
        Fact("ディスクの空き", *free_space()),
        Fact("最後のバックアップ", *last_backup()),
        Fact("beat の最終確認", moment(signs.seen_at(signs.BEAT))),
        Fact(
            "最後の夜間の整理", moment(signs.seen_at(signs.NIGHT)), "毎日4時30分に、保存期間を過ぎたものを削除します。"
        ),
    ]


def database() -> list[Fact]:
    """Whether a pool stands between us and PostgreSQL."""
    if connection.vendor != "postgresql":
        return []
    connection.ensure_connection()
    if not pooler.is_pooled(connection.connection):
        return [Fact("データベースとの接続", "直接")]
    is_read_plainly = connection.settings_dict.get(pooler.CURSORS_OFF)
    note = "サーバー側カーソルを使わずに読み取ります。" if is_read_plainly else "セッション単位のプールとして使います。"
    return [Fact("データベースとの接続", "接続プール経由", note)]


def waiting(messages: "Future[int]") -> str:
    try:
        return f"{messages.result(timeout=PATIENCE)}件"
    except Exception:  # noqa: BLE001 - why it is so stands in the line of the queue
        return UNKNOWN


def free_space() -> tuple[str, str]:
    """Of the fullest disk that data of ours lie on; with services of one's own they lie elsewhere."""
    disk: shutil._ntuple_diskusage | None = min(checks.disks(), key=attrgetter("free"), default=None)
    if disk is None:
        return "別のサーバー", "データはデータベースのサーバーにあります。"
    return f"{disk.free / 1e9:,.1f} GB", f"全体は {disk.total / 1e9:,.1f} GB です。"


def last_backup() -> tuple[str, str]:
    if not backup.is_automatic():
        return "対象外", "このデータベースのバックアップは、別に取ってください。"
    last = backup.last()
    failed = f"{moment(last.failed_at)}のバックアップは失敗しました。" if last.failed_at else ""
    return moment(last.made_at), failed or "毎日、データフォルダーに取ります。"


def workers() -> list[Worker]:
    """Those of the last day, the liveliest first."""
    rows = WorkerHeartbeat.objects.order_by("-seen_at").values_list("name", "version", "seen_at")
    return [Worker(name, version == settings.CODE_VERSION, seen_at) for name, version, seen_at in rows]


def moment(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y/%m/%d %H:%M") if at else NEVER


MESSAGES = Question(checks.waiting_messages)
