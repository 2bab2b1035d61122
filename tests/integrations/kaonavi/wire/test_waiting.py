"""How long to wait after a 429, whatever カオナビ says about it."""

import pytest

from integrations.kaonavi import wire
from integrations.kaonavi.errors import MustWait

NOW = 1_775_174_400.0  # Fri, 03 Apr 2026 00:00:00 GMT


def wait(jitter: float = 0.0, **headers: str) -> float:
    answer = wire.Answer(429, {name.replace("_", "-"): value for name, value in headers.items()}, b"")
    with pytest.raises(MustWait) as limit:
        wire.body_in(wire.MEMBERS, answer, now=NOW, jitter=jitter)
    assert limit.value.limit == "remote"
    return limit.value.seconds


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
