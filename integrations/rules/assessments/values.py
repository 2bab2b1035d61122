"""Rules for single values of 検査結果CSV: a cell's text in, our value out. One function a rule, none knows of a row.

All raise ValueError for a text that is no such value. White space around a value does not count.
"""

import re
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache

from integrations.rules.employees.values import read_date
from integrations.rules.lookalikes import as_cell

LONGEST_COMMENT = 10_000  # characters; ten times what a comment on a person ever has
HIGHEST_SCORE = 100.0
HIGHEST_OVERALL_SCORE = 10.0

NUMBER = re.compile(r"(\d{1,3})(?:\.(\d)0*)?", re.ASCII)
MOMENT = re.compile(r"(\S+?)(?:T|\s+)(\d{1,2}:\d\d(?::\d\d(?:\.\d{1,6})?)?)\s*(Z|[+-]\d\d:\d\d)?", re.ASCII)


@lru_cache(maxsize=4096)  # a large file holds the same thousand numbers a million times; the cache also shares them
def read_score(text: str, highest: float = HIGHEST_SCORE) -> float | None:
    """A number from 0 to `highest` with at most one decimal; None for a blank."""
    text = text.strip()
    if not text:
        return None
    if NUMBER.fullmatch(text) is None or (number := float(text)) > highest:
        raise ValueError("not a score")
    return number


def read_day(text: str) -> date:
    """A day as YYYY/MM/DD or YYYY-MM-DD. It may not be blank."""
    day = read_date(text)
    if day is None:
        raise ValueError("blank")
    return day


def read_moment(text: str, zone: tzinfo) -> datetime | None:
    """A day and a time, with seconds or without; in `zone` where the text names none. None for a blank."""
    text = text.strip()
    if not text:
        return None
    parts = MOMENT.fullmatch(text)
    if parts is None:
        raise ValueError("not a moment")
    day = read_day(parts[1])
    clock = time.fromisoformat(f"{parts[2] if parts[2][2] == ':' else f'0{parts[2]}'}{parts[3] or ''}")
    moment = datetime.combine(day, clock if clock.tzinfo else clock.replace(tzinfo=zone))
    try:
        moment.astimezone(UTC).astimezone(zone)  # as it is stored, and as it is shown
    except OverflowError as error:
        raise ValueError("out of range") from error
    return moment


def read_text(text: str, limit: int) -> str:
    """A text of at most `limit` characters, its line ends of one kind, so that a file saved anew changes nothing."""
    read = as_read(text)
    if len(read) > limit or "\0" in text:
        raise ValueError("does not fit")
    return read


def as_read(text: str) -> str:
    """A text of ours as a file that we wrote gives it back (see `read_text`): so much of it can be compared."""
    return one_line_end(as_cell(text))


def one_line_end(text: str) -> str:
    """The text with one kind of line end: forms store another than spreadsheets write."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
