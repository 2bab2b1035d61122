"""The web server's process: threads enough for slow clients, who hold one each, and an end to their patience."""

import contextlib
import socket
import time
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

LONGEST_REQUEST = 120.0  # seconds for head and body; 50 MB at 4 Mbit/s. A proxy in front passes them on in one piece


class PunctualWorker(ThreadWorker):
    """Reads no more from a client whose request is not there in time. What has been read goes on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begun: dict[TConn, float] = {}

    def handle(self, conn: TConn) -> Any:
        self.begun[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            self.begun.pop(conn, None)

    def notify(self) -> None:
        """Called by the main thread each second."""
        super().notify()
        now = time.monotonic()
        for conn, since in list(self.begun.items()):
            if now - since > LONGEST_REQUEST:
                with contextlib.suppress(OSError):  # it has gone by itself
                    conn.sock.shutdown(socket.SHUT_RD)
