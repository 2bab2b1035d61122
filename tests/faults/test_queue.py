"""What happens to the queue: it only wakes runs, so whatever is lost, doubled or late in it changes nothing."""

import pytest

from tests.faults.site import on_one_database

pytestmark = [pytest.mark.processes, pytest.mark.long]  # `test_inline` kills a run in the short suite


def members_read(site) -> int:
    return sum(call["path"] == "/members" for call in site.control("GET", "calls"))


@on_one_database
def test_a_broker_killed_under_a_run_does_not_touch_it(site, tries):
    for _ in tries("broker killed and started again under a run"):
        with site.braked("load") as (job, _):
            site.replace("broker")
            site.ready("broker")
        row = site.end_of(job)
        assert (row["status"], row["attempts"]) == ("succeeded", 1)


@on_one_database
def test_a_message_that_could_not_be_sent_is_sent_later(site, tries):
    for _ in tries("message lost: broker away at the start"):
        site.kill("broker")
        job = site.desk.start()
        assert site.desk.job(job=job)["status"] == "queued"
        site.launch("broker")
        assert site.end_of(job)["status"] == "succeeded"


def test_messages_that_come_six_times_late_or_by_the_hundred_have_one_effect(site, tries):
    for _ in tries("message six-fold, late, flooded"):
        with site.braked("load") as (job, _):
            for number in (0, 1, 2):
                site.desk.wake(job=job, number=number, times=6)
        row = site.end_of(job)
        assert (row["status"], row["lease"], members_read(site)) == ("succeeded", 1, 1)
        for number in (0, 1):
            site.desk.wake(job=job, number=number, times=150)
        site.wait_until(site.drained, what="the flood is over")
        assert site.desk.job(job=job) == row


@on_one_database
def test_a_run_that_outlasts_the_visibility_time_out_runs_once(site, tries):
    for _ in tries("run outlasts the visibility time-out"):
        with site.braked("load") as (job, _):
            before = site.pushes()
            site.wait_until(lambda before=before: site.pushes() > before, what="the message came again")
            site.wait_until(site.drained, what="another worker has seen it")
        row = site.end_of(job)
        assert (row["status"], row["attempts"], row["lease"], members_read(site)) == ("succeeded", 1, 1, 1)
