from collections.abc import Iterator

import pytest
import requests
import responses

from integrations.kaonavi.client import KaonaviClient
from tests.factories.client import BASE_URL, FakeQuota, FakeTokens


@pytest.fixture
def api() -> Iterator[responses.RequestsMock]:
    """カオナビ's side: what is added here is answered, one after the other, and nothing else."""
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def tokens() -> FakeTokens:
    return FakeTokens("token-1")


@pytest.fixture
def quota() -> FakeQuota:
    return FakeQuota()


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def kaonavi(tokens: FakeTokens, quota: FakeQuota, slept: list[float]) -> Iterator[KaonaviClient]:
    """A client with a token; its pauses are noted, not slept, and its jitter is always in the middle."""
    with requests.Session() as session:
        yield KaonaviClient(
            BASE_URL,
            "key-of-ours",
            "secret-of-ours",
            session=session,
            tokens=tokens,
            quota=quota,
            sleep=slept.append,
            jitter=lambda: 0.5,
        )
