"""The database goes away in the middle of a run."""

import pytest

from tests.faults.site import Site

pytestmark = [pytest.mark.processes, pytest.mark.long]  # `test_inline` kills a run in the short suite


def run_that_is_cut_off(site: Site) -> int:
    """PostgreSQL ends the session that holds the run's rows."""
    with site.braked("commit") as (job, _):
        assert site.desk.drop_connections() == 1
    return job


def run_that_is_locked_out(site: Site) -> int:
    """Somebody else writes for longer than ours waits for a turn: SQLite has no session that could be ended."""
    held, goes_on = site.folder / "reached-other", site.folder / "stop-other"
    goes_on.touch()
    with site.braked("load") as (job, _):
        name = site.worker_on(job)
        site.desk.block(gate=str(held), until_gone=str(goes_on))
        site.wait_until(held.exists, what="the database is locked")
    site.hears(name, f"job {job} (employees) crashed: OperationalError")
    goes_on.unlink()
    return job


def test_a_run_that_loses_its_database_amid_its_work_is_taken_again(site, tries):
    lose = {"sqlite": run_that_is_locked_out, "postgresql": run_that_is_cut_off}[site.kind]
    for _ in tries("database connection dropped, or locked too long"):
        row = site.end_of(lose(site))
        assert (row["status"], row["created"], row["attempts"]) == ("succeeded", site.people, 2)
