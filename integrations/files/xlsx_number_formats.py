"""Number formats of workbooks: which ones make a number a date, and what a person sees of a number. Pure.

Only what a code or a name can look like is written out (digits with zeros before them, and letters around): whatever
makes another value of a number (percent, thousands cut off, conditions) is said to be unclear.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

GENERAL = "General"
# Excel's own formats have numbers instead of texts, and these are dates in Japanese, Chinese and Korean Excel alone
EAST_ASIAN_DATES = {*range(27, 37), *range(50, 59)}
TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<general>General|G/標準)'
    r"|(?P<scientific>[Ee][+-])|(?P<era>[Ee]+|[Gg]+)|(?P<day>[YyMmDdHhSs]+|[Aa]{3,}|AM/PM|A/P)|(?P<digit>[0#?])"
    r"|(?P<other>.)",
    re.DOTALL,
)
SEPARATOR = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
DIGITS = re.compile(r"[0#?](?:.*[0#?])?", re.DOTALL)
ELAPSED = re.compile("[HhMmSs]+")  # in brackets: hours, minutes or seconds beyond a day
CHANGING = re.compile("[<>=]|DBNum", re.IGNORECASE)  # in brackets: a condition, or other digits
UNTOUCHED = " ()-+¥￥$€£@"  # what stands beside a number that is one all the same


class UnclearError(ValueError):
    """What is shown cannot be said, and is not the number itself."""


@dataclass(frozen=True, slots=True)
class Section:
    """A format for numbers of one sign: literal texts, None for each digit; `digits` the signs 0, # and ? in it."""

    parts: tuple[str | None, ...]
    digits: str
    is_plain: bool
    is_unclear: bool
    is_date: bool
    has_time: bool


@lru_cache(maxsize=512)
def sections(code: str) -> tuple[Section, ...]:
    return tuple(section(text) for text in SEPARATOR.split(code))


def section(text: str) -> Section:
    tokens = [(found.lastgroup or "", found[found.lastgroup or 0]) for found in TOKEN.finditer(text)]
    kinds = {kind for kind, _ in tokens}
    brackets = [value for kind, value in tokens if kind == "bracket"]
    signs = "".join(value for kind, value in tokens if kind in {"digit", "other"})
    core = DIGITS.search(signs)  # from the first digit to the last one
    digits = "".join(value for kind, value in tokens if kind == "digit")
    parts = tuple(part for kind, value in tokens if (part := part_of(kind, value)) != "")
    letters = "".join(part for part in parts if part).strip(UNTOUCHED)
    clock = "".join(value for kind, value in tokens if kind == "day").lower()
    is_date = bool(kinds & {"day", "era"}) or any(map(ELAPSED.fullmatch, brackets))
    is_general = "general" in kinds
    has_value = bool(digits) or is_general or is_date or "@" in text
    is_counting = "scientific" in kinds or (core is not None and any(sign in core[0] for sign in ".,"))
    return Section(
        parts=parts,
        digits=digits,
        is_plain=is_general or is_counting or (digits.count("0") <= 1 and not letters),
        is_unclear=not has_value
        or "%" in signs
        or (core is not None and ("/" in core[0] or "," in signs[core.end() :]))
        or any(map(CHANGING.match, brackets)),
        is_date=is_date,
        has_time="h" in clock and "d" in clock,
    )


def part_of(kind: str, value: str) -> str | None:
    """What a token shows: a text, or None for a digit."""
    if kind == "digit":
        return None
    if kind == "bracket" and value.startswith("$"):
        return value[1:].partition("-")[0]
    return value if kind in {"quoted", "escaped", "other"} and value not in ".," else ""


def is_date(code: str) -> bool:
    """Whether a number in this format is a day, a time or both, Japanese eras included."""
    return sections(code)[0].is_date


def shows_time(code: str) -> bool:
    """Whether a day in this format is shown with its time."""
    return sections(code)[0].has_time


def shown(code: str, value: float) -> str | None:
    """What a person sees of a number; None for the number itself, whatever its decimals, separators and currency.

    Raises UnclearError where that cannot be said.
    """
    if code == GENERAL:
        return None
    known = sections(code)
    number = 1 if value < 0 and len(known) > 1 else 2 if value == 0 and len(known) > 2 else 0
    chosen = known[number]
    if chosen.is_unclear:
        raise UnclearError(code)
    if "@" in chosen.parts and len(chosen.parts) > 1 and not chosen.digits and value == int(value):
        return "".join(str(int(value)) if part == "@" else part or "" for part in chosen.parts)
    if chosen.is_plain or chosen.is_date or not chosen.digits:
        return None
    if value != int(value):
        raise UnclearError(code)
    return ("-" if value < 0 and number == 0 else "") + filled(chosen, str(abs(int(value))))


def filled(chosen: Section, digits: str) -> str:
    """The digits put into their places from the right; what is left over stands before the first."""
    digits = "" if digits == "0" and "0" not in chosen.digits else digits
    places = len(chosen.digits)
    head, tail = digits[: max(0, len(digits) - places)], digits[max(0, len(digits) - places) :]
    signs = [
        digit or ("" if sign == "#" else " " if sign == "?" else "0")
        for digit, sign in zip([""] * (places - len(tail)) + list(tail), chosen.digits, strict=True)
    ]
    zeros = False  # a 0 in the format brings all digits behind it
    for place, sign in enumerate(chosen.digits):
        zeros = zeros or sign == "0"
        if zeros and not signs[place]:
            signs[place] = "0"
    signs[0] = head + signs[0]
    left = iter(signs)
    return "".join(next(left) if part is None else part for part in chosen.parts).strip()
