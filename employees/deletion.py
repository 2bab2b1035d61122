"""Deleting people, one or thousands: what it would be, and that it is just that which is deleted."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count

from accounts import audit
from accounts.rights import Account, Right
from departments.scope import reach
from employees.confirmation import NAMES_SHOWN, Confirmed, Shown, batches, fingerprint_of
from employees.models import Employee, EmployeeQuerySet, FormerIdentity


@dataclass(frozen=True, slots=True)
class Selection(Shown):
    """Whom deleting concerns. `names` are the first few, `results` go too; None for whoever may not see them all."""

    results: int | None

    @classmethod
    def of(cls, people: EmployeeQuerySet, *, by: Account) -> Self:
        """These people, as far as `by` may know of their results."""
        chosen = people.order_by("last_name_kana", "first_name_kana", "pk")
        pks = sorted(people.order_by().values_list("pk", flat=True))
        results = None
        tested = reach(by, Right.VIEW_RESULTS)
        if tested is None or not people.exclude(department__in=tested).exists():
            results = people.order_by().aggregate(number=Count("assessments"))["number"]
        return cls(pks, list(chosen.select_related("department")[:NAMES_SHOWN]), results)

    @classmethod
    def of_untested(cls, pks: Sequence[int]) -> Self:
        """People without any result, by their numbers (pk), however many."""
        first = Employee.objects.filter(pk__in=pks[:NAMES_SHOWN]).select_related("department")
        return cls(sorted(pks), list(first.order_by("pk")), 0)

    @property
    def fingerprint(self) -> str:
        """A fingerprint of what a person was shown and confirms, nothing else: these people, with that many results."""
        return fingerprint_of(self.results, self.pks)


def accounts_of(selection: Selection) -> list[User]:
    """The log-ins with an address that these people have or had before a change: they stay when the people go."""
    by_mail = defaultdict(list)
    for user in User.objects.exclude(email="").order_by("pk"):
        by_mail[user.email.lower()].append(user)
    now = Employee.objects.filter(email__in=by_mail).values_list("pk", "email")
    before = FormerIdentity.objects.filter(email__in=by_mail).values_list("employee_id", "email")
    chosen = set(selection.pks)
    found = {user.pk: user for pk, mail in (*now, *before) if pk in chosen for user in by_mail[mail]}
    return [found[pk] for pk in sorted(found)]


def delete_people(
    select: Callable[[], Selection], *, confirmed: Confirmed, by: Account, detail: dict[str, Any] | None = None
) -> Selection:
    """Delete them with their results in one transaction, and write down each of them; returns who they were.

    `select` says whom; it is asked again when they are locked. Raises SelectionChangedError or NotTheNumberError when
    they are not those who were confirmed, IntegrityError or OperationalError when something written at the same moment
    needs one.
    """
    with transaction.atomic():
        confirmed.judge(selection := select())
        for batch in batches(selection.pks):
            batch.lock_now()
        confirmed.judge(selection := select())
        with audit.together():
            for batch in batches(selection.pks):
                audit.record_each(audit.Action.DELETED, by=by, on=batch, detail=detail)
                batch.delete()
    return selection
