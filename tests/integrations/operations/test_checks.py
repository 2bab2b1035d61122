"""What each check sees, and what it lets pass."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from unittest.mock import Mock

import psycopg
import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.checks import run_checks
from django.core.files.base import ContentFile
from django.db import InternalError, OperationalError, ProgrammingError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, override_settings
from django.utils import timezone

from integrations.jobs import signs
from integrations.models import SignOfLife
from integrations.operations import backup, checks
from integrations.operations.backup import Last
from integrations.operations.health import health_of

pytestmark = pytest.mark.django_db

MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
EMBEDDED = "mikiwame_kaonavi.static_files.CollectedOrNot"


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def problem_of(part: str) -> str:
    return health_of(part)[0].problem


def refused_by(monkeypatch: pytest.MonkeyPatch, wrapper: Exception, driver: Exception) -> None:
    wrapper.__cause__ = driver

    def refuse(*_: object, **__: object) -> None:
        raise wrapper

    monkeypatch.setattr(signs, "leave", refuse)


class TestTheDatabase:
    def test_a_try_of_a_write_is_repeated_no_more_often_than_in_a_few_seconds(self, time_machine):
        time_machine.move_to("2026-11-29T12:00:00+09:00", tick=False)
        assert problem_of("database") == ""
        first = signs.seen_at(signs.WRITE)
        time_machine.shift(4)
        assert problem_of("database") == ""
        assert signs.seen_at(signs.WRITE) == first
        time_machine.shift(2)
        assert problem_of("database") == ""
        assert signs.seen_at(signs.WRITE) == timezone.now()

    def test_a_clock_that_was_set_back_does_not_end_the_tries(self, time_machine):
        time_machine.move_to("2026-11-29T12:00:00+09:00", tick=False)
        signs.leave(signs.WRITE)
        time_machine.move_to("2026-11-28T12:00:00+09:00", tick=False)
        signs.leave(signs.WRITE, every=checks.WRITE_EVERY)
        assert signs.seen_at(signs.WRITE) == timezone.now()

    def test_one_that_is_read_only_is_told_with_when_something_was_written_last(self, monkeypatch):
        signs.leave(signs.BEAT)
        refused_by(monkeypatch, InternalError(), psycopg.errors.ReadOnlySqlTransaction("x"))
        (told,) = health_of("database")
        assert told.problem == "データベースが読み取り専用で、書き込めません。"
        assert (told.code, told.stops_work, told.since) == ("READ_ONLY", True, signs.seen_at(signs.BEAT))
        assert "レプリカ" in told.remedy

    def test_one_that_is_full_is_told(self, monkeypatch):
        refused_by(monkeypatch, OperationalError(), psycopg.errors.DiskFull("x"))
        assert problem_of("database") == "データベースのディスクに空きがありません。"

    @pytest.mark.parametrize("driver", [psycopg.errors.LockNotAvailable, psycopg.errors.UndefinedTable])
    def test_that_others_write_or_that_a_migration_is_to_come_is_no_trouble(self, monkeypatch, driver):
        refused_by(monkeypatch, OperationalError(), driver("x"))
        assert problem_of("database") == ""

    def test_what_nobody_knows_is_told_by_its_kind(self, monkeypatch):
        refused_by(monkeypatch, ProgrammingError(), psycopg.errors.SyntaxError("青山"))
        assert problem_of("database") == "データベースを確認できませんでした（ProgrammingError, 42601）。"


class TestMigrations:
    def test_one_that_was_not_carried_out_is_told(self):
        assert problem_of("migrations") == ""
        MigrationRecorder.Migration.objects.filter(app="integrations", name="0018_sign_of_life").delete()
        (told,) = health_of("migrations")
        assert (told.problem, told.stops_work) == ("データベースの更新（migrate）が済んでいません。", True)

    def test_one_of_a_newer_version_is_no_trouble(self):
        MigrationRecorder.Migration.objects.create(app="integrations", name="9999_of_tomorrow")
        assert problem_of("migrations") == ""

    def test_a_database_without_any_is_told(self, monkeypatch):
        monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _: {})
        assert "migrate" in problem_of("migrations")


class TestBeat:
    def test_one_that_never_beat_is_told(self):
        (told,) = health_of("beat")
        assert (told.since, told.stops_work) == (None, False)
        assert "まだ一度も" in told.problem

    @pytest.mark.parametrize(("minutes", "is_well"), [(0, True), (4, True), (6, False), (-4, True), (-6, False)])
    def test_one_that_stands_still_is_told_with_since_when(self, minutes: int, *, is_well: bool):
        seen_at = timezone.now() - timedelta(minutes=minutes)
        SignOfLife.objects.create(name=signs.BEAT, seen_at=seen_at)
        (told,) = health_of("beat")
        assert (told.problem == "", told.since) == (is_well, None if is_well else seen_at)

    def test_readyz_tells_of_it_and_stays_at_200_while_the_rest_is_well(self, client: Client, monkeypatch):
        monkeypatch.setattr(checks.workers, "problem", lambda: "")
        answer = client.get("/readyz")
        assert answer.status_code == 200
        assert "beat" in answer.json()["beat"]


class TestTheDisk:
    @pytest.mark.parametrize(("free", "told"), [(499_000_000, "残り499 MB"), (500_000_000, ""), (0, "残り0 MB")])
    def test_too_little_room_is_told_in_time(self, monkeypatch, free: int, told: str):
        monkeypatch.setattr(checks.shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - free, free))
        problem = problem_of("disk")
        assert (told in problem, bool(problem)) == (True, bool(told))

    def test_a_data_folder_that_is_not_there_is_no_disk(self, settings, tmp_path: Path, monkeypatch):
        monkeypatch.setattr(checks, "connection", Mock(vendor="postgresql"))
        settings.DATA_DIR = tmp_path / "nowhere"
        assert problem_of("disk") == ""


class TestStaticFiles:
    @pytest.fixture
    def collected(self, settings, tmp_path: Path) -> Callable[..., None]:
        settings.STATIC_ROOT = tmp_path

        def collect(storage: str, *names: str) -> None:
            settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": storage}}
            for name in names:
                staticfiles_storage.save(name, ContentFile(b"x"))
            staticfiles_storage.hashed_files = {name: name for name in names}

        return collect

    def test_in_development_there_are_none(self):
        assert problem_of("static") == ""

    @pytest.mark.parametrize(("storage", "stops_work"), [(MANIFEST, True), (EMBEDDED, False)])
    def test_that_nothing_was_collected_is_told(self, collected, storage: str, *, stops_work: bool):
        """Every page is an error without the names, unless the storage goes on without."""
        collected(storage)
        (told,) = health_of("static")
        assert told.problem == "画面のファイルが準備されていません。"
        assert told.stops_work is stops_work
        assert "collectstatic" in told.remedy
        (info,) = [each for each in run_checks(include_deployment_checks=True) if each.id == "integrations.I001"]
        assert (info.msg, info.is_serious()) == (told.problem, False)

    @override_settings(DEBUG=False)
    def test_that_one_has_gone_is_told(self, collected, tmp_path: Path):
        collected(MANIFEST, "style.css", "page.js")
        assert problem_of("static") == ""
        (tmp_path / "page.js").unlink()
        assert problem_of("static") == "画面のファイル（スタイルシートなど）が1個見つかりません。"


class TestBackups:
    @pytest.fixture
    def last(self, monkeypatch) -> Callable[[Last], str]:
        def problem(last: Last) -> str:
            monkeypatch.setattr(backup, "is_automatic", lambda: True)
            monkeypatch.setattr(backup, "last", lambda: last)
            return problem_of("backup")

        return problem

    def test_with_a_service_of_ones_own_there_are_none(self):
        assert problem_of("backup") == ""

    def test_one_that_is_young_is_well_and_an_old_one_is_told(self, last):
        now = datetime.now(UTC)
        assert last(Last(now - timedelta(hours=25))) == ""
        assert last(Last(now - timedelta(hours=27))) == "1日以上、自動バックアップがありません。"

    def test_on_the_first_day_there_need_not_be_one(self, last, time_machine):
        assert last(Last()) == ""
        time_machine.move_to(timezone.now() + timedelta(hours=27))
        assert "自動バックアップがありません" in last(Last())

    def test_one_that_failed_is_told_with_its_cause_and_since_when_there_is_none(self, last):
        now = datetime.now(UTC)
        assert last(Last(now - timedelta(hours=25), now, "DISK_FULL")) == (
            "自動バックアップに失敗しました。このサーバーのディスクに空きがありません。"
        )
        (told,) = health_of("backup")
        assert (told.since, told.stops_work) == (now - timedelta(hours=25), False)
        assert last(Last(None, now, "")) == "自動バックアップに失敗しました。"
