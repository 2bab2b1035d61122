"""What an undo asks a person about before it goes on, as 安全装置 do: what it would delete, and what it would empty."""

from collections import Counter
from collections.abc import Iterator, Sequence

from employees.models import Employee
from integrations.models import KaonaviConnection
from integrations.rules.cells import Sort
from integrations.rules.employees.fields import CAN_BE_EMPTIED, FIELDS
from integrations.rules.guards import CREATED, RETIREMENT_DATE, Alarm, Guard, is_alarming, losses
from integrations.rules.plan import Action
from integrations.rules.undo.steps import Step


def deletions(steps: Sequence[Step], unit: str) -> Iterator[Alarm]:
    """From one record on."""
    if gone := sum(step.action is Action.DELETE for step in steps):
        yield Alarm(Guard.TAKING_BACK, CREATED, gone, gone, unit)


def blanks(steps: Sequence[Step]) -> Iterator[Alarm]:
    """The items of people that many would lose, as in an import."""
    changes = [change for step in steps if step.action is Action.UPDATE and (change := step.change)]
    losers = Counter(loss for change in changes for loss in losses(change))
    percent = KaonaviConnection.objects.values_list("guard_percent", flat=True).first()
    if percent is None:
        percent = KaonaviConnection._meta.get_field("guard_percent").default
    for name in CAN_BE_EMPTIED:
        if losers[name] and name != RETIREMENT_DATE:
            blank = {f"{name}": ""} if FIELDS[name].sort is Sort.TEXT and name != "department" else {f"{name}": None}
            owners = Employee.objects.exclude(**blank).count()
            if is_alarming(losers[name], owners, percent):
                yield Alarm(Guard.BLANKS, name, losers[name], owners)
