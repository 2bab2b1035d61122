"""The audit trail: one line for each thing that somebody did. Written in the transaction of the thing itself."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import Q

from accounts import origin
from accounts.models import AuditEntry
from accounts.names import shown_name

Action = AuditEntry.Action
OUTSIDE = "ログイン前の人"
LONGEST_NAME = 140
PEOPLE = "people"  # in the detail of what was done to many of them at once: number → true
GONE = "削除された"  # and what and the number: this stays of it for ever


def actor_of(by: User | AnonymousUser | None) -> str:
    """Who it was, in words that outlive the account."""
    if isinstance(by, AnonymousUser):
        return OUTSIDE
    # a name by which nobody logs in is shortened first
    return f"{shown_name(by)[:LONGEST_NAME]}（{by.get_username()}）" if by else shown_name(None)


def record(
    action: AuditEntry.Action,
    *,
    by: User | AnonymousUser | None,
    on: models.Model | None = None,
    what: str = "",
    label: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write who did what to what; when and from where are added here.

    `on` is the row that it was done to and gives kind, number and label, unless they are told, and with `person_number`
    whom it is about. `detail` holds names of fields, counts and numbers of rows, never values of people or secrets.
    None as `by` is the command line or the system, AnonymousUser somebody who has not logged in.
    """
    make(action, by=by, on=on, what=what, label=label, detail=detail).save(force_insert=True)


def record_each(
    action: AuditEntry.Action,
    *,
    by: User | AnonymousUser | None,
    on: Iterable[models.Model],
    detail: dict[str, Any] | None = None,
) -> None:
    """Write the same about many rows, a line for each, in few statements."""
    AuditEntry.objects.bulk_create((make(action, by=by, on=row, detail=detail) for row in on), batch_size=500)


def record_together(
    action: AuditEntry.Action,
    *,
    by: User | AnonymousUser | None,
    what: type[models.Model],
    people: Iterable[int],
    detail: dict[str, Any],
) -> None:
    """Write once what was done to many people: who they are stands in the detail, each by number."""
    numbers = {str(number): True for number in people}
    kind, label = str(what._meta.verbose_name), f"{len(numbers):,}名"
    make(action, by=by, what=kind, label=label, detail=detail | {PEOPLE: numbers}).save(force_insert=True)


def about_many_with(people: Iterable[int]) -> list[int]:
    """The numbers (pk) of the entries about many people at once, of whom any is among these."""
    entries = list(AuditEntry.objects.filter(of_many()).values_list("pk", f"detail__{PEOPLE}"))
    wanted = set(map(str, people)) if entries else set()
    return [pk for pk, numbers in entries if not wanted.isdisjoint(numbers)]


def of_many() -> Q:
    """The entries about many people at once."""
    return Q(subject_id=None, object_id="", detail__has_key=PEOPLE)


def make(
    action: AuditEntry.Action,
    *,
    by: User | AnonymousUser | None,
    on: models.Model | None = None,
    what: str = "",
    label: str | None = None,
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """The line, not yet written."""
    place = origin.current.get()
    account = by if isinstance(by, User) else None
    entry = AuditEntry(
        action=action,
        actor_id=account.pk if account else None,
        actor=actor_of(by),
        what=what or (str(on._meta.verbose_name) if on is not None else ""),
        object_id="" if on is None or on.pk is None else str(on.pk),
        label=label_of(action, on) if label is None else label,
        detail=detail or {},
        subject_id=getattr(on, "person_number", None),
        address=place.address,
        request_id=place.request_id,
    )
    cut(entry)
    return entry


def label_of(action: AuditEntry.Action, on: models.Model | None) -> str:
    """What the row is called. People's names and tests, which would stay for ever, have an `audit_label` instead."""
    if not hasattr(on, "audit_label") or on is None:
        return "" if on is None else str(on)
    return f"{GONE}{on._meta.verbose_name} #{on.pk}" if action == Action.DELETED else str(on.audit_label)


def cut(row: models.Model) -> None:
    """Shorten copied texts to their columns: a long name must not keep what is told of it from being stored."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.max_length and isinstance(value, str) and len(value) > field.max_length:
            setattr(row, field.attname, f"{value[: field.max_length - 1]}…")
