"""Which notices are due: from what is wrong now and what has been told already. Pure; the words are in `notice_words`.

What is wrong with one kind of run is one matter. It is told once, again a day later while it lasts, and once when it is
over. Whatever happens, of one matter no more than so many messages go out within a day. Moments far ahead are those of
a clock that was wrong: they are as long ago.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from integrations.reasons import Reason

DAY = timedelta(days=1)
MOST_A_DAY = 4  # messages about one matter, where it comes and goes all day


class Occasion(StrEnum):
    """About what people are told."""

    FAILED = "failed"
    PROBLEMS = "problems"
    HELD = "held"
    KEYS = "keys"
    SILENCE = "silence"


class Telling(StrEnum):
    NEW = "new"
    REMINDER = "reminder"
    OVER = "over"


# How long after the last message the same is told again while it lasts.
REMINDED_AFTER: Mapping[Occasion, timedelta] = {
    Occasion.FAILED: DAY,
    Occasion.HELD: DAY,
    Occasion.KEYS: DAY,
    Occasion.SILENCE: 7 * DAY,
}


class Matter(NamedTuple):
    """An occasion, of one kind of run; of the keys, of none."""

    occasion: Occasion
    kind: str = ""


KEYS = Matter(Occasion.KEYS)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong now. `sort` tells one trouble of the matter from another: the reason of a failure, the run that is
    held. `mark` is the number of the newest run that shows it. With `is_nothing` it was looked at: nothing is new.
    """

    matter: Matter
    sort: str = ""
    mark: int = 0
    is_nothing: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A message that went out, or was only noted. `number` counts those of the matter."""

    telling: Telling
    at: datetime
    number: int
    sort: str = ""
    mark: int = 0
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is due now. One that `is_silent` is only noted: another one says the same."""

    matter: Matter
    telling: Telling
    number: int
    sort: str = ""
    mark: int = 0
    is_silent: bool = False


def due(
    troubles: Collection[Trouble],
    over: Collection[Matter],
    told: Mapping[Matter, Sequence[Told]],
    *,
    now: datetime,
    since: datetime,
) -> list[Due]:
    """`over` are the matters of which it is known that all is well; of any other that is not among the `troubles`
    nothing is known. `told` has the last message of each matter and those of the last day, the newest first. What was
    told before `since`, when notices were turned on, is no longer open.
    """
    found = []
    for trouble in troubles:
        last = next(iter(told.get(trouble.matter, ())), None)
        telling = telling_of(trouble, last if last and last.at >= since else None, now)
        if telling and not is_covered(trouble, troubles, over) and not is_flood(told.get(trouble.matter, ()), now):
            number = last.number + 1 if last else 1
            found.append(Due(trouble.matter, telling, number, trouble.sort, trouble.mark, trouble.is_nothing))
    return [*found, *ends(over, told, now=now, since=since)]


def telling_of(trouble: Trouble, last: Told | None, now: datetime) -> Telling | None:
    """What is to be said of it; None where nothing is."""
    occasion = trouble.matter.occasion
    if occasion is Occasion.PROBLEMS:  # each run has its own
        return Telling.NEW if last is None or trouble.mark > last.mark else None
    if last is None or last.telling is Telling.OVER or last.sort != trouble.sort:
        return Telling.NEW
    is_again = occasion is not Occasion.FAILED or trouble.mark > last.mark
    return Telling.REMINDER if is_again and abs(now - last.at) >= REMINDED_AFTER[occasion] else None


def is_covered(trouble: Trouble, troubles: Collection[Trouble], over: Collection[Matter]) -> bool:
    """Whether another message says it: where the keys are looked at, a run that failed for them is told as that, also
    after new keys were entered.
    """
    are_keys_looked_at = KEYS in over or any(other.matter == KEYS for other in troubles)
    is_for_keys = trouble.matter.occasion is Occasion.FAILED and trouble.sort == Reason.KAONAVI_KEYS_REFUSED
    return is_for_keys and are_keys_looked_at


def is_flood(messages: Sequence[Told], now: datetime) -> bool:
    return sum(abs(now - told.at) < DAY for told in messages if not told.is_silent) >= MOST_A_DAY


def ends(
    over: Collection[Matter], told: Mapping[Matter, Sequence[Told]], *, now: datetime, since: datetime
) -> Iterator[Due]:
    """復旧. Of a kind of run it is said once, however many troubles it had."""
    said: set[str] = set()
    floods = {matter for matter in over if is_flood(told.get(matter, ()), now)}
    for matter in sorted(over, key=lambda matter: (matter in floods, matter)):  # who may speak goes first
        last = next(iter(told.get(matter, ())), None)
        is_silent = matter.kind in said
        if last is None or last.telling is Telling.OVER or last.at < since or (matter in floods and not is_silent):
            continue
        yield Due(matter, Telling.OVER, last.number + 1, last.sort, last.mark, is_silent=is_silent)
        said.add(matter.kind)
