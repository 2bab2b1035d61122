"""A table on its way out: what stands in it, and its values as texts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone

from integrations.rules.cells import Sort

Value = str | int | float | Decimal | date | datetime | None


class Table(NamedTuple):
    """A header, and the rows below it. The rows are read once.

    A value is a text, or what it is: a number, a flag, a day, an aware moment; None is blank. `sorts` say of columns
    that are no texts what they hold. `title` is what a workbook calls the sheet, `about` what a second sheet says of
    it. The first `fixed` columns stay in sight. A table that `is_read` has its long texts broken into lines.
    """

    header: Sequence[str]
    rows: Iterable[Sequence[Value]]
    sorts: Mapping[str, Sort] = {}
    title: str = "一覧"
    about: Mapping[str, Value] = {}
    fixed: int = 0
    is_read: bool = False

    def column_sorts(self) -> list[Sort]:
        return [self.sorts.get(name, Sort.TEXT) for name in self.header]


def text_of(value: Value) -> str:
    """A day as 2026/04/01, a flag as 0 or 1, a number with no more digits than it needs."""
    write = TEXTS.get(type(value))
    return write(value) if write else str(value)


def day(value: date) -> str:
    """YYYY/MM/DD. Written by hand, since strftime drops the leading zeros of early years."""
    return f"{value.year:04}/{value.month:02}/{value.day:02}"


def moment(value: datetime) -> str:
    """YYYY/MM/DD HH:MM in our own time zone, with seconds, and their fraction, only where there are any."""
    local = timezone.localtime(value)
    clock = local.time()
    return f"{day(local)} {clock.isoformat('auto' if clock.second or clock.microsecond else 'minutes')}"


def number(value: float) -> str:
    return f"{value:.15g}"  # as many digits as a spreadsheet keeps


TEXTS: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    bool: lambda value: str(int(value)),
    float: number,
    date: day,
    datetime: moment,
}
