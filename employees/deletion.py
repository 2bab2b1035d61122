"""Deleting people, one or thousands: what it would be, and that it is just that which is deleted."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db import transaction
from django.db.models import Count

from accounts import audit
from accounts.rights import Account
from employees.models import Employee, EmployeeQuerySet

NAMES_SHOWN = 20
BATCH = 1000


class SelectionChangedError(Exception):
    """Who would be deleted is not what the person confirmed (any more). Nothing was deleted."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Whom deleting concerns. `names` are the first few; `results` counts the test results that go too."""

    pks: Sequence[int]
    names: Sequence[Employee]
    results: int

    @classmethod
    def of(cls, people: EmployeeQuerySet) -> Self:
        chosen = people.order_by("last_name_kana", "first_name_kana", "pk")
        pks = sorted(people.order_by().values_list("pk", flat=True))
        results = people.order_by().aggregate(number=Count("assessments"))["number"]
        return cls(pks, list(chosen.select_related("department")[:NAMES_SHOWN]), results)

    @property
    def seal(self) -> str:
        """A fingerprint of what a person confirms: these people, with that many results."""
        text = f"{self.results}:{','.join(map(str, self.pks))}"
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    @property
    def count(self) -> int:
        return len(self.pks)

    @property
    def others(self) -> int:
        """How many people are not named."""
        return self.count - len(self.names)


def delete_people(
    people: EmployeeQuerySet, *, seal: str, by: Account, detail: dict[str, Any] | None = None
) -> Selection:
    """Delete them with their results in one transaction, and write down each of them; returns who they were.

    Raises SelectionChangedError when they are not those of `seal`. Raises IntegrityError when something that was written
    at the same moment still needs one of them.
    """
    with transaction.atomic():
        # Locked before they are looked at: what a page or a run of ours does to these rows waits for us, or we for it.
        list(people.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
        selection = Selection.of(people)
        if selection.seal != seal:
            raise SelectionChangedError
        for start in range(0, selection.count, BATCH):
            batch = Employee.objects.filter(pk__in=selection.pks[start : start + BATCH])
            audit.record_each(audit.Action.DELETED, by=by, on=batch, detail=detail)
            batch.delete()
    return selection
