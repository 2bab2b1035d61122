"""Erasing: of somebody who is deleted nothing stays in the records of runs but that, how often and when.

Rows are found by the number of the person where they have it (an index), and what has none is looked through once for
all that go together: problems by the keys and names in them, planned changes of runs that wait, searches of downloads.
"""

from collections.abc import Collection

from assessments.models import Assessment
from employees.models import IdentityDecision
from integrations.erasure.changes import erase_changes, erase_result_changes
from integrations.erasure.exceptions import erase_exceptions
from integrations.erasure.issues import erase_issues, erase_result_issues
from integrations.erasure.merges import erase_merges
from integrations.erasure.notes import erase_notes
from integrations.erasure.subjects import subjects_of
from integrations.erasure.traces import erase_file_names, erase_messages, erase_searches
from integrations.erasure.words import OF_A_RESULT
from integrations.rules.mentions import Subjects

BATCH = 1000  # no database takes any number of values in one statement
EVERYWHERE = (
    *(erase_issues, erase_notes, erase_exceptions, erase_merges),
    *(erase_changes, erase_messages, erase_file_names, erase_searches),
)
"""What is kept of people, by who erases it. Whatever comes to keep something of them adds itself here."""


def erase(people: Collection[int]) -> None:
    """Erase what is kept of these people (pk) and of their results, while they are still there.

    Belongs into the transaction that deletes them. Some thousand at once take seconds.
    """
    leaving, numbers = frozenset(people), sorted(people)
    for start in range(0, len(numbers), BATCH):
        batch = numbers[start : start + BATCH]
        subjects = subjects_of(batch, leaving)
        for forget in EVERYWHERE:
            forget(subjects)
        erase_decisions(subjects)


def erase_decisions(subjects: Subjects) -> None:
    """What was decided about a row with a key of theirs, whomever it was compared with."""
    rows = IdentityDecision.objects.values_list("pk", "email", "employee_number")
    naming = [pk for pk, *keys in rows.iterator() if subjects.with_key(*keys) is not None]
    for start in range(0, len(naming), BATCH):
        IdentityDecision.objects.filter(pk__in=naming[start : start + BATCH]).delete()


def erase_results(results: Collection[int], *, are_deleted: bool) -> None:
    """Erase the values of these results (pk), while they are still there: they are deleted, or were wrong.

    Whose they are stays. Sheets' records are told as a whole, so what is kept of the person's other results goes too.
    """
    numbers = sorted(results)
    for start in range(0, len(numbers), BATCH):
        batch = numbers[start : start + BATCH]
        owners = frozenset(Assessment.objects.filter(pk__in=batch).values_list("employee_id", flat=True))
        erase_result_changes(batch, owners, are_deleted=are_deleted)
        subjects = subjects_of(owners, owners)
        erase_result_issues(subjects)
        erase_messages(subjects, OF_A_RESULT)
