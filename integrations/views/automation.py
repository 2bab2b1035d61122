"""設定 > 自動実行: what runs without a click, in one page. Each part of it has a form of its own."""

from typing import Any, Literal

import requests
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import audit, site
from accounts.methods import require_form, require_post
from accounts.reauthentication import asks_password_again
from accounts.requests import person
from accounts.rights import for_administrators
from integrations.automation import secret
from integrations.automation_forms import ScheduleForm
from integrations.models import AutomationSettings
from integrations.notice_forms import NoticesForm
from integrations.practice import simulator
from integrations.screens.automation import overview, times_at_night
from integrations.screens.notices import notices
from integrations.screens.webhook import webhook_part
from integrations.views.one_row import submit


def page(request: HttpRequest, **forms: Any) -> HttpResponse:
    """The whole page. A part whose form has just been refused gives it; the others show what is set."""
    shown = overview(timezone.now())
    told = notices()
    context = {
        "automation": shown,
        "schedule_form": ScheduleForm(instance=shown.settings),
        "notices": told,
        "notices_form": NoticesForm(instance=told.settings),
        "webhook": webhook_part(timezone.now()),
    }
    return render(request, "integrations/automation.html", context | forms)


@for_administrators
@require_form
def edit_schedule(request: HttpRequest) -> HttpResponse:
    """The page; a POST is the part スケジュール."""
    form, is_saved = submit(request, ScheduleForm, AutomationSettings.objects)
    if not is_saved:
        return page(request, schedule_form=form)
    settings: AutomationSettings = form.instance
    messages.success(request, "自動実行のスケジュールを保存しました")
    if settings.is_scheduled and (times := times_at_night(settings)):
        messages.warning(
            request,
            f"{times}は、カオナビのメンテナンスの時間帯（{settings.maintenance}）です。"
            "カオナビが応答しないと失敗します。ほかの時刻をおすすめします。",
        )
    return redirect("integrations:automation")


@for_administrators
@require_post
def switch_automation(request: HttpRequest, how: Literal["stop", "resume"]) -> HttpResponse:
    """「自動実行を止める」 and 再開する: schedule, Webhook and notifications; the connection stays as it is."""
    stop = how == "stop"
    with transaction.atomic():
        settings = AutomationSettings.objects.lock_the_one()
        if settings.is_stopped != stop:
            settings.is_stopped = stop
            settings.counts_from = timezone.now()  # what passed meanwhile is not made up
            settings.save()
            audit.record(
                audit.Action.CHANGED_SETTINGS, by=request.user, on=settings, detail={"automation_stopped": stop}
            )
    messages.success(request, "自動実行を止めました" if stop else "自動実行を再開しました")
    return redirect("integrations:automation")


@for_administrators
@asks_password_again
@require_post
def make_webhook_secret(request: HttpRequest) -> HttpResponse:
    """A new secret, shown in this answer and never again. The simulated カオナビ of 練習モード is given it, too."""
    made = secret.make(by=person(request))
    if site.is_practice():
        try:
            simulator.subscribe(simulator.control, f"http://127.0.0.1:{settings.PORT or 8000}", made)
        except requests.RequestException:
            messages.error(request, "練習用のカオナビに接続できず、Webhook を登録できませんでした。")
        else:
            messages.success(request, "練習用のカオナビに Webhook を登録しました。カオナビに入力する必要はありません。")
    return page(request, secret=made)


@for_administrators
@asks_password_again
@require_post
def turn_webhook_off(request: HttpRequest) -> HttpResponse:
    """From now on nothing that カオナビ sends is taken."""
    if secret.turn_off(by=person(request)):
        messages.success(
            request, "カオナビからの通知を受け取らないようにしました。カオナビの Webhook の設定も削除してください。"
        )
    return redirect("integrations:automation")
