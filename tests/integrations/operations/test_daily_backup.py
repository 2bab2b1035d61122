"""One backup a day of the database in the data folder, for fourteen days; a failed one is told and tried again."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django_settings

from integrations.operations import backup
from integrations.operations.backup import daily
from integrations.operations.backup.archive import BackupError
from mikiwame_kaonavi.celery import app

NOW = datetime(2026, 11, 29, 3, 20, tzinfo=UTC)


@pytest.fixture
def data(settings, tmp_path, monkeypatch) -> Path:
    """A data folder in which backups are made; what is in one is tried in test_backup."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(daily, "is_automatic", lambda: True)
    monkeypatch.setattr(daily, "take", lambda path: path.write_text("a backup"))
    return tmp_path


def wake(moment: datetime = NOW) -> list[str]:
    """What is in the folder after beat's errand at that moment."""
    with time_machine.travel(moment, tick=False):
        daily.back_up_daily()
    return sorted(path.name for path in daily.folder().iterdir())


def last(moment: datetime = NOW) -> backup.Last:
    with time_machine.travel(moment, tick=False):
        return backup.last()


def test_beat_wakes_a_task_that_the_worker_knows():
    for entry in django_settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in app.tasks


def test_one_is_made_a_day_however_often_beat_asks(data):
    first = ["mikiwame-20261129T032000Z.backup"]
    assert wake() == first
    assert stat.S_IMODE(daily.folder().stat().st_mode) == 0o700
    assert wake(NOW + timedelta(hours=23)) == first
    assert wake(NOW + timedelta(days=1)) == [*first, "mikiwame-20261130T032000Z.backup"]
    assert last(NOW + timedelta(days=2)) == (NOW + timedelta(days=1), None, "")


def test_fourteen_days_are_kept_and_what_others_put_there(data):
    wake()
    (daily.folder() / "mine.backup").touch()
    wake(NOW + timedelta(days=14))
    assert wake(NOW + timedelta(days=15)) == [
        "mikiwame-20261213T032000Z.backup",
        "mikiwame-20261214T032000Z.backup",
        "mine.backup",
    ]


def test_a_failure_is_told_with_its_cause_until_one_succeeds(data, monkeypatch, caplog):
    wake()
    later = NOW + timedelta(days=1)

    def fail(_path):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(daily, "take", fail)
        wake(later)
    assert last(later) == (NOW, later, "DISK_FULL")
    assert "ENOSPC, DISK_FULL" in caplog.text
    wake(later + timedelta(hours=1))
    assert last(later + timedelta(hours=2)) == (later + timedelta(hours=1), None, "")


def test_a_failure_of_ours_says_its_sentence_in_the_log(data, monkeypatch, caplog):
    def fail(_path):
        raise BackupError("データベースが壊れている")

    monkeypatch.setattr(daily, "take", fail)
    wake()
    assert (last(), "データベースが壊れている" in caplog.text) == ((None, NOW, ""), True)


def test_what_a_killed_one_left_is_taken_away(data):
    daily.folder().mkdir()
    draft = daily.folder() / ".mikiwame-20261128T032000Z.backup.0123abcd.draft"
    draft.touch()
    assert draft.name in wake(datetime.now(UTC))
    assert draft.name not in wake(datetime.now(UTC) + timedelta(days=1))


def test_a_clock_that_was_ahead_keeps_nobody_from_making_one(data):
    wake(NOW + timedelta(days=400))
    assert len(wake()) == 2
    assert len(wake(NOW + timedelta(hours=1))) == 2
    assert last() == (NOW, None, "")


def test_without_a_folder_there_is_none(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "nowhere"
    assert backup.last() == (None, None, "")


def test_a_database_elsewhere_is_seen_to_by_whoever_runs_it(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert backup.is_automatic() is False
    daily.back_up_daily()
    assert list(tmp_path.iterdir()) == []
