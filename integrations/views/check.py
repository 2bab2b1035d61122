"""連携チェック: the page, and its lines one step after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import audit
from accounts.audit import Action
from accounts.audit_changes import changed
from accounts.methods import require_form, require_post
from accounts.partials import wants_part
from accounts.rights import for_administrators
from integrations.checkup.lines import STEPS, CheckLine, check_connection, check_step, step_of
from integrations.forms import ItemChoiceForm
from integrations.models import KaonaviConnection
from integrations.rules.results.sheets import SCALE


@dataclass(frozen=True, slots=True)
class Summary:
    """What the last check says as a whole. `next_step` has not been looked at yet, "" when nothing is left."""

    errors: int
    warnings: int
    skipped: int
    next_step: str

    @classmethod
    def of(cls, found: dict[str, str], *, is_whole: bool = False) -> Self:
        """The summary of lines, as key → status. Without a token, or any layout, the rest cannot be asked.

        `is_whole`: all was looked at in one go, so nothing is left.
        """
        looked_at = {step_of(key) for key in found}
        waiting = [name for name in STEPS if name not in looked_at]
        is_stopped = (
            is_whole or found.get("sheets") == "error" or any(found.get(key, "ok") != "ok" for key in ("keys", "token"))
        )
        values = list(found.values())
        return cls(
            errors=values.count("error"),
            warnings=values.count("warning"),
            skipped=values.count("skipped"),
            next_step=waiting[0] if waiting and not is_stopped else "",
        )

    @property
    def waits_for(self) -> str:
        """What is being looked at, in words."""
        return STEPS[self.next_step].what if self.next_step else ""


def shown(lines: Sequence[CheckLine]) -> list[tuple[CheckLine, ...]]:
    """The lines as they stand on the page: two dozen scales of which nothing needs to be said stand together."""
    groups = groupby(lines, key=lambda line: f":{SCALE}" in line.key and line.status == "ok")
    return [
        group for is_fine, found in groups for group in ([tuple(found)] if is_fine else [(line,) for line in found])
    ]


def remember(step: str, lines: Sequence[CheckLine]) -> dict[str, str]:
    """Keep these statuses for those that the step gave before (the first begins anew); the whole as key → status."""
    connection = KaonaviConnection.objects.current()
    before = connection.check_lines if connection and step != "keys" else {}
    found = {key: status for key, status in before.items() if step_of(key) != step}
    found |= {line.key: line.status for line in lines}
    if connection:  # other keys, or none, may have taken its place by now
        same = KaonaviConnection.objects.filter(connected_at=connection.connected_at)
        same.update(check_lines=found, checked_at=timezone.now())
    return found


@for_administrators
@require_form
def check_kaonavi(request: HttpRequest) -> HttpResponse:
    """The page. On POST the check is made: for htmx the step that it asks for, otherwise all of it."""
    if request.method == "POST" and wants_part(request):
        return show_step(request)
    lines = None
    if request.method == "POST":
        lines = list(check_connection())
        found = remember("keys", lines)
    connection = KaonaviConnection.objects.current()
    context = {
        "groups": shown(lines) if lines is not None else None,
        "summary": Summary.of(found, is_whole=True) if lines is not None else None,
        "last": Summary.of(connection.check_lines) if connection and connection.checked_at else None,
        "connection": connection,
    }
    return render(request, "integrations/check.html", context)


def show_step(request: HttpRequest) -> HttpResponse:
    """The lines of one step, the place for the next one where it has not been looked at, and the summary so far."""
    step = request.POST.get("step", "")
    if step not in STEPS:
        step = next(iter(STEPS))
    lines = list(check_step(step))
    summary = Summary.of(remember(step, lines))
    is_alone = bool(request.POST.get("alone"))  # looked at again while or after the others are: nothing follows it
    order = ["", *STEPS]
    goes_on = not is_alone and order.index(summary.next_step) > order.index(step)
    context = {"groups": shown(lines), "step": step, "summary": summary, "goes_on": goes_on}
    return render(request, "integrations/_check_step.html", context)


@for_administrators
@require_post
def choose_item(request: HttpRequest) -> HttpResponse:
    """Store which item of カオナビ's sheet stands for one of ours."""
    form = ItemChoiceForm(request.POST)
    with transaction.atomic():
        connection = KaonaviConnection.objects.lock().current()
        if connection is None or not form.is_valid():
            messages.error(request, "項目を保存できませんでした。もう一度チェックしてください。")
            return redirect("integrations:check")
        before, name = form.save(connection), form.cleaned_data["name"]
        detail = {"changes": changed({form.field: before}, {form.field: name})}
        audit.record(Action.CHANGED_SETTINGS, by=request.user, on=connection, detail=detail)
    messages.success(
        request, f"「{form.label}」としてカオナビの項目「{name}」を使います。もう一度チェックしてください。"
    )
    return redirect("integrations:check")
