"""What `manage.py doctor` looks at beside the services: each setting with where it came from, files, and the clock."""

import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Max
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.site import installation, site_url
from integrations.channels import Outcome, chat, mail
from integrations.operations.backup import keys, sqlite
from integrations.operations.backup.daily import folder as backup_folder

OTHERS = stat.S_IRWXG | stat.S_IRWXO
MASK = "●●●"
MOUNTED = Path("/run/secrets")  # where a container has what was mounted for it alone
MOST_APART = 5  # seconds between two clocks; codes of an app and answers of a provider bear a minute


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, or what is wrong with it and what to do."""

    title: str
    state: str = ""
    problem: str = ""
    remedy: str = ""


def settings_read() -> Iterator[Finding]:
    """Each variable with its value, masked where it is a secret, and where that came from."""
    for reading in settings.VARIABLES:
        shown, source = reading.shown, reading.source
        if not source:
            shown, source = default_of(reading.name)
        yield Finding(reading.name, f"{shown or 'なし'}（{source}）")


def default_of(name: str) -> tuple[str, str]:
    """What is used where a variable is not set, and where that came from."""
    for member, variable in keys.VARIABLES.items():
        if variable == name:
            return MASK, f"データフォルダー {keys.place_of(member)}"
    if name == "DJANGO_DEBUG":
        return "false", "既定。1台のマシンでの本番"
    if name == "SITE_URL":
        return address()
    if name == "DATABASE_URL":
        return f"SQLite {sqlite.file_of_database()}", "既定"
    if name == "CELERY_BROKER_URL" and settings.BROKER_URL_FILE.exists():
        return MASK, f"データフォルダー {settings.BROKER_URL_FILE}"
    value = getattr(settings, name.removeprefix("DJANGO_"), "")
    return ",".join(value) if isinstance(value, list) else str(value), "既定"


def address() -> tuple[str, str]:
    try:
        return site_url(), "データベース" if installation().site_url else "既定"
    except DatabaseError:
        return str(settings.SITE_URL), "既定。データベースを読めません"


def files() -> Iterator[Finding]:
    """Whether what must be ours alone is, and whether we may write where we must."""
    data = Path(settings.DATA_DIR)
    if data.is_dir():
        yield ours_alone(data, is_written=True)
    if backup_folder().is_dir():
        yield ours_alone(backup_folder(), is_written=True)
    kept = [keys.place_of(member) for member in keys.VARIABLES]
    for path in (settings.BASE_DIR / ".env", *kept, settings.BROKER_URL_FILE, *sorted(backup_folder().glob("*"))):
        if path.is_file():
            yield ours_alone(path)
    if connection.vendor == "sqlite" and sqlite.file_of_database().is_file():
        file = sqlite.file_of_database()
        yield ours_alone(file, is_written=True) if is_open_to_others(file.parent) else may_be_written(file)
    for reading in settings.VARIABLES:
        path = Path(reading.file)
        if reading.file and MOUNTED not in path.parents:
            closed = not is_open_to_others(path.parent)
            yield Finding(str(path), f"{reading.name} の値") if closed else ours_alone(path)


def ours_alone(path: Path, *, is_written: bool = False) -> Finding:
    """One that nobody else may read."""
    status = path.stat()
    right = "700" if path.is_dir() else "600"
    if status.st_uid not in {os.geteuid(), 0}:
        return Finding(
            str(path),
            problem="このプログラムの利用者のものではありません。",
            remedy=f"chown {os.geteuid()} {path} を実行してください。",
        )
    if status.st_mode & OTHERS:
        return Finding(
            str(path),
            problem=f"ほかの利用者が読み書きできます（{stat.S_IMODE(status.st_mode):o}）。",
            remedy=f"chmod {right} {path} を実行してください。",
        )
    return may_be_written(path) if is_written else Finding(str(path), f"{stat.S_IMODE(status.st_mode):o}")


def may_be_written(path: Path) -> Finding:
    if not os.access(path, os.W_OK):
        return Finding(str(path), problem="書き込めません。", remedy="所有者と権限を確認してください。")
    return Finding(str(path), f"{stat.S_IMODE(path.stat().st_mode):o}")


def is_open_to_others(folder: Path) -> bool:
    return bool(folder.stat().st_mode & (stat.S_IXGRP | stat.S_IXOTH))


def clock() -> Iterator[Finding]:
    """Ours beside that of the database, and beside what was written already."""
    now = timezone.localtime()
    state = f"{now:%Y/%m/%d %H:%M:%S %Z}"
    remedy = "このサーバーの時計を NTP で合わせてください。"
    try:
        apart = seconds_apart()
        newest = AuditEntry.objects.aggregate(at=Max("at"))["at"]
    except DatabaseError:
        yield Finding("時計", f"{state}（データベースと比べられません）")
        return
    if apart > MOST_APART:
        yield Finding("時計", state, f"このサーバーとデータベースの時計が{apart:.0f}秒ずれています。", remedy)
    elif newest and newest > now + timedelta(minutes=1):
        yield Finding(
            "時計",
            state,
            f"操作の記録に、未来の時刻（{timezone.localtime(newest):%Y/%m/%d %H:%M}）があります。",
            remedy,
        )
    else:
        yield Finding("時計", state)


def channels() -> Iterator[Finding]:
    """Whether notices can be sent: does the mail server let us in? Nothing is sent. Of chats the schemes are told."""
    if not mail.is_set():
        yield Finding("メール", "なし（EMAIL_URL を設定すると、通知を送れます）")
    else:
        outcome = mail.reach()
        place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        if outcome is Outcome.SENT:
            yield Finding("メール", f"{place} に接続できました")
        else:
            yield Finding("メール", place, outcome.sentence, outcome.remedy)
    schemes = "、".join(map(chat.scheme_of, chat.addresses()))
    yield Finding("チャット", schemes or "なし（NOTIFY_URLS を設定すると、通知を送れます）")


def seconds_apart() -> float:
    """Between our clock and that of the database's server; SQLite has no other."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        return abs(float(cursor.fetchone()[0]) - time.time())
