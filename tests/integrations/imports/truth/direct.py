"""The client and the simulator without a network between them: the same requests and answers, in a tenth of the
time.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import msgspec
from werkzeug.test import Client

from integrations.kaonavi import wire
from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.simulator.api import BASE
from integrations.kaonavi.simulator.app import Simulator
from integrations.kaonavi.simulator.tenant import Tenant


class DirectClient(KaonaviClient):
    """Everything is the real client's but the way that a request takes."""

    def __init__(self, tenant: Tenant) -> None:
        self._simulator = Client(Simulator(tenant))
        keys = tenant.credentials
        proof = {"Authorization": wire.basic(keys.consumer_key, keys.consumer_secret)}
        token = self._simulator.open(
            BASE + wire.TOKEN.path, method="POST", headers={**wire.TOKEN.headers, **proof}, data=wire.TOKEN.body
        )
        self._token = msgspec.json.decode(token.data)["access_token"]

    def _ask(self, call: wire.Call, *_: object) -> bytes:
        answer = self._simulator.open(
            BASE + call.path,
            method=call.method,
            query_string=dict(call.query),
            headers={**call.headers, "Kaonavi-Token": self._token},
            data=call.body or None,
        )
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return wire.body_in(call, wire.Answer(answer.status_code, headers, answer.data), now=0, jitter=0)


def connect_to(tenant: Tenant) -> Callable[[], AbstractContextManager[KaonaviClient]]:
    """What a run opens its client with."""
    client = DirectClient(tenant)

    @contextmanager
    def opened() -> Iterator[KaonaviClient]:
        yield client

    return opened
