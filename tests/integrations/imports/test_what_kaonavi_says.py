"""What カオナビ answers is told as it is: a missing tick is no re-issued key, and its own words are shown, each once."""

import pytest
from django.urls import reverse

from departments.models import Department
from employees.models import Employee
from integrations import actions
from integrations.checkup.lines import check_connection
from integrations.models import KaonaviConnection, SyncJob
from integrations.rules.results import sheets
from tests.factories.pairs import pairs

pytestmark = pytest.mark.django_db

Status = SyncJob.Status
MEMBER_TICK = "「メンバー情報（基本情報・兼務情報）」の「取得」"
TARGETS = "操作対象の管理"


@pytest.fixture
def company(tenant):
    tenant.add_department("A", "本社")
    tenant.add_member("1", department="A")
    return tenant


def only_issue(job: SyncJob):
    assert job.status == Status.FAILED
    assert not Department.objects.exists()
    assert not Employee.objects.exists()
    return job.issues.get()


@pytest.mark.parametrize("kind", ["departments", "employees"])
def test_a_401_with_keys_that_have_just_been_accepted_is_a_missing_tick(kind, company, run):
    company.set_knobs(tick_off_status=401)
    company.untick("members")
    problem = only_issue(run(kind))
    assert problem.reason == "KAONAVI_NOT_PERMITTED"
    assert MEMBER_TICK in problem.remedy
    assert "受け付けられています（応答コード401）" in problem.sentence
    assert "[SIM] 操作対象ではありません" in problem.sentence
    assert KaonaviConnection.objects.get().state == "active"


def test_the_menus_stay_where_a_tick_is_missing(company, run, client, person):
    company.set_knobs(tick_off_status=401)
    company.untick("members")
    run("employees")
    client.force_login(person)
    assert "カオナビと同期" in client.get(reverse("employees:list")).text


@pytest.mark.parametrize(("status", "kind"), pairs([400, 402, 404, 405, 409, 422], ["departments", "employees"]))
def test_whatever_the_status_the_remedy_names_the_tick_until_the_operation_has_worked(kind, status, company, run):
    company.set_knobs(tick_off_status=status)
    company.untick("members")
    first = only_issue(run(kind))
    assert TARGETS in first.remedy
    assert MEMBER_TICK in first.remedy
    company.tick("members")
    assert run("departments").status == run("employees").status == Status.SUCCEEDED
    company.untick("members")
    again = run(kind).issues.get()
    assert (again.reason, "一度も成功していません" in again.remedy) == (first.reason, False)


def test_new_keys_have_worked_for_nothing_yet(company, run):
    run("departments")
    assert "GET /departments" in KaonaviConnection.objects.get().worked
    keys = company.reissue()
    actions.connect(key=keys.consumer_key, secret=keys.consumer_secret, by=None)
    assert KaonaviConnection.objects.get().worked == []


@pytest.mark.parametrize("status", [200, 207, 400, 403, 404, 422, 500])
def test_kaonavis_own_words_are_shown_once_whatever_the_status(status, company, run, monkeypatch):
    monkeypatch.setattr("integrations.kaonavi.client.PAUSES", ())
    words = ["メンテナンス中です。", "メンテナンス中です。", "6時に終わります。"]
    company.fail("status", path="^/departments", status=status, messages=words, times=None)
    job = run("departments")
    assert "カオナビのメッセージ：メンテナンス中です。 ／ 6時に終わります。" in only_issue(job).detail
    assert job.message == job.issues.get().sentence
    sentences = [each for each in job.message.replace("：", "。").split("。") if each.strip(" ／")]
    assert len(sentences) == len(set(sentences))


def test_a_token_that_is_refused_is_told_in_kaonavis_words(company, run):
    company.fail("expire_tokens", path="^/departments")
    company.fail("status", path="^/token", status=401, messages=["このIPアドレスからは使えません"], times=None)
    job = run("departments")
    assert job.issues.get().reason == "KAONAVI_KEYS_REFUSED"
    assert "このIPアドレスからは使えません" in job.message


def test_a_limit_that_never_ends_is_told_in_kaonavis_words(company, run, monkeypatch):
    monkeypatch.setattr("integrations.jobs.runner.MOST_REMOTE_WAITS", 0)
    company.fail("status", path="^/departments", status=429, messages=["契約の上限です"], times=None)
    assert "契約の上限です" in only_issue(run("departments")).detail


def test_a_list_beside_errors_marks_nobody_as_gone(company, run):
    company.add_member("2")
    run("departments")
    assert run("employees").status == Status.SUCCEEDED
    partial = {"member_data": [], "errors": ["途中までしか取得できませんでした"]}
    company.fail("replace", path="^/members", status=207, json=partial, times=None)
    job = run("employees")
    assert (job.status, job.issues.get().reason) == (Status.FAILED, "KAONAVI_REQUEST_REFUSED")
    assert not Employee.objects.exclude(missing_since=None).exists()


def test_an_answer_after_interim_ones_is_taken(company, run):
    company.fail("interim", status=102, times=None)
    assert run("departments").status == Status.SUCCEEDED


def test_a_head_that_drips_in_ends_with_the_time_of_the_call(company, run, settings):
    settings.KAONAVI_TIMEOUT = 0.5
    company.fail("drip", path="^/departments", seconds=3, times=None)
    problem = only_issue(run("departments"))
    assert problem.reason == "KAONAVI_TIMED_OUT"
    assert "0.5秒待って打ち切りました。" in problem.sentence
    assert "情報システム部門" in problem.remedy


@pytest.mark.parametrize(("status", "operation"), pairs([401, 403, 404, 400], ["read", "update"]))
def test_the_check_names_the_missing_tick_of_a_sheet_whatever_the_status(operation, status, company, connection):
    latest = company.sheet(sheets.LATEST.name)
    record = {"受検日": "2026-04-01", "受検者詳細リンク": "https://example.com/results/1"}
    company.write_records(latest, "1", [record])
    company.set_knobs(tick_off_status=status)
    company.untick(latest, operation)
    line = next(each for each in check_connection() if each.key == f"latest_sheet:{operation}")
    assert line.status in {"error", "warning"}
    assert TARGETS in line.remedy
    assert f"シート「{latest.name}」の「取得」" in line.remedy
    assert "[SIM] 操作対象ではありません" in line.detail


def test_the_check_says_what_kaonavi_has_against_a_trial_that_it_answers_with_200(company, connection):
    latest = company.sheet(sheets.LATEST.name)
    company.write_records(latest, "1", [{"受検日": "2026-04-01"}])
    company.fail("status", method="PATCH", status=200, messages=["許可されていません"], times=None)
    line = next(each for each in check_connection() if each.key == "latest_sheet:update")
    assert (line.status, "許可されていません" in line.detail) == ("warning", True)
