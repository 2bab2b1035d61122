"""連携チェック."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.rights import for_administrators
from integrations.checkup import check_connection
from integrations.forms import ItemChoiceForm
from integrations.models import KaonaviConnection
from integrations.views.settings import read_settings


@for_administrators
@require_http_methods(["GET", "POST"])
def check_kaonavi(request: HttpRequest) -> HttpResponse:
    """The page; on POST the check is made and each line shown."""
    lines = list(check_connection()) if request.method == "POST" else None
    worst = {line.status for line in lines or ()}
    return render(
        request,
        "integrations/check.html",
        {
            "lines": lines,
            "has_errors": "error" in worst,
            "has_warnings": "warning" in worst,
            "is_connected": KaonaviConnection.objects.exists(),
        },
    )


@for_administrators
@require_POST
def choose_item(request: HttpRequest) -> HttpResponse:
    """Store which item of カオナビ's sheet stands for one of ours."""
    connection = read_settings()
    form = ItemChoiceForm(request.POST)
    if connection is None or not form.is_valid():
        messages.error(request, "項目を保存できませんでした。もう一度チェックしてください。")
    else:
        form.save(connection)
        name = form.cleaned_data["name"]
        messages.success(
            request, f"「{form.label}」としてカオナビの項目「{name}」を使います。もう一度チェックしてください。"
        )
    return redirect("integrations:check")
