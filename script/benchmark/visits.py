"""How much memory the first visit of a page takes: in a process of its own, since memory is never given back."""

from functools import partial

from django.contrib.auth.models import User
from django.test import Client

from script.benchmark.measuring import peak_of


def measure(*, address: str) -> dict[str, int]:
    """Bytes above what a process has that has answered the bare view."""
    client = Client()
    client.force_login(User.objects.get(username="measured"))
    client.get("/bare")
    return {"bytes": peak_of(partial(client.get, address))}
