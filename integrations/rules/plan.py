"""What a rule can say: an issue, a change, an outcome. Shared by all kinds of run; no Django, no database."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from integrations.reasons import REASONS, Reason, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found about a source row, sheet or run. Its sentence is made where it is stored (`wording.in_words`).

    `line` is that of a file. `detail` is added to the reason's sentence; `missing_ticks` are what 操作対象の管理 may lack, and
    go before its remedy. `params` fill the blanks of both. `object_id` is the number of the row of ours at which the
    problem can be mended, where there is one: whoever holds the name or the 社員番号.
    """

    reason: Reason
    subject_key: str = ""
    subject_name: str = ""
    email: str = ""
    field: str = ""
    value: str = ""
    detail: str = ""
    missing_ticks: str = ""
    line: int | None = None
    object_id: int | None = dataclasses.field(default=None, compare=False)
    params: Mapping[str, object] = dataclasses.field(default_factory=dict, hash=False)

    @property
    def severity(self) -> Severity:
        return REASONS[self.reason].severity


def in_order_of_lines(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those of a file, as they are met when it is read."""
    return tuple(sorted(findings, key=lambda found: found.line or 0))


def finding(
    reason: Reason,
    *,
    key: str = "",
    name: str = "",
    email: str = "",
    field: str = "",
    value: str = "",
    detail: str = "",
    missing_ticks: str = "",
    line: int | None = None,
    object_id: int | None = None,
    **params: object,
) -> Finding:
    """A finding, in short words; see there."""
    return Finding(reason, key, name, email, field, value, detail, missing_ticks, line, object_id, params)


class Action(StrEnum):
    """What is done with a record."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Outcome(StrEnum):
    """What became of one source row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


def count(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many rows had each outcome; every outcome is a key."""
    tally = Counter(outcomes)
    return {outcome.value: tally[outcome] for outcome in Outcome}


class Change(
    msgspec.Struct, frozen=True
):  # a dataclass takes five times as long, and a first run makes one for everybody
    """One record to write. `fields` holds field → (old, new); for a new record the old ones are None.

    `pk` is None for a new record. `key` and `name` tell a person which record it is. A relation (parent, department) is
    given by its code, since a new one has no number yet; an old one without a code by its name. Only an undo deletes
    a record, whose new values are None then, or makes one anew under its old number: both say what is `done`.
    """

    key: str
    name: str
    fields: Mapping[str, tuple[Any, Any]]
    pk: int | None = None
    done: Action | None = None

    @property
    def is_new(self) -> bool:
        return self.pk is None

    @property
    def action(self) -> Action:
        return self.done or (Action.CREATE if self.is_new else Action.UPDATE)
