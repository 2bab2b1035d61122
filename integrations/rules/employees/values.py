"""Rules for single values of a member: カオナビ's text in, ours out. One function a rule, none knows of a run."""

import re
from collections.abc import Sequence
from datetime import date

OTHER = "other"
GENDERS = {"": "", "男性": "male", "女性": "female"}
EMPLOYMENT_TYPES = {
    "": "",
    "正社員": "regular",
    "契約社員": "contract",
    "派遣社員": "dispatched",
    "アルバイト・パート": "part_time",
    "業務委託": "outsourced",
}

DATE = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})", re.ASCII)


def split_name(text: str) -> tuple[str, str | None]:
    """姓 and 名, parted at the first run of white space, half- or full-width; 名 is None where there is none.

    White space inside 名 becomes one half-width blank.
    """
    last, *rest = text.split()
    return last, " ".join(rest) if rest else None


def gender_of(text: str) -> str:
    return GENDERS.get(text.strip(), OTHER)


def employment_type_of(text: str) -> str:
    return EMPLOYMENT_TYPES.get(text, OTHER)


def join_values(values: Sequence[str]) -> str:
    """The values of one item as one text; blank ones do not count."""
    if len(values) == 1:
        return values[0].strip()
    return "、".join(filter(None, map(str.strip, values)))


def read_date(text: str) -> date | None:
    """The day that a text names, None for a blank one.

    カオナビ's API documents `2024-04-01`; `2024/4/1`, as its screens and CSV files show it, means one day only as well.

    Raises ValueError for anything else, also for a day that no calendar has.
    """
    text = text.strip()
    if not text:
        return None
    if len(text) == 10 and text[4] == text[7] == "-":  # the ordinary case, several times as fast as the pattern
        return date.fromisoformat(text)
    parts = DATE.fullmatch(text)
    if parts is None:
        raise ValueError
    year, _, month, day = parts.groups()
    return date(int(year), int(month), int(day))
