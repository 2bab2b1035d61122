"""What the undo of each sort of record hands back to the run, and what they share."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import DO_NOTHING, Model, QuerySet

from accounts import audit
from integrations.imports.absence import portions
from integrations.imports.apply import Written
from integrations.models import SyncChange, SyncJob
from integrations.rules.guards import Alarm
from integrations.rules.plan import Change
from integrations.rules.undo.steps import Step


@dataclass(frozen=True, kw_only=True)
class Undoing:
    """The steps, settled; `write` does them inside the transaction. `label` says what a field is called, `unit` counts
    the records. `alarms` are asked about.
    """

    steps: Sequence[Step]
    label: Callable[[str], str]
    unit: str
    write: Callable[[], Written]
    alarms: Sequence[Alarm] = ()
    as_kept: Callable[[Change], Change] = lambda change: change

    has_keys_of_people: bool = True

    def keys_of(self, step: Step) -> dict[str, str]:
        """社員番号 and mail address of whom the step is about, as they are now; of a department none, so that no key of
        it is taken for somebody's.
        """
        if not self.has_keys_of_people:
            return {}
        key = step.record.key
        now = step.now or {}
        is_mail = "@" in key
        number = now.get("employee_number", "" if is_mail else key)
        return {"key": number, "email": now.get("email", key if is_mail else "")}

    @property
    def changes(self) -> list[Change]:
        """What is written, as changes of this sort are kept."""
        return [self.as_kept(change) for step in self.steps if (change := step.change) is not None]


def as_stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as changes keep them."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def depended_on(model: type[Model], pks: Sequence[int]) -> Mapping[type[Model], set[int]]:
    """By the table, those of the rows to which a row of it points."""
    found: dict[type[Model], set[int]] = defaultdict(set)
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.concrete or not (relation.one_to_many or relation.one_to_one):  # many to many has its own table
            continue
        if relation.on_delete is DO_NOTHING:  # type: ignore[union-attr]  # what the database itself keeps of each row
            continue
        other: Any = relation.related_model
        name: str = relation.field.name  # type: ignore[union-attr]  # a foreign key from there to here
        for some in portions(pks):
            rows = other._default_manager.filter(**{f"{name}__in": some})
            found[other].update(rows.order_by().values_list(f"{name}_id", flat=True))
    return found


def delete(rows: QuerySet[Any], job: SyncJob, undone: SyncJob) -> None:
    """By the one door for that: what is kept of these rows elsewhere goes, and the audit trail tells of each."""
    audit.record_each(audit.Action.DELETED, by=job.requested_by, on=rows, detail={"undo": job.pk, "undoes": undone.pk})
    rows.delete()


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def marked_when(what: str, pks: Collection[int], undone: SyncJob) -> Mapping[int | None, Any]:
    """Since when rows (pk) that the undone run found again were marked as missing: the end of the run that did it."""
    before = SyncChange.objects.filter(what=what, job__pk__lt=undone.pk, fields__missing__1=True).order_by("pk")
    told: dict[int | None, Any] = dict.fromkeys(pks, undone.started_at or undone.created_at)
    for some in portions(sorted(pks)):
        told |= dict(before.filter(object_id__in=some).values_list("object_id", "job__finished_at"))
    return told
