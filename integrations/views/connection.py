"""設定 > 外部ツールとの連携 > カオナビ連携: connect and disconnect."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from accounts import site
from accounts.form_secrets import holds_secrets
from accounts.methods import require_form
from accounts.reauthentication import asks_password_again
from accounts.requests import person
from accounts.rights import for_administrators
from integrations import actions, kinds
from integrations.forms import ConnectionForm
from integrations.kaonavi.errors import CredentialsRefused, KaonaviError, MustWait
from integrations.models import KaonaviConnection, SyncJob
from integrations.practice import company
from integrations.rules.client_errors import finding_of, quoted
from integrations.rules.wording import in_words


def explanation(error: KaonaviError | MustWait) -> str:
    """What the form says when the keys could not be tried, or were refused. Nothing has been stored then."""
    if isinstance(error, CredentialsRefused):
        return (
            "カオナビが Consumer Key または Consumer Secret を受け付けませんでした。"
            f"カオナビの「認証情報」の画面に表示されている値と同じか確認してください。{quoted(error.messages)}"
        )
    if isinstance(error, MustWait):
        return f"カオナビの利用制限に達しています。{error.seconds:.0f}秒ほど待ってから、もう一度「連携する」を押してください。{quoted(error.messages)}"
    problem = in_words(finding_of(error))
    return f"連携を確認できませんでした。{problem.detail}{problem.remedy}"


@holds_secrets("consumer_key", "consumer_secret")
@sensitive_variables("form", "secret", "key")
@for_administrators
@asks_password_again
@require_form
def enter_keys(request: HttpRequest) -> HttpResponse:
    """The form 「認証情報の入力」. The keys are tried before anything is stored."""
    if site.is_practice():
        messages.warning(request, "練習モードでは、実際のカオナビと連携できません。先に練習モードを終了してください。")
        return redirect("integrations:practice")
    form = ConnectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key, secret = form.cleaned_data["consumer_key"], form.cleaned_data["consumer_secret"]
        try:
            actions.connect(key=key, secret=secret, by=person(request))
        except (KaonaviError, MustWait) as error:
            form.add_error(None, explanation(error))
        else:
            return redirect("integrations:connected")
    context = {"form": form, "state": KaonaviConnection.objects.state(), "may_practise": company.is_possible()}
    return render(request, "integrations/connection.html", context)


@for_administrators
@require_safe
def show_connected(request: HttpRequest) -> HttpResponse:
    """「連携が完了しました」 and what comes next."""
    if KaonaviConnection.objects.state() != KaonaviConnection.State.ACTIVE:
        return redirect("integrations:connection")
    return render(request, "integrations/connected.html", {"state": KaonaviConnection.State.ACTIVE})


@for_administrators
@asks_password_again
@require_form
def disconnect_kaonavi(request: HttpRequest) -> HttpResponse:
    """The confirmation, and on OK the end of the connection."""
    if site.is_practice():
        return redirect("integrations:leave_practice")
    if request.method == "POST":
        if actions.disconnect(by=person(request)):
            messages.success(request, "カオナビとの連携を解除しました")
        return redirect("integrations:settings")
    if not KaonaviConnection.objects.exists():
        return redirect("integrations:settings")
    running = SyncJob.objects.unfinished().filter(kind__in=kinds.codes(lambda kind: kind.needs_connection)).first()
    return render(request, "integrations/disconnect.html", {"running": running})
