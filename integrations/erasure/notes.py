"""What people wrote about problems: free text, so of anybody."""

from collections.abc import Iterable

from integrations import bulk
from integrations.erasure.words import ERASED
from integrations.models import ProblemNote
from integrations.rules.mentions import Subjects

BATCH = 1000  # no database takes any number of values in one statement
TEXTS = ("reason", "assignee", "memo")


def forget_notes(fingerprints: Iterable[int | None]) -> None:
    """What was said of these problems goes, and what value they had; None is no problem that anybody could speak of."""
    known = sorted({fingerprint for fingerprint in fingerprints if fingerprint is not None})
    for start in range(0, len(known), BATCH):
        ProblemNote.objects.filter(fingerprint__in=known[start : start + BATCH]).delete()


def erase_notes(subjects: Subjects) -> None:
    """What is said of others' problems stays, without the texts that name these people."""
    rows = []
    for pk, *texts in ProblemNote.objects.values_list("pk", *TEXTS).iterator():
        kept = [ERASED if subjects.are_in(text) else text for text in texts]
        if kept != texts:
            rows.append((*kept, pk))
    bulk.update(ProblemNote, TEXTS, rows)
