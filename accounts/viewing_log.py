"""閲覧: who looked at whose results, in the audit trail. Looking again within an hour adds nothing."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry

ONCE_IN = timedelta(hours=1)
LOOKS = (audit.Action.VIEWED, audit.Action.DOWNLOADED)


def record_view(by: User, *, on: models.Model | None = None, what: str = "", label: str | None = None) -> None:
    """Write down that the person looks at this, unless the same was written within the last hour.

    `what` tells apart the pages that show different things of one row. A person's name is no label.
    """
    entry = audit.make(audit.Action.VIEWED, by=by, on=on, what=what, label=label)
    if is_noted(entry):
        return
    with transaction.atomic():
        # two clicks at once take turns; NO KEY lets everything that refers to the account go on
        User.objects.select_for_update(no_key=True).filter(pk=by.pk).values_list("pk").get()
        if not is_noted(entry):
            entry.save(force_insert=True)


def is_noted(entry: AuditEntry) -> bool:
    """Whether the last hour has the same entry."""
    same = {name: getattr(entry, name) for name in ("action", "actor_id", "what", "object_id")}
    return AuditEntry.objects.filter(at__gt=timezone.now() - ONCE_IN, **same).exists()


def looks_at(number: int) -> QuerySet[AuditEntry]:
    """Who looked at the person's results or took what is held of the person away, newest first."""
    return AuditEntry.objects.filter(about(number), action__in=LOOKS).order_by("-at", "-pk")


def about(number: int) -> Q:
    """The entries about a person: older ones have the row's number alone."""
    return Q(subject_id=number) | Q(subject_id=None, what="社員", object_id=str(number))
