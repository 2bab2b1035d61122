"""本人開示 and データの流れ: pages to print, and the former as a file."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.names import shown_name
from accounts.reauthentication import asks_password_again
from accounts.requests import person as whoever_asks
from accounts.rights import for_administrators
from accounts.viewing_log import record_view
from employees.models import Employee
from integrations.screens.data_flow import data_flow
from integrations.screens.disclosure import disclosure
from integrations.views.attachment import as_attachment

DISCLOSURE = "本人開示"


@for_administrators
@asks_password_again
@require_safe
def show_disclosure(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is held about a person, to print."""
    person = get_object_or_404(Employee, pk=pk)
    record_view(whoever_asks(request), on=person, what=DISCLOSURE, label="")
    context = {"person": person, "sections": disclosure(person), "now": timezone.now()}
    return render(request, "integrations/disclosure.html", context)


@for_administrators
@asks_password_again
@require_safe
def download_disclosure(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a file for machines: the parts by their keys, each with its headings and rows."""
    person = get_object_or_404(Employee, pk=pk)
    by = whoever_asks(request)
    audit.record(
        audit.Action.DOWNLOADED,
        by=by,
        on=person,
        what=DISCLOSURE,
        label="",
        detail={"what": "disclosure", "format": "json"},
    )
    now = timezone.localtime()
    parts = {
        part.key: {"title": part.title, "note": part.note, "columns": part.columns, "rows": part.rows}
        for part in disclosure(person)
    }
    content = {"format": 1, "made_at": now, "made_by": shown_name(by), **parts}
    name = f"{person.pk}_{now:%Y%m%d-%H%M}.json"
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    return as_attachment(response, f"{DISCLOSURE}_{name}")


@for_administrators
@require_safe
def show_data_flow(request: HttpRequest) -> HttpResponse:
    """What goes where, for whoever must approve the product."""
    return render(request, "integrations/data_flow.html", {"parts": data_flow(), "now": timezone.now()})
