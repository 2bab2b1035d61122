"""Serving the simulator over HTTP: as a process of its own, or in a thread for tests."""

import signal
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from .api import BASE
from .app import Simulator
from .courier import Courier
from .sample_company import fill_with_sample_company
from .storage import StateKeeper, load_state
from .tenant import Tenant


class _Handler(WSGIRequestHandler):
    """Says nothing on the terminal, and breaks the connection for real when the application asks for it."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the base class's own name
        if type == "error":
            sys.stderr.write(f"{message % args if args else message}\n")

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        del error, environ
        self.close_connection = True
        self.server.dropped.add(self.connection)  # type: ignore[attr-defined]  # always our own _Server


class _Server(ThreadedWSGIServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, host: str, port: int, app: Simulator) -> None:
        self.dropped: set[socket.socket] = set()
        super().__init__(host, port, app, handler=_Handler)

    def shutdown_request(self, request: Any) -> None:
        if request in self.dropped:
            self.dropped.discard(request)
            # Closing with a linger time of zero sends a reset instead of a polite end.
            request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_request(request)
            return
        super().shutdown_request(request)


@contextmanager
def run_in_thread(tenant: Tenant, port: int = 0, host: str = "127.0.0.1") -> Iterator[str]:
    """Real HTTP on the loopback while the block runs. Yields the API's base address, `http://127.0.0.1:…/api/v2.0`."""
    server = _Server(host, port, Simulator(tenant))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        with Courier(tenant):
            yield f"http://{host}:{server.server_port}{BASE}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def open_tenant(state_file: Path, *, sample_company: bool) -> Tenant:
    """The company of the state file; for a new file an empty one, or the sample company.

    Raises SystemExit with a sentence when the file cannot be read as a state of this program.
    """
    if state_file.exists():
        try:
            return Tenant(load_state(state_file))
        except msgspec.DecodeError as error:
            raise SystemExit(f"{state_file} はシミュレーターの状態ファイルとして読み取れません: {error}") from None
    tenant = Tenant()
    if sample_company:
        fill_with_sample_company(tenant)
    return tenant


def serve(
    *,
    state_file: Path,
    port: int,
    host: str = "127.0.0.1",
    sample_company: bool = False,
    say: Callable[[str], object] = print,
) -> None:
    """Serve until SIGTERM or SIGINT, keeping the state in the file. Says one line with the address once it listens.

    Ends the process with a message when the port is taken. Raises OSError when the file cannot be written.
    """
    tenant = open_tenant(state_file, sample_company=sample_company)
    server = _Server(host, port, Simulator(tenant))

    def stop(_signal: int, _frame: FrameType | None) -> None:
        # shutdown() waits for the loop to end, and the loop runs in the very thread that handles signals.
        threading.Thread(target=server.shutdown).start()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with StateKeeper(tenant, state_file), Courier(tenant):
            root = f"http://{host}:{server.server_port}"
            say(f"カオナビ シミュレーター: {root}/ (API: {root}{BASE})")
            server.serve_forever(poll_interval=0.1)
    finally:
        server.server_close()
        for number, handler in before.items():
            signal.signal(number, handler)
