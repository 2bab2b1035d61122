"""The error file of a run, on the database that `pages` has left: in a process of its own, whose memory nothing has
stretched before.
"""

import time
from collections.abc import Iterator

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Sum
from django.db.models.functions import Length
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from integrations.models import SyncIssue, SyncJob
from script.benchmark.measuring import peak_of


def measure() -> dict[str, float]:
    """Seconds until the first row and until the end, bytes of the file and of memory at the peak, lines, SQL
    statements.

    Memory is what the long file takes above the short one of another run: the code of the first request, and the pages
    that SQLite keeps in our process up to the size that the settings name, are there before.
    """
    client = Client()
    client.force_login(User.objects.get(username="measured"))
    short, *_, long = (
        reverse("integrations:error_file", args=[job.pk])
        for job in SyncJob.objects.order_by("failed").filter(failed__gt=0)
    )
    SyncIssue.objects.aggregate(read=Sum(Length("detail")))
    read(client, short)
    found: dict[str, float] = {}
    taken = peak_of(lambda: found.update(read(client, long)))
    with CaptureQueriesContext(connection) as captured:
        read(client, long)
    return found | {"bytes": taken, "statements": len(captured)}


def read(client: Client, address: str) -> dict[str, float]:
    """As a browser gets it, piece by piece, keeping none."""
    started = time.perf_counter()
    pieces: Iterator[bytes] = iter(client.get(address).streaming_content)  # type: ignore[attr-defined]  # it streams
    size, lines = len(next(pieces)) + len(next(pieces)), 2  # the head and the first row
    first = time.perf_counter() - started
    for piece in pieces:
        size, lines = size + len(piece), lines + 1
    return {"first byte": first, "seconds": time.perf_counter() - started, "size": size, "lines": lines}
