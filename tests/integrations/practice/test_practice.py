"""練習モード: the whole product on a simulated カオナビ, entered from nothing and left without a trace."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
import requests
from django.apps import apps
from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import site
from accounts.models import AuditEntry
from assessments.models import MENTAL_HEALTH, Assessment, PersonalityType, ProtectedName, Scale, Tombstone
from departments.models import Department
from employees.models import Employee
from integrations import actions
from integrations.connection.session import NotConnectedError
from integrations.jobs.inline import run_inline
from integrations.models import KaonaviConnection, SyncJob
from integrations.practice import company, simulator
from integrations.screens.data_flow import host_of

BANNER = "見本の会社のデータです"
# Of these nothing comes from the sample: the product's own rows, what people chose, what must outlive everything.
KEPT = {
    *("accounts.Role", "accounts.SecondFactor", "accounts.RecoveryCode", "accounts.ProviderIdentity"),
    *("accounts.LogInPolicy", "accounts.AuditEntry", "accounts.Installation", "accounts.SetupCode"),
    *("integrations.PrivacySettings", "integrations.NoticeSettings", "integrations.KaonaviQuota"),
    "integrations.WorkerHeartbeat",
    "integrations.SignOfLife",
    "employees.FiguresVersion",  # without it, a process that has counted before would take the company for that one
}
APPS = ("accounts", "assessments", "departments", "employees", "integrations")


@pytest.fixture
def hanako(db) -> User:
    return User.objects.create_superuser("hanako", password="a password of hers")


@pytest.fixture
def browser(client: Client, hanako: User) -> Client:
    client.force_login(hanako)
    return client


@pytest.fixture
def practising(launcher: None, hanako: User) -> Iterator[None]:
    company.begin(by=hanako)
    yield
    simulator.end()


def run(kind: str, **options) -> SyncJob:
    job = actions.start_job(kind=kind, by=None, inline=True, **options)
    run_inline(job)
    job.refresh_from_db()
    return job


def test_it_is_offered_where_nothing_is_connected_yet(browser: Client) -> None:
    assert reverse("integrations:practice") in browser.get(reverse("integrations:connection")).text


def test_it_leads_from_one_click_to_the_connection_and_a_check_without_an_error(
    launcher: None, browser: Client
) -> None:
    answer = browser.post(reverse("integrations:practice"), follow=True)
    assert "連携が完了しました" in answer.text
    page = browser.get(reverse("integrations:check") + "?whole").text
    assert BANNER in page


def test_every_page_says_so(practising: None, browser: Client) -> None:
    for name in ("employees:list", "departments:list", "integrations:jobs", "accounts:list", "accounts:audit"):
        assert BANNER in browser.get(reverse(name)).text
    assert BANNER in Client().get(reverse("accounts:login")).text


def test_it_talks_to_the_simulator_alone(practising: None, browser: Client, settings) -> None:
    settings.KAONAVI_API_URL = "https://the-real-one.example/api/v2.0"
    assert run("departments").status == "partial"
    page = browser.get(reverse("integrations:data_flow")).text
    assert "the-real-one.example" not in page
    assert host_of(simulator.simulator_address()) in page


def test_its_kaonavi_tells_of_its_members_where_somebody_wants_that(practising: None, browser: Client) -> None:
    page = browser.post(reverse("integrations:make_webhook_secret")).text
    [told] = simulator.control("GET", "webhooks")
    assert told["url"].startswith("http://127.0.0.1:")
    assert told["url"].endswith(reverse("integrations:webhook"))
    assert f">{told['secret_token']}</code>" in page
    assert "カオナビに入力する必要はありません" in page


def test_the_mistakes_of_every_day_are_there(practising: None) -> None:
    run("departments")
    job = run("employees")
    assert job.issues.filter(reason="MEMBER_IDENTITY_UNCERTAIN").count() == 3


def test_what_it_brought_is_gone_at_the_end_and_accounts_stay(
    practising: None, browser: Client, hanako: User, data
) -> None:
    run("departments")
    run("employees")
    results = browser.get(reverse("integrations:practice_sample", args=["results"]))
    head = results.content.split(b"\n", 41)
    run("assessments_file", file=("練習.csv", b"\n".join(head[:40]) + b"\n"))
    assert Assessment.objects.exists()
    people = Employee.objects.count()
    assert "入力した人数が" in browser.post(reverse("integrations:leave_practice")).text
    assert Employee.objects.count() == people
    browser.post(reverse("integrations:leave_practice"), {"count": str(people)})
    left = [model._meta.label for model in company.ERASED if model._default_manager.exists()]
    assert left == []
    assert User.objects.get() == hanako
    assert AuditEntry.objects.filter(label="練習モード").count() == 2
    assert not site.is_practice()
    assert not (data / "practice" / "wanted").exists()
    assert BANNER not in browser.get(reverse("integrations:settings")).text


def test_types_and_scales_are_again_what_they_were(launcher: None, hanako: User) -> None:
    before = {model: list(model._default_manager.order_by("pk").values()) for model in company.PUT_BACK}
    company.begin(by=hanako)
    PersonalityType.objects.filter(is_stand_in=True).first().delete()
    PersonalityType.objects.filter(code="brain").update(name="見本の選択肢", aliases=["ブレイン"])
    Scale.objects.first().delete()
    Scale.objects.create(code="ours", name="練習で加えた尺度", category=MENTAL_HEALTH, order=99)
    assert ProtectedName.objects.filter(name="練習で加えた尺度").exists()
    company.leave(by=hanako)
    assert before == {model: list(model._default_manager.order_by("pk").values()) for model in company.PUT_BACK}


def test_of_two_who_leave_at_once_the_second_changes_nothing(
    practising: None, browser: Client, hanako: User, monkeypatch
) -> None:
    assert company.leave(by=hanako)
    KaonaviConnection.objects.create(consumer_key="key", consumer_secret="of the real one")
    monkeypatch.setattr("integrations.views.practice.site.is_practice", lambda: True)  # as it was a moment ago
    answer = browser.post(reverse("integrations:leave_practice"))
    monkeypatch.undo()
    assert "たった今ほかの操作で終了しました" in browser.get(answer["Location"]).text
    assert KaonaviConnection.objects.exists()


def test_a_run_that_is_at_work_is_cancelled_first(practising: None, hanako: User) -> None:
    actions.start_job(kind="departments", by=hanako, inline=True)
    company.leave(by=hanako)
    assert not SyncJob.objects.exists()


@pytest.mark.parametrize(
    "make",
    [
        lambda: Department.objects.create(code="A", name="営業部"),
        lambda: Employee.objects.create(email="aoi@example.co.jp", last_name="青木"),
        lambda: KaonaviConnection.objects.create(consumer_key="key", consumer_secret="secret"),
        lambda: SyncJob.objects.create(kind="departments", status="queued"),
        lambda: Tombstone.objects.create(public_id=UUID(int=7), deleted_at=timezone.now()),
    ],
    ids=["a department", "somebody", "a connection", "a run", "what is known of a deleted result"],
)
def test_it_is_not_begun_where_something_of_ones_own_is_there(
    make: Callable[[], object], launcher: None, browser: Client, data
) -> None:
    make()
    answer = browser.post(reverse("integrations:practice"), follow=True)
    assert "練習モードを始められません" in answer.text
    assert not site.is_practice()
    assert not (data / "practice").exists()


def test_what_somebody_makes_meanwhile_stays_and_ends_the_simulator(
    launcher: None, hanako: User, data, monkeypatch
) -> None:
    monkeypatch.setattr(company, "is_possible", lambda: True)  # as it was a moment ago
    Department.objects.create(code="A", name="営業部")
    with pytest.raises(company.NotPossibleError, match="ほかの操作と重なった"):
        company.begin(by=hanako)
    assert Department.objects.get().name == "営業部"
    assert not (data / "practice" / "wanted").exists()


def test_a_folder_that_a_launcher_has_just_cleared_up_is_made_again(data) -> None:
    assert not simulator.is_up()
    assert (data / "practice" / "wanted").exists()


def test_without_a_launcher_it_says_so_and_leaves_nothing(browser: Client, data, monkeypatch) -> None:
    monkeypatch.setattr(simulator, "PATIENCE", 0.05)
    answer = browser.post(reverse("integrations:practice"), follow=True)
    assert "script/serve" in answer.text
    assert not site.is_practice()
    assert not (data / "practice" / "wanted").exists()


def test_an_installation_without_the_simulator_offers_nothing(browser: Client, monkeypatch) -> None:
    monkeypatch.setattr(simulator, "is_installed", lambda: False)
    assert reverse("integrations:practice") not in browser.get(reverse("integrations:connection")).text


def test_the_real_one_cannot_be_connected_meanwhile(practising: None, browser: Client) -> None:
    answer = browser.post(
        reverse("integrations:connection"), {"consumer_key": "k", "consumer_secret": "s"}, follow=True
    )
    assert "先に練習モードを終了してください" in answer.text


def test_the_link_is_undone_by_leaving_it(practising: None, browser: Client) -> None:
    answer = browser.post(reverse("integrations:disconnect"))
    assert answer.url == reverse("integrations:leave_practice")
    assert KaonaviConnection.objects.exists()


def test_while_the_simulator_is_away_nobody_else_is_asked(practising: None, settings) -> None:
    simulator.end()
    settings.KAONAVI_API_URL = "https://the-real-one.example/api/v2.0"
    with pytest.raises(NotConnectedError, match="練習用のカオナビが動いていません"):
        run("departments")


def test_a_failure_half_way_leaves_nothing(launcher: None, hanako: User, monkeypatch) -> None:
    def refuse(**_: object) -> None:
        raise requests.ConnectionError

    monkeypatch.setattr(company.actions, "connect", refuse)
    with pytest.raises(requests.ConnectionError):
        company.begin(by=hanako)
    assert not site.is_practice()
    assert not Employee.objects.exists()


def test_each_model_is_erased_or_kept_on_purpose() -> None:
    known = {model._meta.label for model in (*company.ERASED, *company.PUT_BACK)}
    ours: set[type[models.Model]] = {model for app in APPS for model in apps.get_app_config(app).get_models()}
    assert {model._meta.label for model in ours} == known | KEPT
