"""What a person does to runs: start, approve, cancel. Each is a POST that says what happened and goes back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html

from accounts.encryption import UnreadableSecretError
from accounts.methods import require_post
from accounts.partials import as_whole, wants_part
from accounts.reauthentication import password_question
from accounts.requests import person, row_numbers, way_back
from accounts.rights import Right, for_administrators, needs
from integrations import actions, kinds
from integrations.connection.session import NotConnectedError
from integrations.models import SyncChange, SyncJob
from integrations.screens.access import may_decide
from integrations.templatetags import following
from integrations.views.night import night_question

STARTED = 'バックグラウンド処理を開始しました <a href="{}">同期の実行状況を確認する</a>'
UNREADABLE = (
    "保存されている認証情報を読み取れないため、開始できませんでした。"
    "サーバーの管理者に連絡するか、認証情報を入力し直してください。"
)


def say_who_runs(request: HttpRequest, error: actions.AlreadyRunning) -> None:
    """The message of a refused start, with a link to the run that is in the way."""
    address = error.job.get_absolute_url() if error.job else reverse("integrations:jobs")
    messages.error(request, format_html('{} <a href="{}">その処理を見る</a>', str(error), address))


def say_what_connection(request: HttpRequest, error: NotConnectedError | UnreadableSecretError) -> None:
    """The message of a start that カオナビ is needed for, with a link to where that is mended."""
    words = UNREADABLE if isinstance(error, UnreadableSecretError) else str(error)
    messages.error(request, format_html('{} <a href="{}">連携設定へ</a>', words, reverse("integrations:connection")))


@for_administrators
@require_post
def start(request: HttpRequest) -> HttpResponse:
    """Start a sync, or with `dry_run` look at what it would do; a button has one name, so that this may be the kind.

    For htmx the answer is what there is to say alone: the page from which it was asked has not changed.
    """
    kind = request.POST.get("kind") or request.POST.get("dry_run", "")
    if kind not in kinds.codes(lambda kind: kind.has_button):
        return HttpResponseBadRequest("この処理は開始できません。", content_type="text/plain; charset=utf-8")
    if question := night_question(request, kinds.KINDS[kind], back=reverse("integrations:jobs")):
        return as_whole(request, question)
    try:
        job = actions.start_job(kind=kind, by=person(request), dry_run=bool(request.POST.get("dry_run")))
    except actions.AlreadyRunning as error:
        say_who_runs(request, error)
    except (NotConnectedError, UnreadableSecretError) as error:
        say_what_connection(request, error)
    else:
        words = format_html(STARTED, reverse("integrations:jobs"))
        if wants_part(request):
            notice = {"kind": "good", "closable": True, "text": words, "below": following.followed(request, job)}
            return render(request, "_components/notice.html", notice)
        messages.success(request, words, extra_tags=f"{following.STARTED}{job.pk}")
    if wants_part(request):
        return render(request, "_components/messages.html")
    return HttpResponseRedirect(way_back(request, reverse("integrations:jobs")))


def has_written(job: SyncJob, row: int) -> bool:
    """Whether the run wrote something of this row, or sent it when it ended."""
    return job.changes.filter(object_id=row).exists() or job.before_images.filter(person=row).exists()


@for_administrators
@require_post
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """「この処理を元に戻す」, with `row` 「この変更を元に戻す」: a run that is held first, whose page follows."""
    job = get_object_or_404(SyncJob, pk=pk)
    rows = row_numbers(request.POST.getlist("row"))
    row = rows[0] if rows else None
    if "row" in request.POST and (row is None or not has_written(job, row)):
        raise Http404
    only_created = bool(request.POST.get("only_created"))
    if only_created and not kinds.of(job).writes_people:
        raise Http404
    undo_kind = kinds.UNDOING.get(job.undone_kind or job.kind)
    if undo_kind and (question := night_question(request, undo_kind, back=job.get_absolute_url())):
        return question
    try:
        undoing = actions.undo_job(job, by=person(request), row=row, only_created=only_created)
    except actions.NotUndoableError as error:
        messages.error(request, str(error))
    except actions.AlreadyRunning as error:
        say_who_runs(request, error)
    except (NotConnectedError, UnreadableSecretError) as error:
        say_what_connection(request, error)
    else:
        messages.success(request, "何が元に戻るかを調べています。調べ終わると確認待ちになります")
        return redirect(undoing)
    return HttpResponseRedirect(way_back(request, job.get_absolute_url()))


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
    if question := night_question(request, kinds.of(job), back=job.get_absolute_url()):
        return question
    keeps = bool(request.POST.get("keep_items"))
    deletes = not keeps and job.changes.filter(action=SyncChange.Action.DELETE).exists()
    if deletes and (question := password_question(request)):
        return question
    try:
        actions.approve_job(job, by=person(request), keep_items=keeps)
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
