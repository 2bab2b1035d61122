"""What the results of files refer to: names of types and scales that may mean one thing only, and those yet unknown."""

import re
from typing import NamedTuple
from uuid import uuid4

from django.db.models import Count

from assessments.models import Assessment, PersonalityType, Scale
from assessments.name_lookup import Named, fold_name
from assessments.signals import results_changed
from employees.models import Employee

WITH_WAMEI = re.compile(r"(.+?)\s*[（(](.+)[)）]")


class UnknownType(NamedTuple):
    """What files called a type that none of ours is called, and how many results have it."""

    text: str
    results: int


def unknown_types() -> list[UnknownType]:
    """All of them, the most frequent first."""
    found = Assessment.objects.exclude(unknown_type="").values_list("unknown_type").annotate(results=Count("pk"))
    return [UnknownType(*row) for row in found.order_by("-results", "unknown_type")]


def waiting_for(text: str) -> int:
    """How many results would get a type that is called so."""
    return sum(found.results for found in unknown_types() if fold_name(found.text) == fold_name(text))


def in_two(text: str) -> tuple[str, str]:
    """カタカナ（和名） as カタカナ and 和名; a name without brackets has no 和名."""
    found = WITH_WAMEI.fullmatch(text)
    return (found[1], found[2]) if found else (text, "")


def lock(model: type[PersonalityType] | type[Scale]) -> None:
    """Keep others from naming anything until the transaction ends, so that a name is not given twice. Read after it.

    A result may be given one of the rows meanwhile: else whoever saves one would wait for us, who may wait for it.
    """
    model.objects.lock_now(no_key=True)


def name_results(kind: PersonalityType) -> int:
    """Give the type to every result whose text is one of its names; how many these were. In the caller's transaction.

    People are locked before their results, as a correction does it.
    """
    names = set(Named.of(kind).spellings())
    texts = Assessment.objects.exclude(unknown_type="").values_list("unknown_type", flat=True).distinct()
    mine = [text for text in texts if fold_name(text) in names]
    found = Assessment.objects.filter(unknown_type__in=mine)
    Employee.objects.filter(pk__in=found.values("employee")).lock_now()
    found.lock_now()
    results_changed.send(sender=Assessment, results=found)
    return found.update(personality_type=kind, unknown_type="")


def new_code() -> str:
    """The code of a row of one's own, which nobody sees."""
    return f"own-{uuid4().hex[:12]}"


def uses_of(row: PersonalityType | Scale) -> int:
    """How many results have the type, or a score of the scale."""
    if isinstance(row, PersonalityType):
        return row.assessments.count()
    return Assessment.objects.filter(scores__has_key=row.code).count()
