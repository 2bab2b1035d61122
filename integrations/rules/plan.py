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
class Issue:
    """One problem of one source row, sheet or run, as it is stored, shown and downloaded.

    `object_id` is the number of the row of ours at which it can be mended, where there is one: whoever holds the name or
    the 社員番号.

    `words` are what the sentence was made of, so that it can be told in other words (see `file_words`); no part of it.
    """

    severity: Severity
    reason: Reason
    subject_key: str
    subject_name: str
    email: str
    field: str
    value: str
    detail: str
    remedy: str
    object_id: int | None = dataclasses.field(default=None, compare=False)
    words: Mapping[str, object] = dataclasses.field(default_factory=dict, compare=False, repr=False)


def issue(
    reason: Reason,
    *,
    key: str = "",
    name: str = "",
    email: str = "",
    field: str = "",
    value: str = "",
    detail: str = "",
    **words: object,
) -> Issue:
    """An issue whose texts come from the table of reasons.

    `words` fill the blanks of the reason's sentence and remedy (besides key, name, email, field and value);
    `detail` is added to the sentence.
    """
    entry = REASONS[reason]
    blanks = {"key": key, "name": name, "email": email, "field": field, "value": value, **words}
    return Issue(
        severity=entry.severity,
        reason=reason,
        subject_key=key,
        subject_name=name,
        email=email,
        field=field,
        value=value,
        detail=entry.sentence.format(**blanks) + detail,
        remedy=entry.remedy.format(**blanks),
        words={**blanks, "detail": detail},
    )


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
):  # made in a fifth of a dataclass's time, and a first run makes one for everybody
    """One record to write. `fields` holds field → (old, new); for a new record the old ones are None.

    `pk` is None for a new record. `key` and `name` tell a person which record it is. A relation (parent, department) is
    given by its code, since a new one has no number yet; an old one without a code by its name.
    """

    key: str
    name: str
    fields: Mapping[str, tuple[Any, Any]]
    pk: int | None = None

    @property
    def is_new(self) -> bool:
        return self.pk is None
