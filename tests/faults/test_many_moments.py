"""A worker is killed at many moments of a large import, from its first to its last."""

from threading import Event
from time import monotonic

import pytest

from tests.faults.site import Site

pytestmark = [pytest.mark.processes, pytest.mark.long]

MEMBERS = 3000
MOMENTS = 6


@pytest.fixture
def large_site(site: Site):
    """The site with a company of 3,000, and with the seconds that an undisturbed run takes there."""
    before = site.people
    site.fill(MEMBERS)
    site.put_in_order()
    began = monotonic()
    assert site.end_of(site.desk.start())["created"] == MEMBERS
    yield site, monotonic() - began
    site.fill(before)


@pytest.mark.parametrize("times", [MOMENTS])
def test_an_import_of_3000_killed_at_any_moment_writes_all_rows_or_none(large_site, tries):
    site, duration = large_site
    for number in tries(f"import of {MEMBERS} killed at moments all along"):
        job = site.desk.start()
        Event().wait((number + 0.5) / MOMENTS * duration)
        site.replace(site.worker_on(job) or "worker")
        rows = site.desk.people()["rows"]
        row = site.end_of(job)
        if row["status"] == "interrupted":
            assert rows == site.desk.people()["rows"] == 0
        else:
            assert (row["status"], row["created"]) == ("succeeded", MEMBERS)
            assert rows in (0, MEMBERS)
            assert site.desk.people()["rows"] == MEMBERS
