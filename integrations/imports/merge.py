"""重複した社員を統合する: of two records with one 社員番号 one stays, with the results of both."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.contrib.auth.models import User
from django.db import transaction

from accounts import audit
from accounts.rights import Account
from assessments.models import Assessment
from assessments.scope import are_results_open_to
from employees.models import Employee, EmployeeQuerySet, IdentityDecision
from employees.twins import Twin, who_stays
from integrations.erasure import erase
from integrations.imports.unmerge import Before
from integrations.models import ResultRegistration, SyncException
from integrations.models.unseen import UnseenEmployee


class PairChangedError(Exception):
    """The two are not as the person saw them (any more). Nothing was changed."""


def twins_of(person: Employee, among: EmployeeQuerySet) -> EmployeeQuerySet:
    """The others with the same 社員番号; nobody shares a blank one."""
    if not person.employee_number:
        return among.none()
    return among.filter(employee_number=person.employee_number).exclude(pk=person.pk)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, and the numbers (pk) of the results; None for somebody who may not see them."""

    person: Employee
    results: Sequence[int] | None


@dataclass(frozen=True, slots=True)
class Pair:
    """The two records. `stays` is the one to keep (pk) where カオナビ says which; `doubled` counts the tests (検査名,
    受検日, 完了日時) of which both have a result, as far as one may see them.
    """

    sides: Sequence[Side]
    stays: int | None
    doubled: int

    @classmethod
    def of(cls, people: Sequence[Employee], *, by: Account) -> Self:
        """Of two people, in any order, as `by` may see them."""
        people = sorted(people, key=lambda person: person.pk)
        tested = [person for person in people if are_results_open_to(by, person)]
        rows = list(
            Assessment.objects.filter(employee__in=tested)
            .order_by("pk")
            .values_list("employee_id", "pk", "title", "taken_on", "completed_at")
        )
        unseen = set(UnseenEmployee.objects.filter(row__in=people).values_list("pk", flat=True))
        tests = [{tuple(test) for owner, _, *test in rows if owner == person.pk} for person in people]
        return cls(
            [
                Side(person, [pk for owner, pk, *_ in rows if owner == person.pk] if person in tested else None)
                for person in people
            ],
            who_stays(
                Twin(person.pk, person.last_seen_at, person.missing_since, person.pk in unseen) for person in people
            ),
            len(set.intersection(*tests)),
        )

    @property
    def fingerprint(self) -> str:
        """A fingerprint of what a person was shown and confirms, and of nothing else."""
        seen = [
            (one.person.pk, one.person.email, one.person.employee_number, str(one.person.missing_since), one.results)
            for one in self.sides
        ]
        return hashlib.blake2b(repr(seen).encode(), digest_size=16).hexdigest()


def own_exceptions(person: Employee) -> None:
    """What was decided about the person's mail becomes the person's own: by a merge it may go.

    The 社員番号 is that of both: what was decided about it goes on for who stays, and for both when they are two again.
    """
    named = SyncException.objects.about(person).filter(employee=None, employee_number="").order_by("pk")
    for exception in named.lock():
        mine = SyncException.objects.filter(employee=person, kind=exception.kind).first()
        if mine is None:
            exception.employee, exception.email, exception.employee_number = person, "", ""
            exception.save(update_fields=["employee", "email", "employee_number"])
        else:
            mine.until = later(mine.until, exception.until)
            mine.save(update_fields=["until"])
            exception.delete()


def keep_exceptions(leaving: Employee, kept: Employee) -> None:
    """What was decided about the one goes for the other too: whoever must not be sent is not sent by a merge.

    Where both have the same, the one that lasts longer stays.
    """
    mine = {(exception.kind, exception.item): exception for exception in SyncException.objects.filter(employee=kept)}
    for exception in SyncException.objects.filter(employee=leaving):
        other = mine.get((exception.kind, exception.item))
        if other is None or later(other.until, exception.until) != other.until:
            if other is not None:
                other.delete()
            exception.employee = kept
            exception.save(update_fields=["employee"])


def later(one: date | None, other: date | None) -> date | None:
    """The last day of what lasts longer; None is without end."""
    return None if one is None or other is None else max(one, other)


def merge(people: EmployeeQuerySet, *, stays: int | None, fingerprint: str, by: Account) -> Employee:
    """Keep one of the two `people` (pk `stays`), with all results of both; returns that one.

    What goes is noted, so that it can be undone. A result keeps its `public_id`, so every link goes on leading to it.
    Until the next upload has looked at the sheets nothing is said of what they show. Raises PairChangedError, and
    IntegrityError or OperationalError when something that is written at the same moment needs one of them.
    """
    with transaction.atomic():
        by_number = {person.pk: person for person in people.lock()}
        if (
            stays not in by_number
            or len(by_number) != 2
            or Pair.of(list(by_number.values()), by=by).fingerprint != fingerprint
        ):
            raise PairChangedError
        kept = by_number.pop(stays)
        (leaving,) = by_number.values()
        own_exceptions(leaving)
        before = Before(kept, leaving)
        erase([leaving.pk])  # before the results are the other one's: what was told of them names this one
        moved = Assessment.objects.filter(employee=leaving).update(employee=kept)
        if moved:
            ResultRegistration.objects.filter(employee=kept).delete()
        audit.record(audit.Action.MERGED, by=by, on=kept, detail={"removed": leaving.pk, "results": moved})
        audit.record(audit.Action.DELETED, by=by, on=leaving, detail={"merged_into": kept.pk})
        # What was decided about either may not be so of the one that stays.
        IdentityDecision.objects.naming(people.filter(pk__in=[kept.pk, leaving.pk])).delete()
        keep_exceptions(leaving, kept)
        leaving.delete()
        if leaving.email and not kept.email:  # an address is blank only while another person has it
            kept.email = leaving.email
            kept.save(update_fields=["email"])
        before.note(kept, by if isinstance(by, User) else None)
    return kept
