"""設定: the page in the manual's order, and the options of the connection."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.audit import Action
from accounts.audit_changes import form_changes
from accounts.methods import require_form
from accounts.rights import for_administrators, for_anybody_with_a_role, is_administrator
from integrations.forms import KaonaviSettingsForm
from integrations.models import KaonaviConnection
from integrations.screens.guide import guide


@for_anybody_with_a_role
@require_safe
def show_settings(request: HttpRequest) -> HttpResponse:
    """アカウント管理, カスタム権限管理, 部署管理, 外部ツールとの連携. The keys are not even read."""
    connection = KaonaviConnection.objects.select_related("connected_by").current()
    state = connection.state if connection else None
    is_guided = is_administrator(request.user) and state != KaonaviConnection.State.BROKEN  # then that comes first
    steps = guide() if is_guided else None
    context = {"connection": connection, "state": state, "guide": None if steps and steps.is_complete else steps}
    return render(request, "integrations/settings.html", context)


@for_administrators
@require_form
def edit_options(request: HttpRequest) -> HttpResponse:
    """The settings of the connection; without one there is nothing to set."""
    is_sent, known = request.method == "POST", KaonaviConnection.objects
    with transaction.atomic():
        connection = (known.lock() if is_sent else known).current()
        if connection is None:
            messages.warning(request, "先にカオナビと連携してください")
            return redirect("integrations:connection")
        form = KaonaviSettingsForm(request.POST or None, instance=connection)
        is_saved = is_sent and form.is_valid()
        if is_saved:
            form.save()
            detail = {"changes": form_changes(form)}
            audit.record(Action.CHANGED_SETTINGS, by=request.user, on=connection, detail=detail)
    if not is_saved:
        return render(request, "integrations/kaonavi_settings.html", {"form": form})
    messages.success(request, "カオナビ連携の設定を保存しました")
    return redirect("integrations:kaonavi_settings")
