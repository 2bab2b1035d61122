"""Ports for the programs of tests."""

import socket

KEPT: list[socket.socket] = []


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on, kept for whoever asked: see `keep`."""
    return keep(0)


def keep(port: int) -> int:
    """Have this port, or any for 0, until the end of the test run: no other program is given it by chance, neither to
    listen nor for a connection of its own. A server that is told the number can still listen there, as all of ours
    set SO_REUSEADDR and nobody listens here.
    """
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("127.0.0.1", port))
    KEPT.append(kept)
    return int(kept.getsockname()[1])
