"""A change of a record in the words of the screen."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Self

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils import timezone

from assessments.models import Assessment, PersonalityType, Scale
from departments.models import Department
from employees.models import Employee
from integrations.models import SyncChange

MODELS: dict[str, type[Model]] = {
    SyncChange.What.DEPARTMENT: Department,
    SyncChange.What.EMPLOYEE: Employee,
    SyncChange.What.ASSESSMENT: Assessment,
}
MISSING = "missing"
BLANK = "（空白）"
UNSEEN = ("employee_id", "public_id")  # by which an undo finds its way back
SCORES, JUDGEMENTS, TYPE = "scores", "judgements", "personality_type"
RELATIONS = ("department", "parent")  # told by the code of a department
ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\S+")
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One field: its label, and its values as a person reads them. `old` is None for a new record."""

    label: str
    old: str | None
    new: str


class Names(NamedTuple):
    """What scales, types and departments, which changes have as codes, are called."""

    scales: Mapping[str, str] = {}
    types: Mapping[str, str] = {}
    departments: Mapping[str, str] = {}

    @classmethod
    def of(cls, changes: Collection[SyncChange]) -> Self:
        """Those that these changes need: a statement for each sort of them."""
        has_scores = any(change.what == SyncChange.What.ASSESSMENT for change in changes)
        return cls(
            {scale.code: scale.name for scale in Scale.objects.all()} if has_scores else {},
            {kind.code: kind.label for kind in PersonalityType.objects.all()} if has_scores else {},
            departments_of(changes),
        )


def departments_of(changes: Collection[SyncChange]) -> Mapping[str, str]:
    """Code → name of the departments in these changes. One that is only planned is named by a change of its run."""
    told = {code for change in changes for name in RELATIONS for code in change.fields.get(name, ()) if code}
    found = dict(Department.objects.filter(code__in=told).values_list("code", "name")) if told else {}
    runs = {change.job_id for change in changes}
    if unknown := told - {*found}:
        planned = SyncChange.objects.filter(job__in=runs, what=SyncChange.What.DEPARTMENT, key__in=unknown)
        found |= dict(planned.values_list("key", "name"))
    return found


def change_lines(change: SyncChange, names: Names) -> Iterator[ChangeLine]:
    """The changed fields in words. Of a new record only what it has, without blanks; of a deleted one what it had."""
    model = MODELS.get(change.what)
    is_gone = change.action == SyncChange.Action.DELETE
    is_new = is_gone or change.action == SyncChange.Action.CREATE
    for name, values in change.fields.items():
        old, new = (None, values[0]) if is_gone else values
        if name in UNSEEN:
            continue
        if name == SCORES:
            yield from score_lines(names.scales, None if is_new else old, new)
            continue
        if name == JUDGEMENTS:  # by what files call them
            yield from judged_lines(None if is_new else old, new)
            continue
        if is_new and new in (None, "", False):
            continue
        known = names.types if name == TYPE else names.departments if name in RELATIONS else {}
        before, after = (
            in_words(model, name, known.get(str(value), value) if known else value) for value in (old, new)
        )
        yield ChangeLine(label_of(model, name), None if is_new else before, after)


def score_lines(names: Mapping[str, str], old: dict[str, Any] | None, new: dict[str, Any]) -> Iterator[ChangeLine]:
    """The changed 偏差値, one a line; a new result's in one line. `names` is code → 尺度名."""
    if old is None:
        told = (f"{names.get(code, code)} {score}" for code, score in new.items() if score is not None)
        yield ChangeLine("偏差値", None, "、".join(told) or BLANK)
        return
    for code, score in new.items():
        yield ChangeLine(names.get(code, code), in_words(None, code, old.get(code)), in_words(None, code, score))


def judged_lines(old: dict[str, Any] | None, new: dict[str, Any]) -> Iterator[ChangeLine]:
    """What is judged on further bases, one line for each 判定 and each 総合スコア."""
    for name, value in new.items():
        yield ChangeLine(name, in_words(None, name, old.get(name)) if old else None, in_words(None, name, value))


def label_of(model: type[Model] | None, name: str) -> str:
    """The field's label on our screens; a field of カオナビ's sheets is its own label."""
    if name == MISSING:
        return "カオナビ"
    try:
        return str(model._meta.get_field(name).verbose_name) if model else name  # type: ignore[union-attr]  # plain fields only
    except FieldDoesNotExist:
        return name


def in_words(model: type[Model] | None, name: str, value: Any) -> str:
    """The value as the screen shows it."""
    if name == MISSING:
        return "見つからない" if value else "登録あり"
    if isinstance(value, bool):
        return "オン" if value else "オフ"
    if value in (None, "", []):
        return BLANK
    text = "、".join(map(str, value)) if isinstance(value, list) else str(value)
    if match := ISO_DATE.fullmatch(text):
        return "/".join(match.groups())
    if ISO_MOMENT.fullmatch(text):
        return f"{timezone.localtime(datetime.fromisoformat(text)):%Y/%m/%d %H:%M}"
    try:
        choices = dict(model._meta.get_field(name).flatchoices) if model else {}  # type: ignore[union-attr]  # plain fields only
    except FieldDoesNotExist:
        choices = {}
    return str(choices.get(value, text)) if isinstance(value, str) else text
