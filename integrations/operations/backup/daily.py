"""A backup a day of the embedded default, in the data folder, made by the worker as long as beat wakes it.

Beat asks every hour, so a machine that sleeps at night is seen to as well, and one that failed is tried again. What
failed is written beside the backups, where health checks find it though the database should be the trouble.
"""

import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from celery import shared_task
from django.conf import settings
from django.db import connection

from accounts import private_files
from accounts.causes import cause_of, told_with_remedy
from integrations.operations.backup import sqlite
from integrations.operations.backup.archive import BackupError
from integrations.operations.backup.taking import take

logger = logging.getLogger(__name__)

DUE_AFTER = timedelta(hours=23, minutes=30)
KEPT = timedelta(days=14)
ENDING = ".backup"
NAME = f"mikiwame-%Y%m%dT%H%M%SZ{ENDING}"
FAILED = "failed"


class Last(NamedTuple):
    """When the newest backup was made, and the try after it that failed, with the code of its cause if known."""

    made_at: datetime | None = None
    failed_at: datetime | None = None
    code: str = ""


def is_automatic() -> bool:
    """Whether the product makes them itself: for the database in its own data folder."""
    return connection.vendor == "sqlite" and sqlite.file_of_database().parent == Path(settings.DATA_DIR)


def folder() -> Path:
    return Path(settings.DATA_DIR) / "backups"


def last() -> Last:
    """Needs no database. Raises nothing: a folder that cannot be read has no backup, nor has tomorrow."""
    now = datetime.now(UTC)
    made_at = max((moment for moment in backups().values() if moment <= now), default=None)
    try:
        moment, _, code = (folder() / FAILED).read_text().partition(" ")
        failed_at = datetime.fromisoformat(moment)
    except (OSError, ValueError):
        return Last(made_at)
    return Last(made_at, failed_at, code)


def backups() -> dict[Path, datetime]:
    """Those that are ours, by their names, with when they were made. Files that somebody put there are left alone."""
    found = {}
    try:
        for path in folder().glob(f"*{ENDING}"):
            try:
                found[path] = datetime.strptime(path.name, NAME).replace(tzinfo=UTC)
            except ValueError:
                continue
    except OSError:
        return {}
    return found


@shared_task
def back_up_daily() -> None:
    """Beat's hourly errand: does nothing until a day has passed since the last one."""
    now = datetime.now(UTC)
    made_at = last().made_at
    if not is_automatic() or (made_at and now - made_at < DUE_AFTER):
        return
    place = folder()
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        remove_drafts(now)
        take(place / now.strftime(NAME))
        (place / FAILED).unlink(missing_ok=True)
        remove_old(now)
    except Exception as error:
        cause = cause_of(error)
        words = str(error) if isinstance(error, BackupError) else told_with_remedy(error)
        logger.exception("no backup was made (%s)", words)
        with suppress(OSError):  # then the age of the last one tells
            private_files.write(place / FAILED, f"{now.isoformat()} {cause.code if cause else ''}")


def remove_old(now: datetime) -> None:
    """After a new one was made, so that there is always one."""
    for path, made_at in backups().items():
        if now - made_at > KEPT:
            path.unlink(missing_ok=True)


def remove_drafts(now: datetime) -> None:
    """What a process left that was killed while it wrote: personal data that nobody would look for."""
    for path in folder().glob(".*.draft*"):
        if now.timestamp() - path.stat().st_mtime > timedelta(hours=6).total_seconds():
            path.unlink(missing_ok=True)
