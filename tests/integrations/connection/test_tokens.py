"""The one token of the company: shared by all processes, unreadable in the database, renewed before it ends."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection as database
from django.db.models import Value

from integrations.connection.remote_state import DatabaseTokens
from integrations.connection.session import open_client
from integrations.kaonavi.types import Token
from integrations.models import KaonaviConnection

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def connected(db) -> KaonaviConnection:
    return KaonaviConnection.objects.create(consumer_key="key", consumer_secret="secret")


def test_a_token_that_one_process_has_kept_is_there_for_another(connected):
    DatabaseTokens(connected).save(Token("token-1", 3600))
    assert DatabaseTokens(connected).read() == "token-1"


def test_the_database_does_not_show_it(connected):
    DatabaseTokens(connected).save(Token("token-in-clear", 3600))
    with database.cursor() as cursor:
        cursor.execute("SELECT token FROM integrations_kaonaviconnection")
        (stored,) = cursor.fetchone()
    assert stored
    assert "token-in-clear" not in stored


def test_a_client_is_opened_with_two_questions(connected, django_assert_num_queries):
    """What the connection is, and whether the real カオナビ is meant."""
    with django_assert_num_queries(2), open_client():
        pass


def test_to_read_it_deciphers_nothing_else(connected):
    DatabaseTokens(connected).save(Token("token-1", 3600))
    KaonaviConnection.objects.update(consumer_key=Value("no key can read this"))
    assert DatabaseTokens(connected).read() == "token-1"


@pytest.mark.parametrize(("lifetime", "useful"), [(3600, 3480), (1800, 1680), (600, 540), (10, 9)])
def test_it_is_renewed_before_it_ends_however_short_its_life_is(connected, lifetime: float, useful: float):
    with time_machine.travel(NOON, tick=False) as clock:
        DatabaseTokens(connected).save(Token("token-1", lifetime))
        clock.shift(useful - 0.1)
        assert DatabaseTokens(connected).read() == "token-1"
        clock.shift(0.2)
        assert DatabaseTokens(connected).read() is None


def test_forgetting_an_old_token_leaves_one_that_somebody_else_has_renewed(connected):
    DatabaseTokens(connected).save(Token("token-2", 3600))
    DatabaseTokens(connected).forget("token-1")
    assert DatabaseTokens(connected).read() == "token-2"
    DatabaseTokens(connected).forget("token-2")
    assert DatabaseTokens(connected).read() is None


def test_without_a_connection_there_is_no_token_and_none_is_kept(connected):
    KaonaviConnection.objects.all().delete()
    DatabaseTokens(connected).save(Token("token-1", 3600))
    DatabaseTokens(connected).forget("token-1")
    assert DatabaseTokens(connected).read() is None
    assert not KaonaviConnection.objects.exists()


def test_it_goes_with_the_connection(connected):
    DatabaseTokens(connected).save(Token("token-1", 3600))
    connected.delete()
    other = KaonaviConnection.objects.create(consumer_key="key-2", consumer_secret="secret-2")
    assert DatabaseTokens(other).read() is None


def test_a_client_of_the_connection_before_leaves_nothing_on_the_next_one_and_takes_nothing_from_it(connected):
    before = DatabaseTokens(connected)
    connected.delete()
    other = KaonaviConnection.objects.create(consumer_key="key-2", consumer_secret="secret-2")
    DatabaseTokens(other).save(Token("token-2", 3600))
    before.save(Token("token-1", 3600))
    before.note_success("GET /members")
    assert before.read() is None
    before.forget("token-2")
    assert DatabaseTokens(other).read() == "token-2"
    assert KaonaviConnection.objects.get().worked == []
