"""Who is to be forgotten: the keys and names under which runs may have told of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import Any

from django.db.models import Q

from employees.models import Employee, FormerIdentity
from integrations.models import SyncChange
from integrations.rules.mentions import Subject, Subjects, folded, names_of

KEYS = ("email", "employee_number")
PARTS = ("last_name", "first_name", "last_name_kana", "first_name_kana")


def subjects_of(people: Collection[int], leaving: AbstractSet[int]) -> Subjects:
    """These people as they are and as they were known before changes, without the keys that somebody has who stays.

    `leaving` are all who go, these among them.
    """
    keys: dict[int, set[str]] = defaultdict(set)
    names: dict[int, set[str]] = defaultdict(set)
    parts: dict[int, set[str]] = defaultdict(set)
    now = Employee.objects.filter(pk__in=people).values_list("pk", *KEYS, *PARTS)
    before = FormerIdentity.objects.filter(employee__in=people).values_list("employee_id", *KEYS, *PARTS)
    for pk, *texts in chain(now, before):
        keys[pk] |= {*texts[:2]}
        names[pk] |= names_of(texts[2], texts[3])
        parts[pk] |= {*texts[2:], "".join(texts[4:])} - {""}
    history = SyncChange.objects.filter(what=SyncChange.What.EMPLOYEE, object_id__in=people)
    told = history.exclude(key="").order_by().values_list("object_id", "key", "name", "fields")
    for pk, key, name, fields in told.iterator():
        keys[pk or 0] |= {key, *values_of(fields, KEYS)}
        names[pk or 0] |= names_of(*[*name.split(maxsplit=1), "", ""][:2])
    taken = names_of_others({key for each in keys.values() for key in each} - {""}, leaving)
    return Subjects(
        (
            Subject(
                pk,
                frozenset(key.strip().lower() for key in keys[pk] if folded(key) not in taken) - {""},
                frozenset(names[pk]),
                frozenset(texts),
            )
            for pk, texts in parts.items()
        ),
        leaving,
    )


def values_of(fields: Mapping[str, Any], names: Iterable[str]) -> set[str]:
    """The old and new texts of these fields of a change."""
    return {value for name in names for value in fields.get(name, ()) if isinstance(value, str)}


def names_of_others(keys: Collection[str], leaving: AbstractSet[int]) -> dict[str, set[str]]:
    """What of the keys those employees have who stay, with how they are called; all folded."""
    spellings = {spelling for key in keys for spelling in (key, key.lower(), folded(key))}
    holders = Employee.objects.filter(Q(email__in=spellings) | Q(employee_number__in=spellings))
    names: dict[str, set[str]] = defaultdict(set)
    for pk, mail, number, last, first in holders.values_list("pk", *KEYS, "last_name", "first_name"):
        for key in (mail, number) if pk not in leaving else ():
            names[folded(key)] |= {folded(name) for name in names_of(last, first)}
    return names
