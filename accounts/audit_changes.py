"""What the audit trail keeps of a changed value: what it was and what it is. Only of settings, roles and the like.

From the trail nothing can be erased, so of a person it keeps the names of fields alone.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import Model

LONGEST = 200  # characters of a text
MOST = 50  # of several things

Kept = str | int | float | bool | None | list[str]
Changes = dict[str, list[Kept]]


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """Old and new value of each field of `after` that differs, as they are kept."""
    told = {name: [kept(before.get(name)), kept(value)] for name, value in after.items()}
    return {name: pair for name, pair in told.items() if pair[0] != pair[1]}


def form_changes(form: forms.BaseForm, **was: Any) -> Changes:
    """The same of a form that is valid, a choice as the form calls it. `was` are old values in better words."""
    names = [name for name in form.changed_data if name in form.cleaned_data]
    before = {name: chosen(form.fields[name], form.get_initial_for_field(form.fields[name], name)) for name in names}
    return changed(before | was, {name: chosen(form.fields[name], form.cleaned_data[name]) for name in names})


def chosen(field: forms.Field, value: Any) -> Any:
    if not isinstance(field, forms.ChoiceField):
        return value
    choices: Any = field.choices
    return next((label for key, label in choices if key == value), value)


def kept(value: Any) -> Kept:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Iterable) and not isinstance(value, str | Model):
        texts = [str(each)[:LONGEST] for each in value]
        return texts if len(texts) <= MOST else [*texts[:MOST], f"ほか{len(texts) - MOST:,}件"]
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
