"""設定 > 自動実行: what is set, said and shown."""

from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from integrations.automation import tasks
from integrations.jobs import signs
from integrations.models import AutomaticRun, AutomationSettings, NoticeSettings, SyncJob, Webhook
from integrations.rules.schedule import TOKYO
from integrations.screens.automation import PASSED
from integrations.tasks import tidy_up
from tests.factories.rows import make_job

PAGE, STOP, RESUME = (
    reverse(f"integrations:{name}") for name in ("automation", "stop_automation", "resume_automation")
)
MONDAY = datetime(2026, 6, 1, 12, 0, tzinfo=TOKYO)
FORM = {
    "is_scheduled": "on",
    "weekdays": ["0", "1", "2", "3", "4"],
    "times": "19:00、７：００ 7:00",
    "skips_holidays": "on",
    "maintenance_from": "01:00",
    "maintenance_to": "06:00",
}
SENTENCE = "平日の7:00と19:00（祝日を除く）に、カオナビから部署・社員の順に取り込みます。"

pytestmark = pytest.mark.usefixtures("connected", "wakes")


def schedule_on() -> None:
    AutomationSettings.objects.create(is_scheduled=True, weekdays=[0], times=["12:01"], counts_from=MONDAY)


def webhook_on() -> None:
    Webhook.objects.create(digest="0" * 64, first_event_at=MONDAY, last_event_at=MONDAY, waiting=1)


def notices_on() -> None:
    NoticeSettings.objects.create(is_on=True, addresses=["hr@example.com"], counts_from=MONDAY - timedelta(days=1))


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def test_without_anything_set_it_says_that_nothing_runs_by_itself(admin: Client):
    page = admin.get(PAGE)
    assert "スケジュールは設定されていません。" in page.text
    assert AutomationSettings.objects.count() == 0


def test_what_comes_by_webhook_and_who_is_told_stand_first_too(admin: Client):
    def coming() -> str:
        return admin.get(PAGE).text.partition('id="coming"')[2].partition("</section>")[0]

    words = ("変更の通知（Webhook）が届くと、カオナビから社員を取り込みます。", "処理の結果を、メール1件に知らせます。")
    assert [each in coming() for each in words] == [False, False]
    Webhook.objects.create(digest="0" * 64)
    NoticeSettings.objects.create(is_on=True, addresses=["hanako@example.co.jp"])
    assert [each in coming() for each in words] == [True, True]


def test_what_is_set_is_said_in_a_sentence_with_the_next_time(admin: Client, administrator):
    page = admin.post(PAGE, FORM, follow=True)
    assert SENTENCE in page.text
    assert "2026/06/01（月） 19:00" in page.text
    settings = AutomationSettings.objects.get()
    assert (settings.times, settings.weekdays) == (["07:00", "19:00"], [0, 1, 2, 3, 4])
    entry = AuditEntry.objects.get(action="changed_settings")
    assert entry.actor_id == administrator.pk
    assert entry.detail["changes"]["times"] == [[], ["7:00", "19:00"]]
    trail = admin.get(reverse("accounts:audit")).text
    for words in ("の設定を変更しました", "スケジュールで自動実行する", "時刻", "7:00"):
        assert words in trail


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"times": ""}, "曜日と時刻を指定してください"),
        ({"weekdays": []}, "曜日と時刻を指定してください"),
        ({"times": "25:00"}, "「25:00」は時刻ではありません"),
        ({"times": "7時"}, "「7時」は時刻ではありません"),
        ({"times": "、".join(f"{hour}:{minute:02}" for hour in range(9) for minute in (0, 20, 40))}, "1日24回まで"),
        ({"maintenance_from": ""}, "メンテナンスの開始を入力してください"),
    ],
)
def test_what_makes_no_sense_is_told_and_not_stored(admin: Client, change, words):
    assert words in admin.post(PAGE, FORM | change).text
    assert AutomationSettings.objects.count() == 0


def test_a_time_in_the_night_is_taken_with_a_warning_that_stays(admin: Client):
    page = admin.post(PAGE, FORM | {"times": "3:00、7:00"}, follow=True)
    assert "3:00は、カオナビのメンテナンスの時間帯（1:00〜6:00）です。カオナビが応答しない" in page.text
    assert "3:00は、カオナビのメンテナンスの時間帯（1:00〜6:00）です。" in admin.get(PAGE).text


def test_times_that_passed_before_the_change_are_not_made_up(admin: Client):
    AutomationSettings.objects.create(counts_from=MONDAY - timedelta(days=9))
    admin.post(PAGE, FORM)
    tasks.look()
    assert AutomaticRun.objects.count() == 0


def test_a_change_of_something_else_makes_no_time_pass_unnoticed(admin: Client):
    admin.post(PAGE, FORM)
    with time_machine.travel(MONDAY.replace(hour=19, minute=0, second=10), tick=False):
        admin.post(PAGE, FORM | {"sends_results": "on"})
        tasks.look()
    assert AutomaticRun.objects.get().kinds == ["departments", "employees", "results"]


