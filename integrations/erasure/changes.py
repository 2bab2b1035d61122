"""What runs wrote, or plan to write while they wait: the records stay, without key, name and values."""

from collections.abc import Collection
from typing import Any

from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat

from assessments.models import Assessment
from integrations import bulk
from integrations.erasure.words import ERASED, GONE, RESULT_GONE
from integrations.jobs.records import as_text
from integrations.models import BeforeImage, SyncChange, SyncJob
from integrations.rules.mentions import Subjects

What = SyncChange.What
BY_PERSON = (What.EMPLOYEE, What.LATEST_SHEET, What.ALL_SHEET)  # whose `object_id` is the employee's
NO_VALUES: dict[str, Any] = {"key": "", "fields": {}}


def labelled(word: str, number: Any) -> Concat:
    return Concat(Value(word), Cast(number, CharField()))


def erase_changes(subjects: Subjects) -> None:
    """The changes of these people and of their results, and their mail addresses in those of others."""
    people = subjects.pks
    SyncChange.objects.filter(what__in=BY_PERSON, object_id__in=people).update(
        name=labelled(GONE, F("object_id")), **NO_VALUES
    )
    results = Assessment.objects.filter(employee__in=people)
    owner = Subquery(Assessment.objects.filter(pk=OuterRef("object_id")).values("employee_id")[:1])
    SyncChange.objects.filter(what=What.ASSESSMENT, object_id__in=results.values("pk")).update(
        name=labelled(GONE, owner), **NO_VALUES
    )
    BeforeImage.objects.filter(person__in=people).delete()
    erase_planned(subjects)
    erase_deleted(subjects)
    erase_passed_on_mails(subjects)


def erase_planned(subjects: Subjects) -> None:
    """What would be written anew of them: it has no number yet."""
    waiting = SyncJob.objects.exclude(status__in=SyncJob.ENDS).values("pk")
    planned = SyncChange.objects.filter(job__in=waiting, object_id=None).exclude(what=What.DEPARTMENT)
    rows = [
        ("", f"{GONE}{pk}", "{}", change)
        for change, key, name in planned.values_list("pk", "key", "name").iterator()
        if (pk := subjects.with_key(key) or subjects.named(name.partition("　")[0])) is not None
    ]
    bulk.update(SyncChange, ("key", "name", "fields"), rows)


def erase_deleted(subjects: Subjects) -> None:
    """Whom an undo has deleted and who could be made anew by its own undo: somebody to be forgotten never is."""
    deleted = SyncChange.objects.filter(action=SyncChange.Action.DELETE).exclude(fields={})
    rows = []
    results = deleted.filter(what=What.ASSESSMENT).values_list("pk", "fields")
    for change, fields in results.iterator():
        owner = fields.get("employee_id", [None])[0]
        if owner in subjects.pks:
            rows.append(("", f"{GONE}{owner}", "{}", change))
    people = deleted.filter(what=What.EMPLOYEE).values_list("pk", "object_id", "key", "name", "fields")
    for change, number, key, name, fields in people.iterator():
        keys = (key, *(fields.get(field, [""])[0] or "" for field in ("email", "employee_number")))
        if subjects.with_key(*keys) is not None or subjects.named(name) is not None:
            rows.append(("", f"{GONE}{number}", "{}", change))
    bulk.update(SyncChange, ("key", "name", "fields"), rows)


def erase_passed_on_mails(subjects: Subjects) -> None:
    """An address of theirs that was somebody else's before, or is so now, stands in that one's change too."""
    others = SyncChange.objects.filter(what=What.EMPLOYEE, action=SyncChange.Action.UPDATE, fields__has_key="email")
    rows = []
    for change, fields in others.values_list("pk", "fields").iterator():
        mails = fields["email"]
        told = [ERASED if isinstance(mail, str) and subjects.with_key(mail) else mail for mail in mails]
        if told != mails:
            rows.append((as_text({**fields, "email": told}), change))
    bulk.update(SyncChange, ("fields",), rows)


def erase_result_changes(results: Collection[int], owners: Collection[int], *, are_deleted: bool) -> None:
    """The changes of these results; and those of their owners on the sheets, which tell all records of a person."""
    changes = SyncChange.objects.filter(what=What.ASSESSMENT, object_id__in=results)
    name: dict[str, Any] = {"name": labelled(RESULT_GONE, F("object_id"))} if are_deleted else {}
    changes.update(fields={}, **name)
    if are_deleted:
        erase_deleted_before(results)
    SyncChange.objects.filter(what__in=(What.LATEST_SHEET, What.ALL_SHEET), object_id__in=owners).update(fields={})
    BeforeImage.objects.filter(person__in=owners).delete()


def erase_deleted_before(results: Collection[int]) -> None:
    """The same results under another number, which an undo has deleted and its own undo would make anew."""
    gone = {
        (owner, title, day.isoformat())
        for owner, title, day in Assessment.objects.filter(pk__in=results).values_list(
            "employee_id", "title", "taken_on"
        )
    }
    deleted = SyncChange.objects.filter(what=What.ASSESSMENT, action=SyncChange.Action.DELETE).exclude(fields={})
    same = [
        pk
        for pk, fields in deleted.values_list("pk", "fields").iterator()
        if tuple(fields.get(name, [None])[0] for name in ("employee_id", "title", "taken_on")) in gone
    ]
    for start in range(0, len(same), 500):
        SyncChange.objects.filter(pk__in=same[start : start + 500]).update(
            name=labelled(RESULT_GONE, F("object_id")), **NO_VALUES
        )
