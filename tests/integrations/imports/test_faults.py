"""What a run says when カオナビ cannot be read: it fails with a clear issue, and nothing is changed."""

import re

import pytest

from departments.models import Department
from employees.models import Employee
from integrations.files import error_file
from integrations.kaonavi.client import KaonaviClient
from integrations.models import KaonaviConnection, SyncJob
from tests.factories.pairs import pairs

pytestmark = pytest.mark.django_db

Status = SyncJob.Status


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client's pauses between repetitions of a read are not waited for."""
    defaults = KaonaviClient.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "sleep", lambda _: None)


@pytest.fixture
def synced(tenant, run):
    """One department and one person, taken before the fault."""
    tenant.add_department("A", "本社")
    tenant.add_member("1", department="A")
    run("departments")
    run("employees")
    tenant.add_department("B", "部")
    tenant.add_member("2")
    return run


def nothing_changed() -> bool:
    rows = [*Department.objects.all(), *Employee.objects.all()]
    return len(rows) == 2 and all(row.missing_since is None for row in rows)


def only_issue(job: SyncJob) -> str:
    return job.issues.get().reason


@pytest.mark.parametrize(
    ("fault", "kind"),
    pairs(
        [
            ({"kind": "html"}, "KAONAVI_NOT_UNDERSTOOD"),
            ({"kind": "truncate"}, "KAONAVI_UNREACHABLE|KAONAVI_NOT_UNDERSTOOD"),
            ({"kind": "reset"}, "KAONAVI_UNREACHABLE"),
            ({"kind": "status", "status": 502}, "KAONAVI_UNREACHABLE"),
            ({"kind": "status", "status": 400}, "KAONAVI_REQUEST_REFUSED"),
            ({"kind": "status", "status": 404}, "KAONAVI_NOT_FOUND"),
        ],
        ["departments", "employees"],
    ),
)
def test_a_bad_answer_fails_the_run_with_a_reason_and_changes_nothing(kind, fault, tenant, synced):
    how, reason = fault
    tenant.fail(path="/departments|/members", times=50, **how)
    job = synced(kind)
    assert job.status == Status.FAILED
    assert re.fullmatch(reason, only_issue(job))
    assert job.message
    assert nothing_changed()


def test_the_error_file_of_a_failed_run_says_why_and_what_to_do(tenant, synced):
    tenant.fail("html", path="/members", times=50)
    job = synced("employees")
    text = "".join(error_file.lines(job.issues.all()))
    assert text.startswith("\ufeff行番号,")
    assert "KAONAVI_NOT_UNDERSTOOD" in text
    assert "もう一度実行してください" in text


def test_a_missing_tick_names_the_box_to_tick(tenant, synced):
    tenant.untick("members")
    job = synced("employees")
    assert only_issue(job) == "KAONAVI_NOT_PERMITTED"
    assert "メンバー情報（基本情報・兼務情報）" in job.issues.get().remedy
    assert nothing_changed()


def test_re_issued_keys_break_the_connection_and_fail_the_run(tenant, synced):
    tenant.reissue()
    job = synced("employees")
    assert (job.status, only_issue(job)) == (Status.FAILED, "KAONAVI_KEYS_REFUSED")
    assert KaonaviConnection.objects.get().state == "broken"
    assert nothing_changed()


def test_an_unreachable_service_fails_the_run(settings, synced):
    settings.KAONAVI_API_URL = "http://127.0.0.1:9/api/v2.0"
    job = synced("departments")
    assert (job.status, only_issue(job)) == (Status.FAILED, "KAONAVI_CONNECTION_REFUSED")
    assert nothing_changed()


def test_a_crash_ends_the_run_without_a_value_in_the_log(tenant, synced, monkeypatch, caplog):
    value = "taro@example.jp"

    def crash(*args: object, **options: object) -> None:
        raise ValueError(value)

    monkeypatch.setattr("integrations.imports.employees.plan_employees", crash)
    job = synced("employees")
    assert (job.status, only_issue(job)) == (Status.FAILED, "RUN_CRASHED")
    assert "ValueError" in caplog.text
    assert value not in caplog.text
    assert nothing_changed()


def test_too_many_requests_lays_the_run_down_and_it_goes_on(tenant, synced, monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr("integrations.jobs.inline.time.sleep", slept.append)
    tenant.set_knobs(retry_after=7)
    tenant.fail("status", path="/members", status=429, times=2)
    job = synced("employees")
    assert job.status == Status.SUCCEEDED
    assert sum(slept) >= 2 * 7  # in pieces: a sleeping run shows that it is there
    assert all(seconds > 0 for seconds in slept)


def test_it_gives_up_when_told_again_and_again_that_there_are_too_many_requests(tenant, synced, monkeypatch):
    monkeypatch.setattr("integrations.jobs.inline.time.sleep", lambda _: None)
    tenant.fail("status", path="/members", status=429, times=50)
    job = synced("employees")
    assert (job.status, only_issue(job)) == (Status.FAILED, "KAONAVI_LIMIT")
    assert nothing_changed()
