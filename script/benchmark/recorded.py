"""`python -m script.benchmark.recorded PORT FOLDER FOLDER …`: a カオナビ that answers from files, at once.

`/members` comes from one folder after the other, so that everybody has changed at each reading.
"""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path

CHANGING = "members"


class Handler(BaseHTTPRequestHandler):
    """Any address is answered with the file of its last part."""

    folders = cycle([Path()])
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].rpartition("/")[2]
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if name == CHANGING:
            type(self).folder = next(self.folders)
        body = (self.folder / name).read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name that the base class looks for

    folder = Path()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def main() -> None:
    port, *folders = sys.argv[1:]
    Handler.folder = Path(folders[0])
    Handler.folders = cycle([Path(name) for name in folders])
    ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main()
