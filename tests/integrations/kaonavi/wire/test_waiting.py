"""How long to wait after a 429, whatever カオナビ says about it."""

import pytest

from integrations.kaonavi import wire
from integrations.kaonavi.errors import MustWait

NOW = 1_775_174_400.0  # Fri, 03 Apr 2026 00:00:00 GMT


def refused(call: wire.Call, jitter: float = 0.0, **headers: str) -> MustWait:
    answer = wire.Answer(429, {name.replace("_", "-"): value for name, value in headers.items()}, b"")
    with pytest.raises(MustWait) as limit:
        wire.body_in(call, answer, now=NOW, jitter=jitter)
    assert limit.value.limit == "remote"
    return limit.value


def wait(jitter: float = 0.0, **headers: str) -> float:
    return refused(wire.MEMBERS, jitter, **headers).seconds


def test_it_waits_for_the_update_window_and_a_little_more_where_nothing_is_said():
    assert wait(jitter=0) == 60
    assert wait(jitter=1) == 66


def test_it_waits_as_many_seconds_as_it_is_told():
    assert wait(retry_after="7") == 7
    assert wait(retry_after=" 90.5 ") == 90.5


def test_it_waits_until_the_moment_that_it_is_told():
    assert wait(retry_after="Fri, 03 Apr 2026 00:02:00 GMT") == 120


def test_it_believes_the_clock_of_the_answer_before_its_own():
    assert wait(retry_after="Fri, 03 Apr 2026 00:02:00 GMT", date="Fri, 03 Apr 2026 00:01:30 GMT") == 30


@pytest.mark.parametrize("told", ["0", "Thu, 02 Apr 2026 00:00:00 GMT"])
def test_it_waits_a_moment_even_when_told_not_to(told: str):
    assert wait(retry_after=told) == 1


@pytest.mark.parametrize("told", ["999999999", "Fri, 03 Apr 2027 00:00:00 GMT"])
def test_it_waits_an_hour_at_most(told: str):
    assert wait(retry_after=told) == 3600


@pytest.mark.parametrize("told", ["", "soon", "-5", "nan", "1e9", "９", "9" * 400, "Fri, 99 Apr 2026 00:00:00 GMT"])
def test_it_makes_its_own_guess_where_it_cannot_read_what_it_is_told(told: str):
    assert wait(retry_after=told) == 60


@pytest.mark.parametrize("call", [wire.MEMBERS, wire.TOKEN, wire.task(7)], ids=lambda call: call.path)
def test_its_guess_for_a_read_doubles_up_to_a_quarter_of_an_hour(call: wire.Call):
    limit = refused(call)
    assert [limit.after(refusals) for refusals in (0, 1, 2, 3, 4, 9, 5000)] == [60, 120, 240, 480, 900, 900, 900]


@pytest.mark.parametrize("dry_run", [False, True])
def test_its_guess_for_an_update_stays_what_the_update_limit_takes(*, dry_run: bool):
    limit = refused(wire.sheet_update(71, [], dry_run=dry_run), jitter=0.5)
    assert [limit.after(refusals) for refusals in (0, 1, 9)] == [63, 63, 63]


def test_what_it_is_told_does_not_double():
    assert refused(wire.MEMBERS, retry_after="90").after(4) == 90
    assert refused(wire.MEMBERS, retry_after="3000").after(4) == 3000
