"""Behind a pool of connections nothing is left in a session and looked for there later."""

import re
from types import SimpleNamespace

import pytest
from django.db import connection

from integrations.operations import pooler
from mikiwame_kaonavi.launcher import ROOT
from mikiwame_kaonavi.version import ROOMS

# what the next transaction, in another process of the server, would not find or should not
OF_A_SESSION = re.compile(
    r"advisory|\b(UN)?LISTEN \w|\bPREPARE \w|WITH HOLD|SET SESSION|set_config\(|"
    r"\"SET (?!LOCAL|TRANSACTION|CONSTRAINTS)|TEMP(ORARY)? TABLE (?!\w+ ON COMMIT DROP)"
)


def behind(number_told: int, *, number_answering: int = 7, **options: bool) -> SimpleNamespace:
    """A connection to PostgreSQL as Django has it: which process greeted it, and which one answers its statements."""
    answer = SimpleNamespace(fetchone=lambda: (number_answering,))
    session = SimpleNamespace(info=SimpleNamespace(backend_pid=number_told), execute=lambda _: answer)
    return SimpleNamespace(vendor="postgresql", settings_dict=dict(options), connection=session)


def test_a_pool_is_noticed_and_told_and_rows_are_read_without_a_cursor_of_the_server(caplog):
    pooled = behind(-1672854686)
    pooler.do_without_cursors(pooled)
    pooler.do_without_cursors(pooled)
    assert pooled.settings_dict == {"DISABLE_SERVER_SIDE_CURSORS": True}
    [told] = caplog.messages
    assert "接続プール（PgBouncer など）がある" in told
    assert "DATABASE_URL の末尾に ?DISABLE_SERVER_SIDE_CURSORS=true" in told


def test_without_a_pool_nothing_changes_and_later_connections_do_not_ask(caplog):
    direct = behind(7)
    pooler.do_without_cursors(direct)
    assert (direct.settings_dict, caplog.messages) == ({"DISABLE_SERVER_SIDE_CURSORS": False}, [])
    direct.connection = None
    pooler.do_without_cursors(direct)


@pytest.mark.parametrize("said", [True, False])
def test_what_the_address_of_the_database_says_stands(said, caplog):
    pooled = behind(-1672854686, DISABLE_SERVER_SIDE_CURSORS=said)
    pooler.do_without_cursors(pooled)
    assert (pooled.settings_dict, caplog.messages) == ({"DISABLE_SERVER_SIDE_CURSORS": said}, [])


@pytest.mark.django_db
def test_the_database_of_these_tests_is_reached_without_one():
    connection.ensure_connection()
    assert connection.vendor == "sqlite" or not pooler.is_pooled(connection.connection)


def test_no_statement_of_ours_leaves_anything_in_a_session():
    sources = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "simulator" not in path.parts]
    assert len(sources) > 100
    found = {path.name: OF_A_SESSION.search(path.read_text()) for path in sources if path.name != "pooler.py"}
    assert {name: match[0] for name, match in found.items() if match} == {}