def test_stopped_and_resumed_it_makes_up_nothing_and_keeps_the_connection(admin: Client, connected):
    admin.post(PAGE, FORM)
    assert "再開するまで、新しい処理は何も開始せず、通知も送りません。" in admin.post(STOP, follow=True).text
    with time_machine.travel(MONDAY + timedelta(hours=7, minutes=30), tick=False):
        tasks.look()
        page = admin.post(RESUME, follow=True)
        tasks.look()
    assert "2026/06/02（火） 07:00" in page.text
    assert (AutomaticRun.objects.count(), AutomationSettings.objects.get().is_stopped) == (0, False)
    told = AuditEntry.objects.filter(action="changed_settings").order_by("pk").values_list("detail", flat=True)
    assert [each["automation_stopped"] for each in told if "automation_stopped" in each] == [True, False]
    connected.refresh_from_db()


def test_it_says_why_nothing_is_started(admin: Client, connected):
    admin.post(PAGE, FORM)
    held = make_job("held")
    assert "確認待ちの処理があるため、自動実行は何も開始しません。" in admin.get(PAGE).text
    held.delete()
    connected.delete()
    assert f"カオナビとの連携が使えないため、自動実行は何も開始しません。{PASSED}" in admin.get(PAGE).text
    with time_machine.travel(MONDAY.replace(hour=19), tick=False):
        tasks.look()
        page = admin.get(PAGE).text
    assert page.index("開始せず") < page.index("カオナビとの連携が使えなかったため、開始しませんでした")


def test_events_of_the_webhook_wait_for_a_connection_and_nothing_else_is_said(admin: Client, connected):
    webhook_on()
    connected.delete()
    page = admin.get(PAGE).text
    assert ("自動実行は何も開始しません。" in page, PASSED in page) == (True, False)


def test_it_says_when_nobody_looks_at_the_clock(admin: Client):
    admin.post(PAGE, FORM)
    words = "予定の時刻になっても実行されません。"
    assert words in admin.get(PAGE).text
    signs.leave(signs.BEAT)
    assert words not in admin.get(PAGE).text


def test_what_ran_last_is_shown_with_its_runs_and_why_it_went_no_further(admin: Client):
    run = AutomaticRun.objects.create(
        cause="schedule", due_at=MONDAY, missed=2, ended_at=MONDAY, outcome="broken_off", created_at=MONDAY
    )
    job = make_job("failed", "departments", cause="schedule", automatic_run=run)
    AutomaticRun.objects.create(
        cause="schedule", due_at=MONDAY + timedelta(hours=1), ended_at=MONDAY, outcome="held", created_at=MONDAY
    )
    text = admin.get(PAGE).text
    assert f'<a href="{job.get_absolute_url()}">カオナビ部署情報取込</a>' in text
    assert "実行できなかった2回分を含む" in text
    assert "「カオナビ部署情報取込」が「失敗」になったため、続きを開始しませんでした" in text
    assert "確認待ちの処理があったため、開始しませんでした" in text


def test_who_asked_is_told_wherever_a_run_is(admin: Client):
    settings = AutomationSettings.objects.create(
        is_scheduled=True, weekdays=[0], times=["11:59"], counts_from=MONDAY - timedelta(hours=1)
    )
    assert settings.schedule.times == (time(11, 59),)
    tasks.look()
    job = SyncJob.objects.get()
    for address in (reverse("integrations:jobs"), job.get_absolute_url()):
        assert "自動実行（スケジュール）" in admin.get(address).text
    assert AuditEntry.objects.get(action="started").actor == "自動実行（スケジュール）"
    job.requested_by = None
    assert job.requester == "自動実行（スケジュール）"


@pytest.mark.parametrize("turn_on", [schedule_on, webhook_on, notices_on])
def test_a_restored_copy_does_nothing_by_itself_until_somebody_says_so(turn_on, capsys, mailoutbox):
    turn_on()
    for told in (True, False):
        call_command("after_restore")
        assert ("自動実行を止めました。" in capsys.readouterr().out) == told
    make_job("failed")
    with time_machine.travel(MONDAY + timedelta(minutes=2), tick=False):
        tasks.look()
    assert (AutomaticRun.objects.count(), mailoutbox) == (0, [])


def test_in_a_restored_copy_that_does_nothing_by_itself_nothing_is_stopped(capsys):
    call_command("after_restore")
    assert "自動実行を止めました。" not in capsys.readouterr().out
    assert not AutomationSettings.objects.exists()


def test_old_rows_go_and_those_by_which_the_schedule_goes_stay():
    old = timezone.now() - timedelta(days=500)
    for n, cause in enumerate(("schedule", "schedule", "webhook")):
        AutomaticRun.objects.create(
            cause=cause, due_at=old + timedelta(days=n), created_at=old, ended_at=old, outcome="done"
        )
    assert "1件の自動実行の記録を削除しました。" in tidy_up()
    assert sorted(AutomaticRun.objects.values_list("cause", flat=True)) == ["schedule", "webhook"]
