"""Notices from what happens to what arrives at a real SMTP server, and what is kept of it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from integrations.automation import deliveries, notices, schedule, starting, tasks, webhook
from integrations.channels import Outcome
from integrations.erasure.retention import remove_old_notices
from integrations.models import (
    AutomationSettings,
    KaonaviConnection,
    Notice,
    NoticeDelivery,
    NoticeSettings,
    SyncIssue,
    SyncJob,
)
from tests.factories.mail_server import MailServer, mail_server
from tests.factories.rows import make_issue, make_job

pytestmark = pytest.mark.usefixtures("connected")

NOW = timezone.now().replace(microsecond=0)
DAY = timedelta(days=1)
HANAKO = "hanako@example.co.jp"


@pytest.fixture
def chosen(db) -> NoticeSettings:
    return NoticeSettings.objects.create(is_on=True, addresses=[HANAKO], counts_from=NOW - DAY)


@pytest.fixture
def post(chosen, settings) -> Iterator[MailServer]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.IS_SITE_URL_GIVEN, settings.SITE_URL = True, "https://mikiwame.example.co.jp"
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


@pytest.fixture
def look(post) -> Callable[..., list[str]]:
    """A look so long after now; the subjects that arrived by it, without the mark that each has."""

    def look_after(**gap: float) -> list[str]:
        before = len(post.letters)
        notices.look(NOW + timedelta(**gap))
        return [subject.removeprefix("【ミキワメ連携】") for subject in post.subjects[before:]]

    return look_after


def end_run(status: str = "failed", reason: str = "", *, after: timedelta = timedelta(0), **fields: Any) -> SyncJob:
    """A run that ends now, or so long after."""
    job = make_job(status, finished_at=NOW + after, **fields)
    if reason:
        make_issue(job, reason=reason, fingerprint=job.pk)
    return job


def test_a_failure_arrives_in_three_lines_and_its_end_too(post, look):
    job = end_run(reason="KAONAVI_TIMED_OUT", cause="schedule")
    assert look() == ["カオナビ社員情報取込が「失敗」で終わりました"]
    assert look(minutes=1) == []
    happened, to_do, link = post.texts[0].splitlines()
    assert (
        happened
        == f"カオナビ社員情報取込が「失敗」で終わりました（{timezone.localtime(NOW):%Y/%m/%d %H:%M}、自動実行）。"
    )
    assert to_do.endswith("下のリンクの画面で、理由と対処方法を確認してください。")
    assert link == f"https://mikiwame.example.co.jp{job.get_absolute_url()}"
    end_run("succeeded", after=timedelta(minutes=2), created=3)
    assert look(minutes=3) == ["復旧しました：カオナビ社員情報取込が「成功」で終わりました"]
    assert look(minutes=4) == []


def test_failures_of_one_day_are_one_message_and_the_next_day_has_one_more(look):
    for hour in range(20):
        end_run(reason="KAONAVI_TIMED_OUT", after=timedelta(hours=hour))
        assert bool(look(hours=hour)) == (hour == 0)
    end_run(reason="KAONAVI_TIMED_OUT", after=timedelta(hours=25))
    assert look(hours=25) == ["カオナビ社員情報取込が続けて「失敗」で終わりました"]


@pytest.mark.parametrize(
    ("status", "subject"),
    [("interrupted", "カオナビ社員情報取込が「失敗（中断）」で終わりました"), ("cancelled", None)],
)
def test_a_run_that_was_broken_off_is_told_and_one_that_a_person_stopped_is_not(look, status, subject):
    end_run(status)
    assert look() == ([subject] if subject else [])


def test_problems_are_told_once_when_no_run_has_had_them_before(look, post):
    for number, problems in enumerate(([1, 2], [1, 2], [2, 3, 4], [1])):
        job = end_run("partial", after=timedelta(hours=number), failed=len(problems))
        for problem in problems:
            make_issue(job, fingerprint=problem, reason="MEMBER_MAIL_DUPLICATE")
        make_issue(job, "skipped", fingerprint=100 + number)
        assert len(look(hours=number)) == (number in {0, 2})
        assert look(hours=number, minutes=1) == []
    assert "新しい問題が2件" in post.texts[0]
    assert "新しい問題が2件" in post.texts[1]
    assert "メールアドレスの重複 2件。要対応で" in post.texts[1]
    assert post.texts[1].endswith("/problems/?kind=employees")


def test_what_waits_for_a_person_is_told_and_what_somebody_looks_at_is_not(look):
    job = make_job("held", created_at=NOW)
    job.run_options = job.run_options.__class__(dry_run=True)
    job.save()
    assert look() == []
    assert look(hours=2) == ["カオナビ社員情報取込が「確認待ち」で止まっています"]
    job.delete()
    make_job("held", kind="departments", created_at=NOW)
    assert look(hours=3) == ["カオナビ部署情報取込が「確認待ち」で止まっています"]


def test_keys_that_are_refused_are_one_message_and_so_is_their_end(look):
    end_run(reason="KAONAVI_KEYS_REFUSED")
    KaonaviConnection.objects.update(state="broken")
    assert look() == ["カオナビとの連携が切れています"]
    KaonaviConnection.objects.update(state="active")
    assert look(hours=1)[0].startswith("復旧しました：カオナビとの連携が再開しました")


def test_after_days_without_a_success_it_is_told_once_a_week(look):
    job = end_run("succeeded")
    assert look(days=6, hours=23) == []
    assert look(days=7) == ["カオナビ社員情報取込が7日間成功していません"]
    assert [look(days=day) for day in range(8, 14)] == [[]] * 6
    assert look(days=14) == ["カオナビ社員情報取込が14日間成功していません"]
    SyncJob.objects.filter(pk=job.pk).update(finished_at=NOW + 15 * DAY)
    assert look(days=15) == ["復旧しました：カオナビ社員情報取込が「成功」で終わりました"]


def test_a_kind_that_the_schedule_runs_is_missed_though_it_never_succeeded(look, chosen):
    AutomationSettings.objects.create(is_scheduled=True, weekdays=[0], times=["07:00"])
    found = look(days=7)
    assert found == [f"カオナビ{kind}情報取込が8日間成功していません" for kind in ("部署", "社員")]


@pytest.mark.parametrize(
    "change",
    [
        {"is_on": False},
        {"addresses": []},
        {"of_failures": False},
        {"only_automatic": True},
        {"counts_from": NOW + DAY},
    ],
)
def test_what_is_not_wanted_is_not_told(look, change):
    NoticeSettings.objects.update(**change)
    end_run()
    assert look() == []
    assert Notice.objects.count() == 0


def test_stopping_what_runs_by_itself_stops_notices_too(look):
    end_run()
    automation = AutomationSettings.objects.create(is_stopped=True)
    assert look() == []
    automation.is_stopped = False
    automation.save()
    assert len(look()) == 1


def test_where_nothing_is_connected_nothing_is_told(look):
    KaonaviConnection.objects.all().delete()
    end_run()
    end_run("succeeded", kind="departments")
    assert look() == look(days=30) == []


def test_where_nothing_is_connected_but_a_schedule_is_on_it_is_told_that_nothing_succeeds(look, post):
    AutomationSettings.objects.create(is_scheduled=True, weekdays=[0], times=["07:00"])
    end_run("succeeded", kind="results")
    end_run("succeeded", kind="employees")
    KaonaviConnection.objects.all().delete()
    assert look(days=5) == []
    assert look(days=7) == [
        f"カオナビ{kind}情報取込が{days}日間成功していません" for kind, days in (("部署", 8), ("社員", 7))
    ]
    assert "カオナビと連携していないため、自動実行は何も開始しません。" in post.texts[1]
    assert post.texts[1].rstrip().endswith("/settings/kaonavi/")


def test_a_server_that_refuses_is_tried_again_a_few_times_and_then_shown(post, look):
    post.trouble = {"RCPT": "451 later"}
    end_run()
    minutes = [0, 0.5, 1, 11.1, 71.2, 200, 1000]
    tries = []
    for minute in minutes:
        look(minutes=minute)
        tries.append(NoticeDelivery.objects.get().tries)
    assert tries == [1, 1, 2, 3, 4, 4, 4]
    delivery = NoticeDelivery.objects.get()
    assert (delivery.state, delivery.outcome) == ("ended", Outcome.BUSY)


def test_once_it_arrives_at_the_second_try_it_is_not_sent_again(post, look):
    post.trouble = {"RCPT": "451 later"}
    end_run()
    assert look() == []
    post.trouble = {}
    assert len(look(minutes=2)) == 1
    assert look(minutes=30) == []


@pytest.mark.parametrize("answer", ["550 no such user", "554 spam"])
def test_what_only_a_person_can_mend_is_not_tried_again(post, look, answer):
    post.trouble = {"RCPT" if answer.startswith("550") else "DATA": answer}
    end_run()
    look()
    assert NoticeDelivery.objects.get().state == "ended"
    assert look(minutes=5) == []


def test_what_a_worker_has_begun_that_is_gone_is_not_sent_again_and_that_is_said(post, look, monkeypatch):
    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    end_run()
    with monkeypatch.context() as patch:
        patch.setattr(deliveries, "deliver", die)
        with pytest.raises(KeyboardInterrupt):
            look()
    assert look(minutes=1) == []
    assert look(minutes=3) == []
    delivery = NoticeDelivery.objects.get()
    assert (delivery.state, delivery.outcome) == ("ended", Outcome.UNCERTAIN)


def test_while_one_worker_sends_another_does_not_wait_beside_it(post, look):
    end_run()
    make_job("held", kind="departments")
    notices.tell(NoticeSettings.objects.get(), notices.targets([HANAKO]), NOW)
    NoticeDelivery.objects.filter(pk=NoticeDelivery.objects.earliest("pk").pk).update(state="sending", begun_at=NOW)
    assert look() == []


def test_a_message_of_yesterday_is_not_sent_today(post, look):
    end_run()
    notices.tell(NoticeSettings.objects.get(), notices.targets([HANAKO]), NOW)
    AutomationSettings.objects.create(is_stopped=True)
    assert look() == []
    AutomationSettings.objects.update(is_stopped=False)
    assert look(days=1, minutes=1) == []
    assert NoticeDelivery.objects.get().outcome == Outcome.LATE


def test_nothing_that_is_personal_is_in_any_notice(look, post):
    """A run, its problems and its changes full of somebody: no word of it goes out."""
    canary = dict.fromkeys(("subject_key", "subject_name", "email", "field", "value", "detail", "remedy"), "カナリア")
    for number, status in enumerate(("failed", "partial", "interrupted", "succeeded")):
        for kind in ("departments", "employees", "results"):
            after = timedelta(hours=number)
            job = end_run(
                status, kind=kind, after=after, message="カナリアさん", file_name="カナリア.csv", phase="カナリア"
            )
            for reason in ("MEMBER_MAIL_DUPLICATE", "RESULT_REFUSED", "KAONAVI_REQUEST_REFUSED"):
                make_issue(job, reason=reason, fingerprint=hash((number, kind, reason)), **canary)
        look(hours=number)
    make_job("held", message="カナリア", created_at=NOW, kind="undo")
    look(days=2)
    look(days=20)
    assert SyncIssue.objects.count() == 36
    assert len(post.letters) >= 10
    told = "".join(f"{letter.as_string()}{letter.get_content()}" for _, letter in post.letters)
    assert "カナリア" not in told + "".join(post.subjects)
    assert "カナリア" not in "".join(Notice.objects.values_list("text", flat=True))


def test_a_look_without_news_costs_few_statements(look, django_assert_max_num_queries):
    job = end_run("partial")
    make_issue(job, fingerprint=1)
    look()
    with django_assert_max_num_queries(12):
        look(minutes=1)
    NoticeSettings.objects.update(is_on=False)
    with django_assert_max_num_queries(1):
        look(minutes=2)


def test_the_regular_look_tells_too(post, chosen):
    end_run(after=-timedelta(minutes=1))
    tasks.look()
    assert len(post.letters) == 1


@pytest.mark.parametrize("errand", [starting.go_on, schedule.look, webhook.look])
def test_whatever_of_the_look_fails_is_logged_by_its_kind_and_the_rest_is_done(
    post, chosen, monkeypatch, caplog, errand
):
    def fail(_: datetime) -> None:
        raise PermissionError("カナリア")

    end_run(after=-timedelta(minutes=1))
    monkeypatch.setattr(f"{errand.__module__}.{errand.__name__}", fail)
    tasks.look()
    assert len(post.letters) == 1
    assert "PermissionError" in caplog.text
    assert "カナリア" not in caplog.text


def test_what_a_clock_far_ahead_has_begun_and_what_it_was_set_by_holds_nothing_up(look):
    """It is put right again: then nothing waits for the years in between."""
    year = timedelta(days=365)
    end_run()
    notices.tell(NoticeSettings.objects.get(), notices.targets([HANAKO]), NOW + year)
    NoticeDelivery.objects.update(state="sending", begun_at=NOW + year, due_at=NOW + year)
    NoticeSettings.objects.update(counts_from=NOW + year)
    KaonaviConnection.objects.update(state="broken")
    assert look() == ["カオナビとの連携が切れています"]
    assert NoticeDelivery.objects.earliest("pk").outcome == Outcome.UNCERTAIN


def test_to_whom_a_notice_went_is_kept_for_a_month_and_the_last_of_each_matter_for_ever(look):
    for number, status in enumerate(("failed", "succeeded", "failed")):
        end_run(status, after=timedelta(hours=number))
        look(hours=number)
    Notice.objects.update(told_at=timezone.now() - timedelta(days=29))
    assert (remove_old_notices(), NoticeDelivery.objects.count()) == (0, 3)
    Notice.objects.update(told_at=timezone.now() - timedelta(days=31))
    assert (remove_old_notices(), NoticeDelivery.objects.count()) == (0, 0)
    Notice.objects.update(told_at=timezone.now() - timedelta(days=500))
    assert (remove_old_notices(0), remove_old_notices(), Notice.objects.get().number) == (0, 2, 3)


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_see_the_same_at_the_same_moment_tell_it_once(post, monkeypatch):
    end_run()
    end_run("partial", kind="departments")
    make_issue(SyncJob.objects.get(kind="departments"), fingerprint=1)
    both, see = threading.Barrier(2), notices.situation

    def see_together(*arguments: Any) -> Any:
        found = see(*arguments)
        both.wait(60)
        return found

    monkeypatch.setattr(notices, "situation", see_together)

    def look_and_hang_up(_: int) -> None:
        try:
            notices.look(NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(look_and_hang_up, range(2)))
    monkeypatch.undo()
    notices.look(NOW + timedelta(seconds=30))  # what the one left to the other that was at it
    assert len(post.letters) == 2
    assert Notice.objects.count() == NoticeDelivery.objects.filter(state="ended", outcome="sent").count() == 2
