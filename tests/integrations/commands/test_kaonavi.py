"""`manage.py kaonavi …`: what it prints and the exit codes that scripts rely on."""

import io
import json
from datetime import time
from typing import Any
from unittest.mock import Mock

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from accounts import site
from employees.models import Employee
from integrations.models import KaonaviConnection, SyncJob

pytestmark = pytest.mark.django_db

SECRET_VARIABLE = "KAONAVI_CONSUMER_SECRET"


def kaonavi(*arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("kaonavi", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def synced(*arguments: str) -> tuple[int, dict[str, Any]]:
    code, out, _ = kaonavi("sync", *arguments, "--inline", "--json")
    return code, json.loads(out)


def test_it_connects_with_the_secret_from_the_environment(tenant, kaonavi_url, monkeypatch):
    monkeypatch.setenv(SECRET_VARIABLE, tenant.credentials.consumer_secret)
    code, out, _ = kaonavi("connect", "--key", tenant.credentials.consumer_key)
    assert (code, out.strip()) == (0, "連携が完了しました")
    assert KaonaviConnection.objects.get().state == "active"


def test_it_connects_with_the_secret_from_standard_input(tenant, kaonavi_url, monkeypatch):
    monkeypatch.delenv(SECRET_VARIABLE, raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{tenant.credentials.consumer_secret}\n"))
    assert kaonavi("connect", "--key", tenant.credentials.consumer_key)[0] == 0


@pytest.mark.parametrize("arguments", [("connect", "--key", "of the real one"), ("disconnect",)])
def test_in_practice_it_neither_shows_the_real_keys_to_the_simulator_nor_takes_its_away(
    arguments, connection, monkeypatch
):
    monkeypatch.setenv(SECRET_VARIABLE, "of the real one")
    site.begin_practice({})
    with pytest.raises(CommandError, match="先に、設定 > 外部ツールとの連携 > 練習モード"):
        kaonavi(*arguments)
    assert KaonaviConnection.objects.exists()


def test_at_night_it_says_that_kaonavi_may_be_away_and_starts_all_the_same(tenant, connection, settings):
    settings.KAONAVI_MAINTENANCE = (time.min, time.max)
    code, _, err = kaonavi("sync", "departments", "--inline")
    assert "カオナビのメンテナンスが行われることのある時間帯（0:00〜23:59）" in err
    assert SyncJob.objects.get().status in SyncJob.ENDS
    assert code in {0, 1}


@pytest.mark.parametrize(("flags", "blank"), [((), 12), (("--keep",), 0)])
def test_it_answers_a_held_run(flags, blank, tenant, connection):
    for number in range(12):
        tenant.add_member(f"{number}", gender="女性")
    synced("employees")
    for member in tenant.state.members:
        member.gender = ""
    code, job = synced("employees")
    assert (code, job["status"]) == (4, "held")
    assert [(line["guard"], line["field"], line["losers"]) for line in job["options"]["question"]] == [
        ("blanks", "gender", 12)
    ]
    assert f"manage.py kaonavi approve {job['id'] + 1}（" in kaonavi("sync", "employees", "--inline")[1]
    code, out, _ = kaonavi("approve", str(job["id"] + 1), *flags, "--inline", "--json")
    assert (code, json.loads(out)["status"]) == (0, "succeeded")
    assert Employee.objects.filter(gender="").count() == blank


def test_a_run_that_is_not_held_is_not_approved(tenant, connection):
    tenant.add_department("A", "本社")
    job = synced("departments")[1]
    code, out, _ = kaonavi("approve", str(job["id"]), "--inline", "--json")
    assert (code, list(json.loads(out))) == (5, ["error"])
    with pytest.raises(CommandError, match="ありません"):
        call_command("kaonavi", "approve", "999")


def test_wrong_keys_store_nothing(tenant, kaonavi_url, monkeypatch):
    monkeypatch.setenv(SECRET_VARIABLE, "wrong")
    code, _, err = kaonavi("connect", "--key", tenant.credentials.consumer_key)
    assert code == 1
    assert "連携できませんでした" in err
    assert not KaonaviConnection.objects.exists()


def test_a_clean_sync_ends_with_0_and_prints_one_object(tenant, connection):
    tenant.add_department("A", "本社")
    code, job = synced("departments")
    assert code == 0
    assert (job["status"], job["kind"], job["created"], job["issues"]) == ("succeeded", "departments", 1, [])
    assert {field.name for field in SyncJob._meta.concrete_fields} <= job.keys()
    assert job["created_at"][:4].isdigit()
    assert "T" in job["created_at"]


def test_a_sync_with_errors_ends_with_3_and_lists_the_issues(tenant, connection):
    tenant.add_department("A", "")
    code, job = synced("departments")
    assert code == 3
    assert [(issue["reason"], issue["subject_key"]) for issue in job["issues"]] == [("DEPARTMENT_NAME_MISSING", "A")]
    assert job["issues"][0]["remedy"]


def test_a_dry_run_ends_held_with_4(tenant, connection):
    tenant.add_department("A", "本社")
    code, job = synced("departments", "--dry-run")
    assert (code, job["status"]) == (4, "held")


def test_a_failed_sync_ends_with_1(tenant, connection):
    tenant.untick("members")
    code, job = synced("employees")
    assert (code, job["status"]) == (1, "failed")


def test_without_a_connection_it_is_refused_with_5(db):
    code, answer = synced("departments")
    assert code == 5
    assert set(answer) == {"error"}
    code, _, err = kaonavi("sync", "departments", "--inline")
    assert (code, "連携していません" in err) == (5, True)


def test_beside_an_unfinished_job_it_is_refused_with_5(connection):
    SyncJob.objects.create(kind="employees")
    code, answer = synced("departments")
    assert code == 5
    assert "カオナビ社員情報取込" in answer["error"]


def test_no_wait_leaves_the_job_in_the_queue_and_ends_with_0(connection, wakes):
    code, out, _ = kaonavi("sync", "departments", "--no-wait", "--json")
    assert (code, json.loads(out)["status"]) == (0, "queued")


def test_it_says_on_standard_error_that_no_worker_came_and_waits_on(connection, wakes, monkeypatch, settings):
    settings.JOB_NOBODY_AFTER = 0
    moments = iter(range(0, 1000, 20))
    monkeypatch.setattr("integrations.management.commands.kaonavi.time.monotonic", lambda: next(moments))

    def end_it_later(_: float) -> None:
        if next(moments) > 200:
            SyncJob.objects.update(status="failed", finished_at=timezone.now())

    monkeypatch.setattr("integrations.management.commands.kaonavi.time.sleep", end_it_later)
    code, _, err = kaonavi("sync", "departments")
    assert code == 1
    assert err.count("ワーカーが動いていません") == 1


def test_it_says_once_why_the_database_does_not_answer_and_waits_on(connection, wakes, monkeypatch):
    refused = OperationalError()
    refused.__cause__ = psycopg.errors.TooManyConnections("x")
    refresh, refusals = SyncJob.refresh_from_db, iter([refused] * 3)

    def read(job: SyncJob) -> None:
        if error := next(refusals, None):
            raise error
        SyncJob.objects.update(status="failed", finished_at=timezone.now())
        refresh(job)

    monkeypatch.setattr(SyncJob, "refresh_from_db", read)
    monkeypatch.setattr("integrations.management.commands.kaonavi.connection", Mock())  # the test's own stays open
    monkeypatch.setattr("integrations.management.commands.kaonavi.time.sleep", lambda _: None)
    code, _, err = kaonavi("sync", "departments")
    assert code == 1
    assert err.count("データベースへの接続の数が上限に達しています。") == 1


def test_it_cancels_a_run(connection, wakes):
    job = SyncJob.objects.create(kind="employees")
    code, out, _ = kaonavi("cancel", str(job.pk))
    assert (code, out.strip()) == (0, "「カオナビ社員情報取込」を中止しました")
    job.refresh_from_db()
    assert job.status == "cancelled"
    code, _, err = kaonavi("cancel", str(job.pk))
    assert (code, err.strip()) == (1, "この処理はすでに「中止」になっています。")
    with pytest.raises(CommandError, match="処理 999 はありません"):
        kaonavi("cancel", "999")


@pytest.mark.parametrize(
    "arguments", [["sync", "people"], ["sync"], [], ["sync", "results", "--dry-run", "--approve"], ["connect"]]
)
def test_wrong_usage_is_refused(arguments):
    with pytest.raises(CommandError):
        call_command("kaonavi", *arguments)


def test_it_lists_the_jobs_newest_first(tenant, connection):
    synced("departments")
    synced("employees")
    code, out, _ = kaonavi("jobs", "--json")
    assert (code, [job["kind"] for job in json.loads(out)]) == (0, ["employees", "departments"])
    assert "カオナビ社員情報取込" in kaonavi("jobs")[1]


def test_it_shows_the_issues_of_a_job_and_the_error_file(tenant, connection):
    tenant.add_department("A", "")
    _, job = synced("departments")
    assert "DEPARTMENT_NAME_MISSING" in kaonavi("issues", str(job["id"]))[1]
    text = kaonavi("issues", str(job["id"]), "--csv")[1]
    assert text.startswith("\ufeff行番号,区分,対象")
    assert text.count("\r\n") == 2
    with pytest.raises(CommandError):
        kaonavi("issues", "999999")


def test_it_disconnects_once(connection):
    assert kaonavi("disconnect")[0] == 0
    assert not KaonaviConnection.objects.exists()
    assert kaonavi("disconnect")[0] == 1


def test_the_check_is_green_for_a_ready_company_and_red_without_a_tick(tenant, connection):
    tenant.add_member("1")
    assert kaonavi("check")[0] == 0
    tenant.untick("members")
    code, out, _ = kaonavi("check")
    assert code == 1
    assert "×" in out
