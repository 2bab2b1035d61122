"""When something is due: weekdays, times of day, Japanese holidays.

Days are those of Asia/Tokyo, which never changes its clocks, whatever zone a moment is given in.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
A_DAY = timedelta(days=1)
FAR = 400  # days that are looked at for the next moment: more than any weekday that is a holiday year after year
DAYS = "月火水木金土日"
WORKING_DAYS, WEEKEND = frozenset(range(5)), frozenset({5, 6})
LAST_YEAR_OF_HOLIDAYS = 2099  # `holidays` computes the equinoxes up to it


@dataclass(frozen=True)
class Schedule:
    """Weekdays (0 is Monday) and times of day, in order; nothing on holidays where they are skipped."""

    weekdays: frozenset[int]
    times: tuple[time, ...]
    skips_holidays: bool = False


@dataclass(frozen=True)
class Due:
    """What is to be started: the newest moment that came, and how many earlier ones it makes up."""

    at: datetime
    missed: int = 0


@dataclass(frozen=True)
class Window:
    """Hours of each day, the end not among them; over midnight where it is earlier. None where both are the same."""

    start: time
    end: time

    def __contains__(self, moment: time) -> bool:
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end

    def __str__(self) -> str:
        return f"{clock(self.start)}〜{clock(self.end)}"


@lru_cache(maxsize=4)
def holidays_of(year: int) -> frozenset[date]:
    """Japan's 祝日 of the year, with those moved and made by law. None after LAST_YEAR_OF_HOLIDAYS."""
    from holidays import country_holidays  # noqa: PLC0415 - 300 modules, of use to those alone who leave holidays out

    return frozenset(country_holidays("JP", years=year))


def is_on(schedule: Schedule, day: date) -> bool:
    """Whether anything is due on the day."""
    if day.weekday() not in schedule.weekdays:
        return False
    return not schedule.skips_holidays or day not in holidays_of(day.year)


def moments(schedule: Schedule, first: date, days: int) -> Iterator[datetime]:
    """The moments of so many days, in order."""
    for day in (first + n * A_DAY for n in range(days)):
        if is_on(schedule, day):
            for each in schedule.times:
                yield datetime.combine(day, each, TOKYO)


def due(schedule: Schedule, handled: datetime, now: datetime) -> Due | None:
    """What is due now, when all up to `handled` has been dealt with: one start at most, which makes up the rest."""
    handled, now = handled.astimezone(TOKYO), now.astimezone(TOKYO)
    days = (now.date() - handled.date()).days + 1
    passed = [each for each in moments(schedule, handled.date(), days) if handled < each <= now]
    return Due(passed[-1], len(passed) - 1) if passed else None


def coming(schedule: Schedule, after: datetime, *, but_not: Container[datetime] = ()) -> datetime | None:
    """The first moment after this one, of those that have not been started already; None where none comes."""
    after = after.astimezone(TOKYO)
    later = (each for each in moments(schedule, after.date(), FAR) if each > after and each not in but_not)
    return next(later, None)


def clock(moment: time) -> str:
    """As people write it: 7:00."""
    return f"{moment.hour}:{moment:%M}"


def days_in_words(schedule: Schedule) -> str:
    if len(schedule.weekdays) == len(DAYS):
        return "毎日"
    if schedule.weekdays == WORKING_DAYS and schedule.skips_holidays:
        return "平日の"
    if schedule.weekdays == WORKING_DAYS:
        return "月〜金曜日の"
    if schedule.weekdays == WEEKEND:
        return "土曜日と日曜日の"
    return "・".join(DAYS[day] for day in sorted(schedule.weekdays)) + "曜日の"


def in_words(schedule: Schedule, *, sends_results: bool) -> str:
    """What will happen, in one sentence."""
    *others, last = [clock(each) for each in schedule.times]
    times = f"{'、'.join(others)}と{last}" if others else last
    holidays = "（祝日を除く）" if schedule.skips_holidays else ""
    results = "、性格検査結果をカオナビに登録します。" if sends_results else "ます。"
    taken = "取り込み" + results
    return f"{days_in_words(schedule)}{times}{holidays}に、カオナビから部署・社員の順に{taken}"
