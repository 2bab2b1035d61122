"""Opens the client with the stored keys, or with keys that are only being tried."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from integrations.connection.address import api_url, is_nobodys
from integrations.connection.remote_state import DatabaseQuota, DatabaseTokens, MemoryTokens
from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.ports import TokenStore
from integrations.kaonavi.transport import open_session
from integrations.models import KaonaviConnection


class NotConnectedError(Exception):
    """There is no working connection to カオナビ; the text says why."""


@contextmanager
def client_for(key: str, secret: str, tokens: TokenStore, url: str = "") -> Iterator[KaonaviClient]:
    """A client with a session of its own, closed afterwards. `url` is `api_url` where that is known already."""
    with open_session() as session:
        yield KaonaviClient(
            url or api_url(),
            key,
            secret,
            session=session,
            tokens=tokens,
            quota=DatabaseQuota(),
            timeout=settings.KAONAVI_TIMEOUT,
        )


def working_connection() -> KaonaviConnection:
    """The company's connection. Raises NotConnectedError when there is none that works."""
    return reachable_connection()[0]


def reachable_connection() -> tuple[KaonaviConnection, str]:
    """The same with the address of its API."""
    connection = KaonaviConnection.objects.first()
    if connection is None:
        raise NotConnectedError("カオナビと連携していません。")
    if connection.state == KaonaviConnection.State.BROKEN:
        raise NotConnectedError("連携が切れています。新しい認証情報を入力してください。")
    url = api_url()
    if is_nobodys(url):
        raise NotConnectedError(
            "練習用のカオナビが動いていません。バックアップから復元したときは、練習モードを終了して、もう一度始めてください。"
        )
    return connection, url


@contextmanager
def open_client() -> Iterator[KaonaviClient]:
    """The client of the company's connection. Raises NotConnectedError when there is none that works."""
    connection, url = reachable_connection()
    tokens = DatabaseTokens(connection)
    with client_for(connection.consumer_key, connection.consumer_secret, tokens, url) as client:
        yield client


def try_keys(key: str, secret: str) -> None:
    """Ask カオナビ for a token with these keys. Raises KaonaviError or MustWait; keeps nothing."""
    with client_for(key, secret, MemoryTokens()) as client:
        client.authenticate()
