"""Workers and beat die at the worst moments; the run is found, and ends with all of its rows or none."""

import psutil
import pytest

from tests.faults.site import on_one_database

pytestmark = [pytest.mark.processes, pytest.mark.long]  # `test_inline` kills a run in the short suite


@on_one_database
def test_a_worker_killed_while_it_reads_is_replaced_by_another_even_without_beat(site, tries):
    for _ in tries("worker killed while it reads, beat too"):
        with site.braked("load") as (job, _):
            site.replace("beat")
            site.replace(site.worker_on(job))
        row = site.end_of(job)
        assert (row["status"], row["created"], row["attempts"]) == ("succeeded", site.people, 2)


def test_a_worker_killed_amid_its_transaction_leaves_no_row(site, tries):
    for _ in tries("worker killed amid its transaction"):
        with site.braked("commit") as (job, _):
            site.kill_main(site.worker_on(job))
        assert site.desk.people()["rows"] == 0
        assert site.end_of(job)["created"] == site.people


def test_a_pool_process_killed_amid_its_transaction_is_replaced_by_its_sister(site, tries):
    for _ in tries("pool process killed amid its transaction"):
        with site.braked("commit") as (job, process):
            psutil.Process(process).kill()
        row = site.end_of(job)
        assert (row["status"], row["attempts"]) == ("succeeded", 2)


@on_one_database
def test_a_run_whose_last_worker_died_ends_with_a_plain_reason_and_frees_the_lock(site, tries):
    for _ in tries("all workers killed, none comes"):
        with site.braked("load") as (job, _):
            site.kill("worker")
            site.kill("worker2")
        row = site.end_of(job)
        assert row["status"] == "interrupted"
        assert [issue["reason"] for issue in row["issues"]] == ["RUN_INTERRUPTED"]
        assert "停止したため" in row["message"]
        assert site.desk.people()["rows"] == 0
        site.start_all()


def test_a_frozen_worker_that_wakes_up_late_writes_nothing_more(site, tries):
    for _ in tries("worker frozen, taken over, thawed"):
        with site.braked("load") as (job, _):
            name = site.worker_on(job)
            site.freeze(name)
        row = site.end_of(job)
        assert (row["status"], row["attempts"]) == ("succeeded", 2)
        site.thaw(name)
        site.hears(name, f"job {job}: taken over or ended")
        assert site.desk.job(job=job) == row


@on_one_database
def test_a_step_that_takes_every_worker_with_it_is_given_up(site, tries):
    for _ in tries("pool process killed three times"):
        site.brake("load")
        job = site.desk.start()
        for _ in range(3):
            psutil.Process(site.reached("load")).kill()
            (site.folder / "reached-load").unlink()
        site.release("load")
        assert site.end_of(job)["status"] == "interrupted"


@on_one_database
def test_a_file_that_takes_its_worker_with_it_is_read_twice_and_not_a_third_time(site, tries):
    people = "社員番号,姓,名,メールアドレス\r\n0001,青山,直樹,naoki@example.co.jp\r\n"
    for _ in tries("pool process killed twice while it reads a file"):
        site.brake("load")
        job = site.desk.take_in(kind="employees_file", text=people)
        for _ in range(2):
            psutil.Process(site.reached("load")).kill()  # as the kernel does where memory runs out
            (site.folder / "reached-load").unlink()
        site.release("load")
        row = site.end_of(job)
        assert (row["status"], row["attempts"]) == ("interrupted", 2)
        assert [issue["reason"] for issue in row["issues"]] == ["RUN_FILE_GIVEN_UP"]
        assert site.desk.people()["rows"] == 0
