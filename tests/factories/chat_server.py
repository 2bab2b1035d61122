"""A chat service that runs in the tests: it takes what apprise posts as JSON."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class ChatServer:
    """The server, and what it took. `status` is what it answers, after a `pause` of so many seconds, or when it
    is `over`.
    """

    port: int = 0
    status: int = 200
    pause: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)
    posts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """As it stands in NOTIFY_URLS, with a secret in it."""
        return f"json://127.0.0.1:{self.port}/canary-of-a-secret"


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    chat = ChatServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            chat.over.wait(chat.pause)
            if chat.status < 300:
                chat.posts.append(json.loads(content))
            self.send_response(chat.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    chat.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield chat
    finally:
        chat.over.set()
        server.shutdown()
        server.server_close()
