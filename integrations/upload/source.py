"""Our side: who has been tested, with which results, and how they are to be written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Exists, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse

from accounts.site import site_url
from assessments.models import Assessment, PersonalityType, Scale, Tombstone
from employees.models import Employee
from integrations.jobs.runner import PlanOutdatedError
from integrations.models import KaonaviConnection, SyncException
from integrations.rules.results.people import Counterpart, Holder, Person, Roster, check_people
from integrations.rules.results.sheets import ScaleItem
from integrations.rules.results.values import NIL, Links, Result, TypeNames

decode = msgspec.json.Decoder(dict[str, Any]).decode

BATCH = 1000  # people whose results are in memory at a time


def tested_people() -> list[Person]:
    """Every employee with at least one assessment: the source rows."""
    return people_of(Employee.objects.filter(Exists(Assessment.objects.filter(employee=OuterRef("pk")))))


def people_of(employees: QuerySet[Employee]) -> list[Person]:
    """What is asked of them before a sheet is looked at."""
    rows = employees.values_list(
        "pk", "employee_number", "last_name", "first_name", "email", "is_retired", "missing_since"
    )
    return [
        Person(pk, number.strip(), f"{last} {first}".strip(), email, is_retired or missing_since is not None)
        for pk, number, last, first, email, is_retired, missing_since in rows.order_by("pk").iterator()
    ]


def shared_numbers() -> dict[str, list[Holder]]:
    """Each 社員番号 that several employees have, tested or not, with all of them."""
    holders: dict[str, list[int]] = defaultdict(list)
    for pk, number in Employee.objects.exclude(employee_number="").values_list("pk", "employee_number").iterator():
        holders[number.strip()].append(pk)
    shared = {number: pks for number, pks in holders.items() if number and len(pks) > 1}
    everybody = iter([pk for pks in shared.values() for pk in pks])
    named: dict[int, Holder] = {}
    while batch := list(islice(everybody, BATCH)):
        for employee in Employee.objects.filter(pk__in=batch).only("last_name", "first_name", "email"):
            named[employee.pk] = Holder(employee.pk, employee.full_name, employee.email)
    return {number: [named[pk] for pk in pks if pk in named] for number, pks in shared.items()}


def whom_to_withhold() -> frozenset[int]:
    """People (pk) whose results are not sent."""
    return frozenset(SyncException.objects.not_sent().values_list("employee_id", flat=True))


def whom_to_send(people: Iterable[Person], members: Mapping[str, Counterpart], *, withheld: AbstractSet[int]) -> Roster:
    """The people told apart; `members` are カオナビ's by their 社員番号."""
    connection = KaonaviConnection.objects.current()
    filler = connection.first_name_filler if connection else ""
    return check_people(people, shared=shared_numbers(), members=members, withheld=withheld, first_name_filler=filler)


def with_results(
    people: Sequence[Person], types: MutableMapping[int, TypeNames]
) -> Iterator[tuple[Person, list[Result]]]:
    """The people, in their order, each with all results; a batch at a time, since scores take much room.

    Somebody whose last result was deleted a moment ago is passed over. `types` learns those that were added meanwhile.
    Raises PlanOutdatedError for one that came and went between two looks.
    """
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        results: dict[int, list[Result]] = defaultdict(list)
        for employee, result in owned(Assessment.objects.filter(employee__in=[person.pk for person in batch])):
            results[employee].append(result)
        learn(types, {result.type for each in results.values() for result in each if result.type is not None})
        yield from ((person, results[person.pk]) for person in batch if results[person.pk])


def owned(rows: QuerySet[Assessment]) -> Iterator[tuple[int, Result]]:
    """The results of a query, each with its employee (pk)."""
    as_text = Cast("scores", TextField())  # Django's own decoder takes as long as the rest of a row
    columns = ("pk", "public_id", "taken_on", "completed_at", "personality_type_id", as_text, "unknown_type")
    for employee, pk, public_id, taken_on, completed_at, kind, scores, name in rows.values_list(
        "employee_id", *columns
    ):
        yield employee, Result(pk, public_id, taken_on, completed_at, kind, decode(scores), name)


def learn(types: MutableMapping[int, TypeNames], used: AbstractSet[int]) -> None:
    """Read the types again where one that is used is not known. Raises PlanOutdatedError where there is none."""
    if not used <= types.keys():
        types.update(type_names())
    if not used <= types.keys():
        raise PlanOutdatedError


def type_names() -> dict[int, TypeNames]:
    """The 16 types by their number."""
    return {
        each.pk: TypeNames(each.pk, each.label, (each.name, *each.aliases)) for each in PersonalityType.objects.all()
    }


def links() -> Links:
    """The address of a result's page."""
    return Links(site_url(), reverse("assessments:detail", args=[NIL]))


def unknown_of(public_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those that no result here has, and that were not deleted here either."""
    left = set(public_ids)
    for model in (Assessment, Tombstone):  # in this order: one that is deleted meanwhile is seen by one of them
        everyone = iter(sorted(left))
        while batch := list(islice(everyone, BATCH)):
            found = model.objects.filter(public_id__in=batch)
            is_every_one = found.count() == len(batch)  # nearly always, and none of them need be fetched
            left.difference_update(batch if is_every_one else found.values_list("public_id", flat=True))
    return frozenset(left)


def any_deleted(public_ids: Iterable[UUID]) -> bool:
    """Whether one of these results was deleted here and has not come back."""
    everyone = iter(sorted(set(public_ids)))
    while batch := list(islice(everyone, BATCH)):
        gone = set(Tombstone.objects.filter(public_id__in=batch).values_list("public_id", flat=True))
        if gone and Assessment.objects.filter(public_id__in=gone).count() < len(gone):
            return True
    return False


def sent_scales(connection: KaonaviConnection | None) -> list[Scale]:
    """The scales that are to be sent: as each scale says, unless the settings switch it."""
    switches: Mapping[str, bool] = connection.scale_switches if connection else {}
    off = Scale.KaonaviItem.OFF
    return [scale for scale in Scale.objects.kept() if switches.get(scale.code, scale.kaonavi_item != off)]


def scale_items(connection: KaonaviConnection | None) -> list[ScaleItem]:
    """Their items. One that is off by itself and switched on is sent where the sheet has its item."""
    return [
        ScaleItem(scale.code, scale.name, tuple(scale.aliases), scale.kaonavi_item == Scale.KaonaviItem.REQUIRED)
        for scale in sent_scales(connection)
    ]


def item_names(connection: KaonaviConnection | None) -> Mapping[str, str]:
    """The settings' names of the sheets' items: field key → name."""
    return connection.sheet_item_names if connection else {}
