"""Taking a run back, record by record: what goes back to what it was, and what somebody has changed since. Pure.

Values are as changes keep them: dates and times are ISO texts, a department is told by its code.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from integrations.reasons import Reason
from integrations.rules.guards import CREATED, is_blank
from integrations.rules.plan import Action, Change, Finding, Outcome, finding

WHOLE = ""  # in place of a field: the record itself
ERASED = "（消去しました）"  # where the value was somebody's who is gone


class Record(NamedTuple):
    """One record that the run wrote, by the number of its row. `fields` are field → (old, new), none where erased."""

    pk: int | None
    key: str
    name: str
    action: Action
    fields: Mapping[str, Sequence[Any]]


@dataclass(slots=True)
class Step:
    """What becomes of one record.

    `now` are its values, None where there is no such row. `action` is what is to be done, None for nothing. `back` are
    the old values that the fields get again; `kept` are the fields that stay as they are because of others, and `why`
    says so where it is not that somebody changed them.
    """

    record: Record
    now: Mapping[str, Any] | None
    action: Action | None = None
    back: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, None] = field(default_factory=dict)  # a set that keeps its order
    why: str = ""

    def give_up(self, name: str, why: str = "") -> None:
        """The field stays as it is; with it the whole record, where that is deleted or made anew."""
        self.kept[name] = None
        self.why = self.why or why
        if self.action is Action.UPDATE:
            self.back.pop(name, None)
        else:
            self.back.clear()
            self.action = None

    def spare(self, name: str) -> None:
        """A person wants the field not to be emptied, or with CREATED the record not to be deleted."""
        if name == CREATED and self.action is Action.DELETE:
            self.action = None
        elif self.action is Action.UPDATE and name in self.back and is_blank(self.back[name]):
            del self.back[name]

    @property
    def outcome(self) -> Outcome:
        if self.kept:
            return Outcome.SKIPPED
        if self.action is Action.CREATE:
            return Outcome.CREATED
        return Outcome.UPDATED if self.change else Outcome.UNCHANGED

    @property
    def change(self) -> Change | None:
        """What is to be written, None for nothing."""
        _, key, name, *_ = self.record
        now = self.now or {}
        if self.action is Action.DELETE:
            return Change(key, name, {each: (value, None) for each, value in now.items()}, self.record.pk, self.action)
        if self.action is None or not self.back:
            return None
        fields = {each: (now.get(each), old) for each, old in self.back.items()}
        return Change(key, name, fields, self.record.pk, self.action)

    def after(self, name: str) -> Any:
        """The field's value when the step is done, None where there is no such row then."""
        if self.action is Action.DELETE or (self.now is None and self.action is None):
            return None
        return self.back[name] if name in self.back else (self.now or {}).get(name)


def step_of(
    record: Record, now: Mapping[str, Any] | None, *, used: str = "", together: Sequence[Sequence[str]] = ()
) -> Step:
    """What becomes of the record, as far as it can be told without the others.

    `used` says what has come to depend on the row since it was made, "" for nothing. Fields that belong `together` go
    back together or not at all.
    """
    step = Step(record, now)
    if record.action is Action.CREATE:
        if now is not None:
            changed = [name for name, (_, new) in record.fields.items() if name in now and now[name] != new]
            if changed or used or not record.fields:
                step.kept, step.why = dict.fromkeys(changed or [WHOLE]), "" if changed else used
            else:
                step.action = Action.DELETE
    elif record.action is Action.DELETE:
        if now is None and record.fields:
            step.action, step.back = Action.CREATE, {name: old for name, (old, _) in record.fields.items()}
        elif now is None:
            step.kept, step.why = {WHOLE: None}, "値が消去されています"
    elif now is None:
        step.kept, step.why = {WHOLE: None}, "すでに削除されています"
    elif not record.fields:  # as of a result that was corrected
        step.kept = {WHOLE: None}
    else:
        take_back(step, now, together)
    return step


def take_back(step: Step, now: Mapping[str, Any], together: Sequence[Sequence[str]]) -> None:
    """Of a row that the run changed: each field that still has the value which it wrote."""
    step.action = Action.UPDATE
    for name, (old, new) in step.record.fields.items():
        if name not in now or now[name] == old:
            continue
        if now[name] == new and old != ERASED:
            step.back[name] = old
        else:
            step.kept[name] = None
    for names in together:
        if any(name in step.kept for name in names):
            for name in names:
                if name in step.back:
                    step.give_up(name)


def settle(obstacles: Callable[[], Iterable[tuple[Step, str, str]]]) -> None:
    """Give up what cannot be, until all that is left can: `obstacles` gives step, field and why, each time anew."""
    while found := list(obstacles()):
        for step, name, why in found:
            step.give_up(name, why)


def problem_of(step: Step, label: Callable[[str], str], why: str, *, key: str = "", email: str = "") -> Finding:
    """What is told of a step that keeps something. Where nobody has its key, as of a department, that is a value."""
    record = step.record
    told = "、".join(dict.fromkeys(label(name) for name in step.kept if name != WHOLE))
    return finding(
        Reason.UNDO_CHANGED_SINCE,
        key=key,
        name=record.name,
        email=email,
        field=told,
        value="" if key or email else record.key,
        object_id=record.pk if step.now is not None else None,
        why=why,
    )
