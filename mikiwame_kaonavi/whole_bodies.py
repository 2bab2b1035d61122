"""A form of which only the beginning arrived is no form: its last number may be the beginning of another one."""

from collections.abc import Iterable
from typing import Any, BinaryIO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class CutOffError(OSError):
    """The client went away, or was too slow, before all it had announced was there. Django makes a refusal of it."""


class WholeBody:
    """The body of a request, of so many bytes. Raises CutOffError where it ends before."""

    def __init__(self, body: BinaryIO, length: int) -> None:
        self.body, self.left = body, length

    def read(self, size: int = -1) -> bytes:
        wanted = self.left if size < 0 else min(size, self.left)
        return self.whole(self.body.read(wanted), wanted)

    def readline(self, size: int = -1) -> bytes:
        wanted = self.left if size < 0 else min(size, self.left)
        line = self.body.readline(wanted)
        return self.whole(line, 1 if line.endswith(b"\n") else wanted)

    def whole(self, data: bytes, wanted: int) -> bytes:
        if len(data) < wanted:
            raise CutOffError
        self.left -= len(data)
        return data


class OpenBody(WholeBody):
    """The body of a request that has announced no length: in pieces, or none. Django takes it for empty; who asks the
    server for it reads it by `read_pieces`. Raises CutOffError where it does not end as it must.
    """

    def __init__(self, body: BinaryIO) -> None:
        super().__init__(body, 0)

    def read_pieces(self, size: int) -> bytes:
        """At most so many bytes of it."""
        try:
            return self.body.read(size)
        except Exception as error:  # the server has an error of its own for each way in which pieces can be wrong
            raise CutOffError from error


def with_whole_bodies(application: WSGIApplication) -> WSGIApplication:
    """The application, which hears of a body that was cut off."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length: Any = environ.get("CONTENT_LENGTH", "")
        if length.isdecimal():
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length))
        elif not length:
            environ["wsgi.input"] = OpenBody(environ["wsgi.input"])
        return application(environ, start_response)

    return answer
