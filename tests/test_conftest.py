"""What the test run itself promises."""

import socket
from datetime import datetime
from pathlib import Path

import pytest
import requests
import time_machine
from django.contrib.auth.models import Group

from assessments.models import PersonalityType, Scale
from tests.conftest import ForeignHostError
from tests.databases import AT_EACH_CHANGE, NO_SECOND_TIME, empties_database, reads_database, uses_database
from tests.scheduling import time_left_of_today


def test_no_test_reaches_another_host():
    with pytest.raises(ForeignHostError):
        requests.get("https://api.kaonavi.jp/api/v2.0/members", timeout=1)
    with socket.socket() as line, pytest.raises(ForeignHostError):
        line.connect(("192.0.2.1", 443))


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


def test_nothing_is_queued_for_a_worker_of_this_machine(settings):
    assert settings.CELERY_BROKER_URL == "memory://"


def test_a_test_without_the_database_is_not_run_on_another_kind(request):
    assert not uses_database(request.node)


@pytest.mark.django_db
def test_a_test_with_the_database_is_run_on_the_other_kind_too(request):
    assert uses_database(request.node)


def test_what_is_to_be_seen_on_both_kinds_of_database_at_each_change_or_never_is_there():
    for place in AT_EACH_CHANGE + NO_SECOND_TIME:
        path, _, name = place.partition("::")
        file = Path(__file__).parents[1] / path
        assert file.exists(), place
        assert not name or f"def {name}" in file.read_text(), place


def test_those_without_the_database_come_first_and_those_that_empty_it_last(request):
    turns = [(empties_database(item), reads_database(item)) for item in request.session.items]
    assert turns == sorted(turns)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_the_rows_of_our_migrations_are_there_after_a_test_that_empties_the_database(turn):
    assert (Scale.objects.count(), PersonalityType.objects.count()) == (27, 16)
    assert Group.objects.filter(name="管理者").exists()


@pytest.mark.parametrize(("moment", "left"), [("2026-11-30T14:59:57+00:00", 3), ("2026-11-30T15:00:00+00:00", 86_400)])
def test_it_knows_how_long_the_day_lasts_in_japan(moment: str, left: float):
    with time_machine.travel(datetime.fromisoformat(moment), tick=False):
        assert time_left_of_today() == left
