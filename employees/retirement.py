"""退職者フラグ for several people at once: whom it would change and whom not, and that it is just those who are changed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from django.db import transaction
from django.db.models import Count, Q

from accounts import audit
from accounts.rights import Account
from employees.confirmation import NAMES_SHOWN, Confirmed, Shown, batches, fingerprint_of
from employees.models import EmployeeQuerySet
from employees.rules import source_by_hand

# Whose flag it changes: a 退職日 brings the flag with it, so that nobody who has one loses it (as in the form).
CHANGING = {True: Q(is_retired=False), False: Q(is_retired=True, retirement_date=None)}
DATED = Q(is_retired=True, retirement_date__isnull=False)


@dataclass(frozen=True, slots=True)
class Retirement(Shown):
    """The flag of the chosen people set or cleared: `pks` change, `names` are the first of them.

    `already` have it so, `dated` keep it for their 退職日, and of `barred` whoever asks may see the data but not edit it.
    """

    is_retired: bool
    already: int
    dated: int
    barred: int

    @classmethod
    def of(cls, people: EmployeeQuerySet, *, seen: EmployeeQuerySet, is_retired: bool) -> Self:
        """Of the people who may be edited among those who are `seen`."""
        changing = people.filter(CHANGING[is_retired])
        numbers = people.order_by().aggregate(
            all=Count("pk"),
            already=Count("pk", filter=Q(is_retired=is_retired)),
            dated=Count("pk", filter=DATED),
        )
        names = changing.order_by("last_name_kana", "first_name_kana", "pk").select_related("department")
        return cls(
            sorted(changing.order_by().values_list("pk", flat=True)),
            list(names[:NAMES_SHOWN]),
            is_retired,
            numbers["already"],
            0 if is_retired else numbers["dated"],
            seen.order_by().count() - numbers["all"],
        )

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.is_retired, self.pks)


def change_flag(select: Callable[[], Retirement], *, confirmed: Confirmed, by: Account) -> Retirement:
    """Set or clear it in one transaction, and write that down as one thing; returns whose it was.

    It counts as set by hand: a sync leaves it alone. `select` says whom; it is asked again when they are locked. Raises
    SelectionChangedError or NotTheNumberError when they are not those who were confirmed.
    """
    with transaction.atomic():
        confirmed.judge(change := select())
        for batch in batches(change.pks):
            batch.lock_now(no_key=True)
        confirmed.judge(change := select())
        source = source_by_hand(None, is_retired=change.is_retired)
        detail = {"changes": {"is_retired": [not change.is_retired, change.is_retired]}}
        with audit.together():
            for batch in batches(change.pks):
                batch.update(is_retired=change.is_retired, retirement_source=source)
                audit.record_each(audit.Action.EDITED, by=by, on=batch, detail=detail)
    return change
