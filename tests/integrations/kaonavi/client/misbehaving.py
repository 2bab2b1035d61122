"""A server that sends exactly the bytes it is told, for what no recorded answer can show."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Behaviour = Callable[[socket.socket], None]


@contextmanager
def server(behaviour: Behaviour, *, reads: bool = True) -> Iterator[str]:
    """Its address. Each connection's first request is read to the end, then `behaviour` has the connection.

    With `reads` off it has the connection at once, and may read what it likes.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, behaviour), kwargs={"reads": reads})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listener: socket.socket, behaviour: Behaviour, *, reads: bool) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            try:
                if reads:
                    read_request(connection)
                behaviour(connection)
            except OSError:
                continue  # the client has gone away, which is what these tests are about


def read_request(connection: socket.socket) -> bytes:
    """The head of the request, whose body is read too."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _receive(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    missing = int(lengths[0]) - len(body) if lengths else 0
    while missing > 0:
        missing -= len(_receive(connection))
    return head


def _receive(connection: socket.socket) -> bytes:
    received = connection.recv(65_536)
    if not received:
        raise ConnectionResetError
    return received
