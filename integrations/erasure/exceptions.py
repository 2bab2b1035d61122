"""同期の例外: those of a mail or 社員番号, and the reasons, which are free text and so of anybody."""

from integrations import bulk
from integrations.erasure.words import ERASED
from integrations.models import SyncException
from integrations.rules.mentions import Subjects

BATCH = 1000  # no database takes any number of values in one statement


def erase_exceptions(subjects: Subjects) -> None:
    """What keeps a mail or 社員番号 of these people away goes, as their own do; the rest stays without a reason that
    names them.
    """
    gone, rows = [], []
    told = SyncException.objects.values_list("pk", "email", "employee_number", "reason")
    for pk, mail, number, reason in told.iterator():
        if subjects.with_key(*filter(None, (mail, number))) is not None:
            gone.append(pk)
        elif subjects.are_in(reason):
            rows.append((ERASED, pk))
    for start in range(0, len(gone), BATCH):
        SyncException.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    bulk.update(SyncException, ("reason",), rows)
