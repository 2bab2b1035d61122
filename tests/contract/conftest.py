"""Whom the contract is put to: the simulator always, and whatever カオナビ the environment names.

The variables are explained in docs/contract.md.
"""

import os
import socket
from collections.abc import Iterator

import pytest

from integrations.kaonavi.simulator.server import run_in_thread
from tests.contract.company import make_company
from tests.contract.side import Side

# As they are before `tests/conftest.py` keeps all sockets on this machine: it does so when the first test runs.
CONNECT, LOOK_UP = socket.socket.connect, socket.getaddrinfo

# One process alone asks the named one: several would overrun its limits and write over each other.
NAMED = "KAONAVI_CONTRACT_URL" in os.environ and "PYTEST_XDIST_WORKER" not in os.environ
MAY_WRITE = os.environ.get("KAONAVI_CONTRACT_WRITE") == "1"


@pytest.fixture(scope="module", params=["simulator", "named"] if NAMED else ["simulator"])
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    """The カオナビ that is asked, for questions that change nothing."""
    yield from open_side(request.param)


@pytest.fixture(scope="module", params=["simulator", "named"] if NAMED and MAY_WRITE else ["simulator"])
def writable(request: pytest.FixtureRequest) -> Iterator[Side]:
    """The カオナビ that is asked, where one member's records may be changed."""
    yield from open_side(request.param)


def open_side(name: str) -> Iterator[Side]:
    if name == "named":
        with Side.of_environment(os.environ) as side:
            yield side
        return
    tenant = make_company()
    keys = tenant.credentials
    with run_in_thread(tenant) as url, Side(url, keys.consumer_key, keys.consumer_secret, member="K0031") as side:
        yield side


@pytest.fixture(autouse=True)
def _way_out(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the named カオナビ, and only while it is asked."""
    callspec = getattr(request.node, "callspec", None)
    if callspec is not None and "named" in callspec.params.values():
        monkeypatch.setattr(socket.socket, "connect", CONNECT)
        monkeypatch.setattr(socket, "getaddrinfo", LOOK_UP)
