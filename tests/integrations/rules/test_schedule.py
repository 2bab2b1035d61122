"""When something is due, over a year of days, against a reference that walks the calendar day by day."""

from datetime import UTC, date, datetime, time, timedelta
from time import tzset

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.schedule import TOKYO, Due, Schedule, Window, coming, due, holidays_of, in_words

# 内閣府「国民の祝日について」, 2026, with the substitute of 5/3 and the 国民の休日 between two holidays
HOLIDAYS = {
    date(2026, month, day)
    for month, days in {
        1: (1, 12),
        2: (11, 23),
        3: (20,),
        4: (29,),
        5: (3, 4, 5, 6),
        7: (20,),
        8: (11,),
        9: (21, 22, 23),
        10: (12,),
        11: (3, 23),
    }.items()
    for day in days
}
START = datetime(2026, 1, 1, tzinfo=TOKYO)
MINUTES = 365 * 24 * 60
WORKDAYS = frozenset(range(5))

schedules = st.builds(
    Schedule,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    times=st.sets(st.times().map(lambda each: each.replace(second=0, microsecond=0)), min_size=1, max_size=4).map(
        lambda each: tuple(sorted(each))
    ),
    skips_holidays=st.booleans(),
)
instants = st.integers(0, MINUTES * 60).map(lambda seconds: START + timedelta(seconds=seconds))


def reference(schedule: Schedule) -> list[datetime]:
    """Each moment of 2026, by walking its days."""
    return [
        datetime.combine(day, each, TOKYO)
        for day in (START.date() + timedelta(days=n) for n in range(365))
        if day.weekday() in schedule.weekdays and not (schedule.skips_holidays and day in HOLIDAYS)
        for each in schedule.times
    ]


def test_the_holidays_of_2026_are_those_of_the_cabinet_office():
    assert holidays_of(2026) == HOLIDAYS


@given(schedules, instants, instants)
def test_what_passed_between_two_moments_is_due_once(schedule: Schedule, one: datetime, other: datetime):
    handled, now = sorted((one, other))
    passed = [each for each in reference(schedule) if handled < each <= now]
    assert due(schedule, handled, now) == (Due(passed[-1], len(passed) - 1) if passed else None)


@given(schedules, instants)
def test_what_comes_next_is_due_when_it_comes_and_not_before(schedule: Schedule, now: datetime):
    later = [each for each in reference(schedule) if each > now]
    following = coming(schedule, now)
    if later:
        assert following == later[0]
    if following is not None:
        assert due(schedule, now, following) == Due(following)
        assert due(schedule, now, following - timedelta(seconds=1)) is None


@given(schedules, instants)
def test_whatever_zone_a_moment_is_given_in_it_is_the_same(schedule: Schedule, now: datetime):
    assert coming(schedule, now.astimezone(UTC)) == coming(schedule, now)


def test_what_has_been_started_already_does_not_come_again():
    schedule = Schedule(WORKDAYS, (time(7), time(19)))
    monday = datetime(2026, 6, 1, 12, tzinfo=TOKYO)
    evening, morning = monday.replace(hour=19), monday.replace(day=2, hour=7)
    assert coming(schedule, monday, but_not={evening}) == morning


@pytest.mark.parametrize(
    ("now", "following"),
    [
        (datetime(2026, 12, 31, 23, 59, tzinfo=TOKYO), datetime(2027, 1, 4, 0, 0, tzinfo=TOKYO)),  # 1/1 is a Friday
        (datetime(2028, 2, 28, 23, 0, tzinfo=TOKYO), datetime(2028, 2, 29, 0, 0, tzinfo=TOKYO)),
        (datetime(2026, 4, 30, 0, 0, tzinfo=TOKYO), datetime(2026, 5, 1, 0, 0, tzinfo=TOKYO)),
    ],
)
def test_midnights_at_the_end_of_a_month_or_year(now: datetime, following: datetime):
    assert coming(Schedule(WORKDAYS, (time(0),), skips_holidays=True), now) == following


@pytest.mark.parametrize(
    ("schedule", "sends", "words"),
    [
        (
            Schedule(WORKDAYS, (time(7), time(19)), skips_holidays=True),
            False,
            "平日の7:00と19:00（祝日を除く）に、カオナビから部署・社員の順に取り込みます。",
        ),
        (
            Schedule(frozenset(range(7)), (time(12, 5),)),
            True,
            "毎日12:05に、カオナビから部署・社員の順に取り込み、性格検査結果をカオナビに登録します。",
        ),
        (
            Schedule(frozenset({0, 3}), (time(6), time(7), time(8))),
            False,
            "月・木曜日の6:00、7:00と8:00に、カオナビから部署・社員の順に取り込みます。",
        ),
        (Schedule(WORKDAYS, (time(9),)), False, "月〜金曜日の9:00に、カオナビから部署・社員の順に取り込みます。"),
        (
            Schedule(frozenset({5, 6}), (time(9),)),
            False,
            "土曜日と日曜日の9:00に、カオナビから部署・社員の順に取り込みます。",
        ),
    ],
)
def test_it_says_in_a_sentence_what_will_happen(schedule, sends, words):
    assert in_words(schedule, sends_results=sends) == words


@given(st.times(), st.times(), st.times())
def test_a_window_goes_over_midnight_where_it_ends_earlier(start: time, end: time, moment: time):
    window = Window(start, end)
    assert start not in window if start == end else start in window
    assert end not in window
    if start != end:
        assert (moment in window) != (moment in Window(end, start))


def test_what_has_been_dealt_with_is_not_due_again():
    daily, at = Schedule(frozenset(range(7)), (time(7),)), datetime(2026, 11, 30, 7, tzinfo=TOKYO)
    assert due(daily, at, at + timedelta(hours=1)) is None
    assert due(daily, at - timedelta(minutes=1), at) == Due(at)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])  # tomorrow already, and yesterday still
def test_days_are_those_of_tokyo_whatever_zone_a_moment_or_the_machine_is_in(zone, monkeypatch):
    monkeypatch.setenv("TZ", zone)
    tzset()
    try:
        nightly, at = Schedule(frozenset(range(7)), (time(22),)), datetime(2026, 11, 30, 22, tzinfo=TOKYO)
        before, after = datetime(2026, 11, 30, 12, tzinfo=UTC), datetime(2026, 11, 30, 14, tzinfo=UTC)
        assert due(nightly, before, after) == Due(at)
        assert coming(nightly, before) == at
        early, noon = datetime(2026, 11, 29, 16, tzinfo=UTC), datetime(2026, 11, 30, 3, tzinfo=UTC)
        assert due(Schedule(frozenset(range(7)), (time(2),)), early, noon) == Due(at.replace(hour=2))
    finally:
        monkeypatch.undo()
        tzset()


def test_where_nothing_is_ever_due_nothing_comes():
    assert coming(Schedule(frozenset(), (time(7),)), START) is None


def test_hours_are_written_as_people_write_them():
    assert str(Window(time(22), time(6, 30))) == "22:00〜6:30"
