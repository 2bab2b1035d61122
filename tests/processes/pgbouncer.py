"""A PgBouncer before a PostgreSQL server of ours, as a company's platform has one: each transaction gets any of its few
connections.
"""

import contextlib
import os
import pwd
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from mikiwame_kaonavi.processes import answers, start, stop
from tests.processes.ports import free_port

CONFIGURATION = """\
[databases]
* = host={sockets} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = 8
server_round_robin = 1
"""


@contextlib.contextmanager
def pgbouncer(addresses: str, *, mode: str = "transaction") -> Iterator[str]:
    """A pool before the server of `addresses`, where `{}` stands for the name of a database; gives the like of its own.

    It takes turns among its connections, so that what a transaction leaves behind is not found by luck.
    """
    port = free_port()
    sockets = parse_qs(urlsplit(addresses).query)["host"][0]
    with tempfile.TemporaryDirectory(prefix="pgbouncer-") as folder:
        configuration = Path(folder) / "pgbouncer.ini"
        configuration.write_text(CONFIGURATION.format(port=port, sockets=sockets, mode=mode))
        Path(folder).chmod(0o755)
        user = pwd.getpwuid(Path(sockets).stat().st_uid).pw_name if os.geteuid() == 0 else None  # it refuses to be root
        with (Path(folder) / "log").open("wb") as log:
            process = start([program(), str(configuration)], environment={}, output=log, user=user)
        try:
            deadline = time.monotonic() + 60
            while not answers(port):
                assert process.poll() is None, (Path(folder) / "log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.02)
            yield f"postgresql://postgres@127.0.0.1:{port}/{{}}"
        finally:
            stop([process], within=5)


def program() -> str:
    """Debian puts it where only root's PATH looks."""
    found = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, "pgbouncer is not installed; script/test --long does it"
    return found
