"""How much memory the first visit of a page takes: in a process of its own, since memory is never given back."""

from functools import partial
from multiprocessing import get_context

from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from script.benchmark.measuring import peak_of


def measure(*, addresses: list[str]) -> list[int]:
    """Bytes above what a process has that has answered the bare view. Each process is a fork of this one, which has
    answered nothing else.
    """
    client_at_bare_view()
    connections.close_all()  # a connection must not be shared by processes
    with get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        return pool.map(visit, addresses, chunksize=1)


def visit(address: str) -> int:
    return peak_of(partial(client_at_bare_view().get, address))


def client_at_bare_view() -> Client:
    client = Client()
    client.force_login(User.objects.get(username="measured"))
    client.get("/bare")
    return client
