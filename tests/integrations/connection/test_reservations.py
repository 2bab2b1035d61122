"""The book of calls in the database: what the company has left, whoever asks."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from integrations.connection import remote_state
from integrations.connection.limits import Call, Window, room_in
from integrations.connection.remote_state import DatabaseQuota
from integrations.kaonavi.errors import MustWait
from integrations.models import RemoteCall

pytestmark = pytest.mark.django_db

START = datetime(2026, 4, 1, 9, tzinfo=UTC)
Asserts = Callable[[int], AbstractContextManager[object]]


@pytest.fixture
def clock():
    """Stands still until told otherwise; it is moved in seconds from `START`."""
    with time_machine.travel(START, tick=False) as traveller:

        def go(seconds: float) -> None:
            traveller.move_to(START + timedelta(seconds=seconds))

        yield go


@pytest.fixture(autouse=True)
def _limits(settings):
    settings.KAONAVI_UPDATE_LIMIT, settings.KAONAVI_UPDATE_WINDOW = 5, 60
    settings.KAONAVI_HOURLY_LIMIT, settings.KAONAVI_TIMEOUT = 3000, 120


def call(*, update: bool = True) -> int:
    """A call that is answered at once. Every one is asked of a new quota, as a process that has just started would."""
    ticket = DatabaseQuota().reserve(update=update)
    DatabaseQuota().returned(ticket)
    return ticket


def refusal(*, update: bool = True) -> tuple[str, float]:
    with pytest.raises(MustWait) as limit:
        DatabaseQuota().reserve(update=update)
    return limit.value.limit, limit.value.seconds


def test_the_sixth_update_call_waits_for_the_first_and_the_next_for_the_second(clock):
    for second in range(5):
        clock(second)
        call()
    assert refusal() == ("update", pytest.approx(57.2))
    clock(61.2)
    call()
    assert refusal() == ("update", pytest.approx(1.0))


def test_a_refused_reservation_leaves_nothing_behind(clock):
    for _ in range(5):
        call()
    for _ in range(3):
        refusal()
    assert RemoteCall.objects.count() == 5


def test_reads_use_up_the_hour_alone_and_updates_both(clock, settings):
    settings.KAONAVI_HOURLY_LIMIT = 7
    for _ in range(5):
        call(update=False)
    call()
    call()
    assert refusal(update=False) == ("hour", pytest.approx(3672.0))
    assert refusal() == ("hour", pytest.approx(3672.0))
    assert remote_state.calls_left() == {"update": 3, "hour": 0}
    clock(3672)
    assert remote_state.calls_left() == {"update": 5, "hour": 7}
    call()


def test_a_call_counts_from_its_answer(clock):
    tickets = [DatabaseQuota().reserve(update=True) for _ in range(5)]
    clock(30)
    for ticket in tickets:
        DatabaseQuota().returned(ticket)
    clock(91)
    assert refusal() == ("update", pytest.approx(0.2))
    clock(91.2)
    call()


def test_an_old_call_that_is_still_under_way_counts_beside_newer_ones(clock):
    slow = DatabaseQuota().reserve(update=True)
    for second in (1, 2, 3, 4, 64, 65, 66, 67):
        clock(second)
        call()
    clock(68)
    assert refusal()[0] == "update"
    DatabaseQuota().returned(slow)
    clock(100)
    assert refusal() == ("update", pytest.approx(64 + 61.2 - 100))


def test_the_call_of_a_process_that_died_counts_until_it_cannot_matter_any_more(clock, settings):
    settings.KAONAVI_UPDATE_LIMIT = 1
    DatabaseQuota().reserve(update=True)
    assert refusal() == ("update", pytest.approx(61.2))  # it may return at once: worth another look then
    clock(181)
    assert refusal() == ("update", pytest.approx(0.2))
    clock(181.2)
    call()


def test_calls_that_no_window_reaches_are_forgotten_and_so_is_the_future_of_a_wrong_clock(clock):
    clock(86_400)
    for _ in range(5):
        call()
    clock(0)
    assert call() == RemoteCall.objects.get().pk
    clock(2 * 3600 + 1)
    assert call() == RemoteCall.objects.get().pk


def test_nobody_may_hold_the_book_while_something_else_is_undecided():
    with transaction.atomic(), pytest.raises(RuntimeError):
        DatabaseQuota().reserve(update=True)


def test_a_reservation_costs_a_handful_of_statements_however_full_the_book_is(
    clock, django_assert_max_num_queries: Asserts
):
    call()  # makes the row that is locked
    RemoteCall.objects.bulk_create(
        RemoteCall(is_update=False, reserved_at=START, returned_at=START) for _ in range(2990)
    )
    patience = connection.vendor == "postgresql"  # one more: when the server ends what its client has left
    # lock, forget, two counts, insert; two for the test's own transaction
    with django_assert_max_num_queries(5 + 2 + patience):
        ticket = DatabaseQuota().reserve(update=True)
    with django_assert_max_num_queries(1):
        DatabaseQuota().returned(ticket)


histories = st.lists(
    st.tuples(st.booleans(), st.floats(-3800, 0), st.none() | st.floats(0, 300)).map(
        lambda drawn: (drawn[0], drawn[1], None if drawn[2] is None else min(0.0, drawn[1] + drawn[2]))
    ),
    max_size=12,
)


@given(histories, st.integers(0, 6), st.integers(0, 8))
def test_the_database_counts_what_the_rule_counts(history, update_limit: int, hourly_limit: int):
    """Moments are seconds before now."""
    RemoteCall.objects.all().delete()
    rows = [
        RemoteCall(
            is_update=update,
            reserved_at=moment(reserved),
            returned_at=None if returned is None else moment(returned),
        )
        for update, reserved, returned in history
    ]
    RemoteCall.objects.bulk_create(rows)
    for window, counted in [
        (Window("update", update_limit, 60, 120), [row for row in rows if row.is_update]),
        (Window("hour", hourly_limit, 3600, 120), rows),
    ]:
        still = [row for row in counted if window.still_counts((row.reserved_at, row.returned_at), START)]
        assert remote_state.calls_in(window, START).count() == len(still)
        calls: list[Call] = [(row.reserved_at, row.returned_at) for row in counted]
        assert remote_state.wait_for(window, START) == room_in(window, calls, START)


def moment(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)
