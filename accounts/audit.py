"""The audit trail: one line for each thing that somebody did. Written in the transaction of the thing itself."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db import models

from accounts import origin
from accounts.models import AuditEntry
from accounts.names import shown_name

Action = AuditEntry.Action
OUTSIDE = "ログイン前の人"
LONGEST_NAME = 140
GONE = "削除された"  # and what and the number: this stays of it for ever


def actor_of(by: User | AnonymousUser | None) -> str:
    """Who it was, in words that outlive the account."""
    if isinstance(by, AnonymousUser):
        return OUTSIDE
    # a name by which nobody logs in is shortened first
    return f"{shown_name(by)[:LONGEST_NAME]}（{by.get_username()}）" if by else shown_name(None)


# by action and kind of thing, the entries that stand for others of what one person does at once
firsts: ContextVar[dict[tuple[str, str], AuditEntry] | None] = ContextVar("firsts", default=None)


@contextmanager
def together() -> Iterator[None]:
    """What is recorded within is one thing that somebody does to many: of each action the first entry stands for all.

    It belongs inside the transaction of the thing itself.
    """
    if firsts.get() is not None:
        yield
        return
    token = firsts.set({})
    try:
        yield
    finally:
        firsts.reset(token)


def record(
    action: AuditEntry.Action,
    *,
    by: User | AnonymousUser | None,
    actor: str = "",
    on: models.Model | None = None,
    what: str = "",
    label: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write who did what to what; when and from where are added here.

    `on` is the row that it was done to and gives kind, number and label, unless they are told, and with `person_number`
    whom it is about. `detail` holds names of fields, counts and numbers of rows, and as `changes` old and new values
    (`audit_changes`), never values of people or secrets. What screens say of it is in `audit_words`.
    None as `by` is the command line or the system, which has another name in `actor`, AnonymousUser somebody who has
    not logged in.
    """
    write([make(action, by=by, actor=actor, on=on, what=what, label=label, detail=detail)])


def record_each(
    action: AuditEntry.Action,
    *,
    by: User | AnonymousUser | None,
    on: Iterable[models.Model],
    detail: dict[str, Any] | None = None,
) -> None:
    """Write the same about many rows, an entry for each, in few statements. The first stands for all."""
    with together():
        write(make(action, by=by, on=row, detail=detail) for row in on)


def write(entries: Iterable[AuditEntry]) -> None:
    known = firsts.get()
    others = []
    for entry in entries:
        first = entry if known is None else known.setdefault((entry.action, entry.what), entry)
        if first is entry:
            entry.save(force_insert=True)
        else:
            entry.part_of, entry.at = first.pk, first.at
            others.append(entry)
    AuditEntry.objects.bulk_create(others, batch_size=500)


def make(
    action: AuditEntry.Action,
    *,
    by: User | AnonymousUser | None,
    actor: str = "",
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
        actor=actor or actor_of(by),
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
