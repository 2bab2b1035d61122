"""What the product leaves where others may look: the broker, the process list, the database."""

import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import redis

from tests.processes.postgresql import program


def everything_in(broker_url: str) -> bytes:
    """Each key of the broker with its contents, raw."""
    found = []
    with redis.Redis.from_url(broker_url) as client:
        for key in client.scan_iter():
            found += [key, client.dump(key) or b""]
            kind = client.type(key)
            if kind == b"list":
                found += client.lrange(key, 0, -1)
            elif kind == b"hash":
                found += [part for pair in client.hgetall(key).items() for part in pair]
    return b"\n".join(found)


def database_as_it_is(url: str) -> bytes:
    """The bytes of the SQLite file with its log, or what pg_dump writes."""
    if url.startswith("sqlite:///"):
        file = Path(url.removeprefix("sqlite:///"))
        return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    return pg_dump(url)


def pg_dump(url: str, *options: str) -> bytes:
    return subprocess.run([program("pg_dump"), *options, url], capture_output=True, check=True).stdout


class ProcessList:
    """Looks at every command line of this machine, again and again, while the context lasts."""

    def __init__(self) -> None:
        self.seen = b""
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._stopped.set()
        self._thread.join()

    def _look(self) -> None:
        lines: set[bytes] = set()
        while not self._stopped.wait(0.1):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                with suppress(OSError):
                    lines.add(path.read_bytes())
        self.seen = b"\n".join(lines)
