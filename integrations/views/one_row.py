"""Settings of which there is one row at most, and their form."""

from typing import Any, NamedTuple, Protocol

from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest

from accounts import audit
from accounts.audit_changes import changed


class Submitted(NamedTuple):
    """The form, and whether what it says was stored just now."""

    form: Any
    is_saved: bool


class MakesForm(Protocol):
    def __call__(self, data: Any, *, instance: Any) -> ModelForm: ...


def submit(request: HttpRequest, make_form: MakesForm, known: Any) -> Submitted:
    """The form of the one row of `known`: what is set, or for a POST what was sent, stored where nothing is wrong with
    it.

    Of two who save at the same moment, also as the first, one waits and then sees what the other wrote. Where nothing
    is stored there is no row afterwards that was none before: not even the defaults are written.
    """
    is_sent = request.method == "POST"
    with transaction.atomic():
        row = known.lock_the_one() if is_sent else known.current()
        before = row.in_words()
        form = make_form(request.POST or None, instance=row)
        is_saved = is_sent and form.is_valid()
        if is_saved:
            form.save()
            detail = {"changes": changed(before, row.in_words())}
            audit.record(audit.Action.CHANGED_SETTINGS, by=request.user, on=row, detail=detail)
        else:
            transaction.set_rollback(True)
    return Submitted(form, is_saved)
