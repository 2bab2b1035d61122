"""統合の記録: what is kept of somebody who was merged into another, as long as that can be undone."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.encryption import UnreadableSecretError
from integrations.models import Merge
from integrations.rules.mentions import Subjects

KEYS = ("email", "employee_number")


def erase_merges(subjects: Subjects) -> None:
    """Those of these people under another number; with the one who was kept a record goes by itself."""
    gone = [merge.pk for merge in Merge.objects.defer("content") if is_of(merge, subjects)]
    Merge.objects.filter(pk__in=gone).delete()


def is_of(merge: Merge, subjects: Subjects) -> bool:
    """Whether the one who was removed is one of these people; what nobody can read is of no use any more."""
    if merge.removed in subjects.pks:
        return True
    try:
        values = merge.taken.values
    except UnreadableSecretError:
        return True
    return subjects.with_key(*(values[key] for key in KEYS)) is not None


def forget_old_merges() -> int:
    """Remove those that can be undone no more; returns how many."""
    return Merge.objects.filter(merged_at__lt=timezone.now() - timedelta(days=settings.UNDO_DAYS)).delete()[0]
