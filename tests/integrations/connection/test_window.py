"""The rule of the limits: never one call too many in any window, and hardly any time lost."""

import heapq
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.connection.limits import MARGIN, Call, Window, room_in, waits_for

START = datetime(2026, 4, 1, 9, tzinfo=UTC)
UPDATES = Window("update", 5, 60, call_timeout=120)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def returned(*moments: float) -> list[Call]:
    """Calls that took a second each and were answered at these moments."""
    return [(at(moment - 1), at(moment)) for moment in moments]


def wait(calls: list[Call], now: float, window: Window = UPDATES) -> float:
    return room_in(window, calls, at(now))


def test_four_calls_leave_room_for_a_fifth_and_five_for_none():
    assert wait(returned(0, 1, 2, 3), 4) == 0
    assert wait(returned(0, 1, 2, 3, 4), 5) == pytest.approx(61.2 - 5)


def test_a_call_counts_from_its_answer_and_the_margin_is_two_in_a_hundred():
    slow = [(at(0), at(30)), *returned(31, 32, 33, 34)]
    assert wait(slow, 91.199) == pytest.approx(0.001)
    assert wait(slow, 91.2) == 0


def test_a_call_without_an_answer_counts_from_the_latest_moment_at_which_it_can_have_been_made():
    died = [(at(0), None), *returned(300, 301, 302, 303)]
    assert wait(died[:1] * 5, 181.1) > 0
    assert wait(died[:1] * 5, 181.2) == 0
    assert wait(died, 304) == 0


def test_a_call_has_stopped_to_count_at_the_very_moment_that_is_told():
    (call,) = returned(10)
    assert UPDATES.still_counts(call, at(71.199999))
    assert not UPDATES.still_counts(call, UPDATES.free_at(call))


def test_a_call_under_way_is_asked_about_again_as_if_it_returned_now():
    one = Window("update", 1, 60, call_timeout=120)
    assert wait([(at(0), None)], 2, one) == pytest.approx(61.2)
    assert wait([(at(0), None)], 170, one) == pytest.approx(181.2 - 170)


def test_an_old_call_that_returned_late_counts_beside_newer_ones():
    assert wait([(at(0), at(100)), *returned(70, 71, 72, 73)], 101) > 0


def test_a_lowered_limit_waits_for_as_many_calls_as_are_too_many():
    assert wait(returned(0, 10, 20, 30, 40), 41, Window("update", 2, 60, 120)) == pytest.approx(30 + 61.2 - 41)


def test_a_limit_of_none_never_has_room():
    assert wait([], 0, Window("update", 0, 60, 120)) == 60


@dataclass
class Made:
    """What really happened to a call: moments in seconds, None for an answer that never came."""

    reserved: float
    taken: float
    answered: float | None

    def seen_at(self, now: float) -> Call:
        is_known = self.answered is not None and self.answered <= now
        return at(self.reserved), at(self.answered or 0) if is_known else None


pauses = st.sampled_from([0, 0, 0.001, 5]) | st.floats(0, 70)
delays = st.sampled_from([0, 0.1, 20]) | st.floats(0, 20)
answers = st.sampled_from([0, 0.1, None, 70]) | st.floats(0, 70)


@given(st.lists(st.tuples(pauses, delays, answers), min_size=1, max_size=10), st.integers(1, 6))
def test_no_history_of_calls_ever_has_more_than_the_limit_in_any_window(habits, limit: int):
    """Callers come back as soon as they are told, or later; calls are slow to arrive, slow to be answered, or never
    are.
    """
    window = Window("update", limit, 60, call_timeout=20)
    now, told, made = 0.0, 0.0, list[Made]()
    for pause, delay, answer in habits * 6:
        now += told + pause
        told = room_in(window, [call.seen_at(now) for call in made], at(now))
        if told == 0:
            made.append(Made(now, now + delay, None if answer is None else now + delay + answer))
    starts = [call.taken for call in made]
    assert all(sum(start <= taken < start + 60 for taken in starts) <= limit for start in starts)


@given(st.lists(st.floats(0, 200), max_size=12), st.floats(0, 200), st.integers(1, 6))
def test_the_wait_is_neither_too_short_nor_too_long(answers: list[float], now: float, limit: int):
    window = Window("update", limit, 60, call_timeout=120)
    calls = returned(*(moment for moment in answers if moment <= now))
    seconds = wait(calls, now, window)
    assert 0 <= seconds <= 60 * MARGIN
    assert wait(calls, now + seconds + 1e-5, window) == 0
    if seconds > 1e-4:
        assert wait(calls, now + seconds - 1e-4, window) > 0


@given(st.lists(st.tuples(st.floats(0.01, 2), st.floats(0, 1)), min_size=4, max_size=4), st.integers(1, 6))
def test_four_processes_use_nine_tenths_of_what_the_limit_allows(paces, limit: int):
    """Each process calls as soon as it may; its calls and its waking up take their time."""
    window = Window("update", limit, 60, call_timeout=120)
    made: list[Made] = []
    awake = [(0.0, process) for process in range(4)]
    while len(made) <= 10 * limit:
        now, process = heapq.heappop(awake)
        duration, drowsiness = paces[process]
        seconds = room_in(window, [call.seen_at(now) for call in made], at(now))
        if seconds > 0:
            heapq.heappush(awake, (now + seconds + drowsiness, process))
            continue
        made.append(Made(now, now + duration / 2, now + duration))
        heapq.heappush(awake, (now + duration, process))
    taken = sorted(call.taken for call in made)
    assert 10 * 60 / (taken[-1] - taken[0]) >= 0.9


def test_it_counts_the_windows_that_so_many_calls_must_wait_for():
    assert [waits_for(calls, free=2, limit=5) for calls in (0, 2, 3, 7, 8)] == [0, 0, 1, 1, 2]
    assert [waits_for(3, free=1, limit=limit) for limit in (2, 1, 0)] == [1, 2, 2]
