"""Calls per hour, update calls per minute."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.kaonavi.simulator.limits import seconds_until_room
from integrations.kaonavi.simulator.state import Sheet
from tests.integrations.kaonavi.simulator.company import Api, Clock, row


@given(st.lists(st.floats(0, 300), max_size=40), st.integers(1, 6))
def test_a_sliding_window_never_holds_more_than_its_limit(gaps: list[float], limit: int):
    now = 0.0
    taken: list[float] = []
    for gap in gaps:
        now += gap
        if seconds_until_room(taken, now, limit=limit, window=60, kind="sliding") <= 0:
            taken.append(now)
    for start in taken:
        assert sum(1 for time in taken if start <= time < start + 60) <= limit


def test_the_waiting_time_is_exact():
    assert seconds_until_room([0, 10, 20], 30, limit=3, window=60, kind="sliding") == 30
    assert seconds_until_room([0, 10, 20], 60, limit=3, window=60, kind="sliding") == 0
    assert seconds_until_room([61, 62], 100, limit=2, window=60, kind="fixed") == 20


def test_the_sixth_update_call_in_a_minute_is_refused(api: Api, latest: Sheet, history: Sheet, clock: Clock):
    good = row(latest, "E1", {"受検日": "2026-03-01"})
    other = row(history, "E1", {"受検日": "2026-03-01"})
    first = [api.patch(latest, good), api.put(latest, good), api.patch(history, other), api.add(history, other)]
    clock.seconds += 20
    assert [answer.status_code for answer in [*first, api.patch(latest, good)]] == [200] * 5

    refused = api.patch(latest, good)
    assert refused.status_code == 429
    assert "Retry-After" not in refused.headers

    clock.seconds += 40
    assert [api.patch(latest, good).status_code for _ in range(5)] == [200] * 4 + [429]


def test_a_refused_call_does_not_lengthen_the_wait(api: Api, latest: Sheet, clock: Clock):
    good = row(latest, "E1", {"受検日": "2026-03-01"})
    for _ in range(8):
        api.patch(latest, good)
    clock.seconds += 60
    assert api.patch(latest, good).status_code == 200


def test_reads_are_no_update_calls(api: Api, latest: Sheet):
    assert [api.get(f"/sheets/{latest.id}").status_code for _ in range(8)] == [200] * 8
    assert api.tenant.update_calls == []


@pytest.mark.parametrize(("counted", "last"), [(True, 429), (False, 200)])
def test_whether_failed_calls_count_is_a_knob(api: Api, latest: Sheet, *, counted: bool, last: int):
    api.tenant.set_knobs(count_failed_calls=counted)
    for _ in range(5):
        assert api.patch(latest, row(latest, "nobody", {"受検日": "2026-03-01"})).status_code == 400
    assert api.patch(latest, row(latest, "E1", {"受検日": "2026-03-01"})).status_code == last


@pytest.mark.parametrize(("counted", "last"), [(True, 429), (False, 200)])
def test_whether_dry_runs_count_is_a_knob(api: Api, latest: Sheet, *, counted: bool, last: int):
    api.tenant.set_knobs(count_dry_runs=counted)
    good = row(latest, "E1", {"受検日": "2026-03-01"})
    for _ in range(5):
        assert api.patch(latest, good, headers={"Dry-Run": "1"}).status_code == 200
    assert api.patch(latest, good).status_code == last


@pytest.mark.parametrize(("knob", "shown"), [(7, "7"), ("exact", "61")])
def test_the_retry_after_header_is_a_knob(api: Api, latest: Sheet, knob: int | str, shown: str):
    api.tenant.set_knobs(retry_after=knob)
    answers = [api.patch(latest, row(latest, "E1", {"受検日": "2026-03-01"})) for _ in range(6)]
    assert answers[-1].headers["Retry-After"] == shown


def test_a_fixed_window_empties_at_the_full_minute(api: Api, latest: Sheet, clock: Clock):
    api.tenant.set_knobs(window_kind="fixed")
    clock.seconds += 59 - clock.seconds % 60
    good = row(latest, "E1", {"受検日": "2026-03-01"})
    assert [api.patch(latest, good).status_code for _ in range(6)] == [200] * 5 + [429]
    clock.seconds += 1
    assert api.patch(latest, good).status_code == 200


def test_all_calls_share_the_hourly_limit(api: Api, clock: Clock):
    api.tenant.set_knobs(hourly_limit=3)
    api.tenant.tick("members")
    assert [api.get("/members").status_code for _ in range(3)] == [200, 200, 429]  # the token was the first
    clock.seconds += 3600
    api.token = ""
    assert api.get("/members").status_code == 200
