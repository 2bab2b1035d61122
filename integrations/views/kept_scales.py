"""A scale that is not needed: whether its scores are stored at all."""

from django.contrib import messages
from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts import audit
from accounts.methods import require_form
from accounts.reauthentication import asks_password_again
from accounts.requests import typed_number
from accounts.rights import for_administrators
from assessments.kept_scales import keep_again, stop_keeping
from assessments.models import Scale
from assessments.reference import lock, uses_of
from integrations import kinds
from integrations.models import KaonaviConnection, SyncJob
from integrations.upload.source import sent_scales

SENT = (
    "カオナビへ送る尺度は、保存しない設定にできません。先に、尺度の編集で「カオナビの項目」を「送らない」にし、"
    "設定 > カオナビ連携 > 連携の詳細設定 でも送らないようにしてください。"
)
BUSY = "カオナビ性格検査結果登録の処理が終わってから、もう一度実行してください。"
NOT_THE_NUMBER = "入力した件数が、消去する件数と違います。件数を確かめて、もう一度入力してください。"
CROSSED = "同じときに行われた別の処理と重なったため、変更しませんでした。もう一度実行してください。"
KEPT, LEFT_OUT = "kept", "left_out"


@for_administrators
@asks_password_again
@require_form
def change_keeping(request: HttpRequest, pk: int) -> HttpResponse:
    """The confirmation; on POST the scale is, as `to` says, no longer stored, its scores erased, or stored again."""
    problem = ""
    if request.method == "POST":
        try:
            problem = changed(request, pk)
        except (IntegrityError, OperationalError):  # the latter where two wait for each other's rows
            problem = CROSSED
        if not problem:
            return redirect("assessments:reference")
    scale = get_object_or_404(Scale, pk=pk)
    is_sent = scale.is_kept and is_to_be_sent(scale)
    context = {"scale": scale, "results": uses_of(scale), "hindrance": SENT if is_sent else "", "problem": problem}
    return render(request, "integrations/kept_scale.html", context)


def is_to_be_sent(scale: Scale) -> bool:
    return scale in sent_scales(KaonaviConnection.objects.current())


def is_sending() -> bool:
    """Whether a run is under way that may have read what the scale's scores were, and what カオナビ shows of them."""
    running = SyncJob.objects.filter(kinds.THAT_SEND).exclude(status__in=SyncJob.ENDS)
    return running.exclude(status=SyncJob.Status.HELD).exists()


@transaction.atomic
def changed(request: HttpRequest, pk: int) -> str:
    """Do what was confirmed, and write it down. Why not, or "", also where it has been done already."""
    lock(Scale)
    scale = get_object_or_404(Scale, pk=pk)
    is_to_be_kept = request.POST.get("to") == KEPT
    if scale.is_kept == is_to_be_kept:
        messages.info(request, f"「{scale}」は、すでにその設定になっています")
        return ""
    if is_to_be_kept:
        keep_again(scale)
        audit.record(audit.Action.CHANGED_SETTINGS, by=request.user, on=scale, detail={"kept": True})
        messages.success(request, f"「{scale}」の偏差値を保存する設定に戻しました")
        return ""
    if is_to_be_sent(scale):
        return SENT
    if is_sending():
        return BUSY
    if (results := uses_of(scale)) and typed_number(request, "count") != str(results):
        return NOT_THE_NUMBER
    erased = stop_keeping(scale)
    detail = {"kept": False, "results": erased}
    audit.record(audit.Action.CHANGED_SETTINGS, by=request.user, on=scale, detail=detail)
    messages.success(request, f"「{scale}」の偏差値を保存しない設定にし、検査結果{erased:,}件の偏差値を消去しました")
    return ""
