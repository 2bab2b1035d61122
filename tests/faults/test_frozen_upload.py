"""A worker is frozen on the way of an update, others go on without it, and it wakes up: it sends nothing more."""

import pytest

pytestmark = [pytest.mark.processes, pytest.mark.long]  # `test_inline` kills a run in the short suite


@pytest.fixture
def sheets(site):
    with site.with_sheets():
        yield site.sheets


def updates(site):
    return [call for call in site.control("GET", "calls") if call["method"] == "PATCH"]


@pytest.mark.parametrize("point", ["noted", "permitted"])
def test_a_worker_that_wakes_up_after_a_newer_upload_sends_nothing(point, site, sheets):
    site.desk.examine(number=1, taken_on="2025-04-01", score=40.0)
    site.brake(point)
    try:
        job = site.desk.start(kind="results")
        site.reached(point)
        frozen = site.worker_on(job)
        site.freeze(frozen)
    finally:
        site.release(point)
    assert site.end_of(job)["status"] == "succeeded"
    site.desk.examine(number=1, taken_on="2026-04-01", score=60.0)
    assert site.end_of(site.desk.start(kind="results"))["status"] == "succeeded"
    shown, calls = sheets(), len(updates(site))

    site.thaw(frozen)

    site.hears(frozen, f"job {job}: taken over or ended")
    assert (sheets(), len(updates(site))) == (shown, calls)
    assert calls == 4
