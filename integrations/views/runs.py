"""What a person does to runs: start, approve, cancel. Each is a POST that says what happened and goes back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html

from accounts.encryption import UnreadableSecretError
from accounts.methods import require_post
from accounts.requests import person, way_back
from accounts.rights import Right, for_administrators, needs
from integrations import actions, kinds
from integrations.connection.session import NotConnectedError
from integrations.models import SyncJob
from integrations.screens.access import may_decide

UNREADABLE = (
    "保存されている認証情報を読み取れないため、開始できませんでした。"
    "サーバーの管理者に連絡するか、認証情報を入力し直してください。"
)


def say_who_runs(request: HttpRequest, error: actions.AlreadyRunning) -> None:
    """The message of a refused start, with a link to the run that is in the way."""
    address = error.job.get_absolute_url() if error.job else reverse("integrations:jobs")
    messages.error(request, format_html('{} <a href="{}">その処理を見る</a>', str(error), address))


@for_administrators
@require_post
def start(request: HttpRequest) -> HttpResponse:
    """Start a sync, or with `dry_run` look at what it would do; a button has one name, so that this may be the kind."""
    kind = request.POST.get("kind") or request.POST.get("dry_run", "")
    if kind not in kinds.codes(lambda kind: not kind.takes_file):
        return HttpResponseBadRequest("この処理は開始できません。", content_type="text/plain; charset=utf-8")
    try:
        actions.start_job(kind=kind, by=person(request), dry_run=bool(request.POST.get("dry_run")))
    except actions.AlreadyRunning as error:
        say_who_runs(request, error)
    except (NotConnectedError, UnreadableSecretError) as error:
        words = UNREADABLE if isinstance(error, UnreadableSecretError) else str(error)
        link = reverse("integrations:connection")
        messages.error(request, format_html('{} <a href="{}">連携設定へ</a>', words, link))
    else:
        messages.success(
            request,
            format_html(
                'バックグラウンド処理を開始しました <a href="{}">同期の実行状況を確認する</a>',
                reverse("integrations:jobs"),
            ),
        )
    return HttpResponseRedirect(way_back(request, reverse("integrations:jobs")))


def job_to_decide(request: HttpRequest, pk: int) -> SyncJob:
    """The run, for somebody who may approve and cancel it. Raises Http404 and PermissionDenied."""
    job = get_object_or_404(SyncJob, pk=pk)
    if not may_decide(request.user, job):
        raise PermissionDenied
    return job


@needs(Right.IMPORT_FILES)
@require_post
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """確認して実行, or with `keep_items` the answer that loses nothing."""
    job = job_to_decide(request, pk)
    try:
        actions.approve_job(job, by=person(request), keep_items=bool(request.POST.get("keep_items")))
    except actions.AlreadyRunning as error:
        say_who_runs(request, error)
    except actions.TooLate as error:
        messages.warning(request, str(error))
    return redirect(job)


@needs(Right.IMPORT_FILES)
@require_post
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """中止."""
    job = job_to_decide(request, pk)
    try:
        actions.cancel_job(job, by=person(request))
    except actions.TooLate as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, f"「{job.get_kind_display()}」を中止しました")
    return redirect(job)
