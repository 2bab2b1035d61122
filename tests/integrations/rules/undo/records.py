"""Records of a run that is taken back, and the steps that they come to."""

from collections.abc import Mapping
from typing import Any

from integrations.rules.plan import Action
from integrations.rules.undo.steps import Record, Step, step_of

CREATE, UPDATE, DELETE = Action.CREATE, Action.UPDATE, Action.DELETE


def record(action: Action = UPDATE, pk: int | None = 1, **fields: tuple[Any, Any]) -> Record:
    return Record(pk, f"m{pk}@example.co.jp", "青山 直樹", action, fields)


def updated(pk: int, **fields: tuple[Any, Any]) -> Step:
    """The step of a row that still has what the run wrote."""
    return step_of(record(UPDATE, pk, **fields), {name: new for name, (_, new) in fields.items()})


def created(pk: int, **values: Any) -> Step:
    return step_of(record(CREATE, pk, **{name: (None, value) for name, value in values.items()}), values)


def deleted(pk: int | None, **values: Any) -> Step:
    return step_of(record(DELETE, pk, **{name: (value, None) for name, value in values.items()}), None)


def fate(step: Step) -> tuple[Action | None, Mapping[str, Any], list[str], str]:
    """What is done, what goes back, what stays, and why."""
    return step.action, step.back, list(step.kept), step.why
