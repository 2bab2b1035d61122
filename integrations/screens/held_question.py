"""確認待ち by an alarm: who it is about, and what each of the answers is called."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from django.db.models import Q

from integrations.models import SyncChange, SyncJob
from integrations.reasons import Reason
from integrations.rules.employees.fields import CAN_BE_EMPTIED
from integrations.rules.guards import CREATED, MISSING, RETIRED, Alarm, Guard

__all__ = ["LOSSES", "Question"]
DATES = ("birth_date", "hire_date", "retirement_date")
UPDATED = Q(action=SyncChange.Action.UPDATE)

LOSSES: dict[str, tuple[str, Q]] = {  # by the field: what becomes of the records, and which changes are theirs
    **{
        field: (f"{item}が空白になる社員", UPDATED & Q(**{f"fields__{field}__1": None if field in DATES else ""}))
        for field, item in CAN_BE_EMPTIED.items()
    },
    RETIRED: ("新たに退職者になる社員", UPDATED & Q(fields__is_retired__1=True)),
    CREATED: ("削除されるもの", Q(action=SyncChange.Action.DELETE)),
    MISSING: ("カオナビで見つからないもの", UPDATED & Q(fields__missing__1=True)),
}


@dataclass(frozen=True, slots=True)
class Question:
    """`links` (words, address): whom each alarm is about. `keep` and `go_on` are the answers, "" if nothing is lost."""

    links: Sequence[tuple[str, str]]
    keep: str
    go_on: str

    @classmethod
    def of(cls, job: SyncJob) -> Self | None:
        """None where the run was not stopped by an alarm."""
        asked = job.run_options.question
        if job.status != SyncJob.Status.HELD or not isinstance(asked, list):  # an older version wrote no list
            return None
        alarms = [Alarm(**{**line, "guard": Guard(line["guard"])}) for line in asked]
        if not alarms:
            return None
        is_all = job.run_options.only_created  # without what it deletes it would do nothing
        losing = [alarm for alarm in alarms if alarm.field]
        return cls(
            links=[link(alarm) for alarm in alarms],
            keep="・".join(alarm.label for alarm in losing) + "を変えずに実行" if losing and not is_all else "",
            go_on="、".join(alarm.effect for alarm in losing) + "して実行" if losing else "",
        )


def link(alarm: Alarm) -> tuple[str, str]:
    """Words and address of the people, or departments, of one alarm."""
    if not alarm.field:
        return (
            f"別の人の可能性がある{alarm.losers:,}{alarm.unit}を確認する",
            f"?reason={Reason.MEMBER_IDENTITY_UNCERTAIN}#issues",
        )
    words, _ = LOSSES[alarm.field]
    return f"{words}（{alarm.losers:,}{alarm.unit}）を確認する", f"?loss={alarm.field}#changes"
