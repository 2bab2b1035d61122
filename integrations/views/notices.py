"""自動実行 > 通知: what is set, and 「テスト送信」."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts import audit
from accounts.methods import require_form, require_post
from accounts.rights import for_administrators
from accounts.site import site_url
from integrations.channels import Message, Outcome, Target, deliver, targets
from integrations.models import NoticeSettings
from integrations.notice_forms import NoticesForm
from integrations.rules.notice_words import MARK
from integrations.views import automation
from integrations.views.one_row import submit

PATIENCE = 15.0  # seconds for which somebody waits for what became of a test


@for_administrators
@require_form
def edit_notices(request: HttpRequest) -> HttpResponse:
    """The page of 自動実行; a POST is its part 通知."""
    form, is_saved = submit(request, NoticesForm, NoticeSettings.objects)
    if not is_saved:
        return automation.page(request, notices_form=form, part="通知")
    messages.success(request, "通知の設定を保存しました")
    return redirect("integrations:automation")


@for_administrators
@require_post
def send_test(request: HttpRequest) -> HttpResponse:
    """「テスト送信」: one message to each target that is set, and for each whether it went. What was typed above it and is
    not saved stays in the form.
    """
    settings = NoticeSettings.objects.current()
    send_to_all(request, settings)
    form = NoticesForm(request.POST or None, instance=NoticeSettings.objects.current())
    if not form.differs_from(settings):
        return redirect("integrations:automation")
    messages.warning(request, "入力した内容は、まだ保存されていません。")
    return automation.page(request, notices_form=form, part="通知")


def send_to_all(request: HttpRequest, settings: NoticeSettings) -> None:
    """One message to each target that is set, and what became of it."""
    wanted = targets(settings.addresses)
    if not wanted:
        messages.warning(request, "送り先がありません。メールアドレスを入力して保存してから、もう一度押してください。")
        return
    found = deliver(message_of_test(), wanted, sender=settings.sender, patience=PATIENCE)
    sent = sum(outcome is Outcome.SENT for outcome in found.values())
    audit.record(
        audit.Action.STARTED,
        by=request.user,
        what="通知",
        label="テスト送信",
        detail={"targets": len(found), "sent": sent},
    )
    tell(request, found, sent)


def message_of_test() -> Message:
    now = timezone.localtime()
    text = f"通知のテストです（{now:%Y/%m/%d %H:%M}）。\n届いていれば、設定は正しく行われています。対応は必要ありません。\n{site_url()}"
    return Message(f"{MARK}テスト送信", text)


def tell(request: HttpRequest, found: Mapping[Target, Outcome], sent: int) -> None:
    """What became of it: a server that is away is told once, with all to whom nothing went for that."""
    if sent:
        messages.success(request, f"{sent}件に送信しました。届いたことを確認してください。")
    for outcome in dict.fromkeys(found.values()):
        if outcome is not Outcome.SENT:
            whom = "、".join(target.label for target, became in found.items() if became is outcome)
            messages.error(request, f"{whom}：{outcome.sentence}{outcome.remedy}")
