"""「カオナビへ送らない」: nothing of that person is sent from then on, and what カオナビ shows stays."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from integrations import actions
from integrations.connection.session import open_client
from integrations.jobs import runner
from integrations.models import SyncException
from integrations.rules.results import sheets

LATEST, ALL = sheets.LATEST.name, sheets.ALL.name


def withhold(employee, **values):
    return SyncException.objects.create(kind="not_sent", employee=employee, **values)


def shown(tenant, number):
    return [tenant.records(name, number) for name in (LATEST, ALL)]


def test_nothing_is_sent_and_what_is_there_stays(tenant, employ, test, upload):
    before, never, other = employ("E1"), employ("E2"), employ("E3")
    test(before)
    upload()
    then = shown(tenant, "E1")
    for employee in (before, never):
        withhold(employee)
    for employee in (before, never, other):
        test(employee, date(2026, 5, 1), score=60.0)

    job = upload()

    assert (job.status, job.total) == ("succeeded", 3)
    assert job.counts == {"created": 1, "updated": 0, "unchanged": 0, "skipped": 2, "failed": 0}
    assert [issue.reason for issue in job.issues.all()] == ["RESULT_NOT_TO_BE_SENT"] * 2
    assert shown(tenant, "E1") == then
    assert shown(tenant, "E2") == [[], []]
    assert len(tenant.records(LATEST, "E3")) == 1
    assert job.message == "カオナビに1件中1件の反映を確認しました。"


def test_a_result_deleted_here_is_not_taken_away_from_them_there(tenant, employ, test, upload):
    """What カオナビ shows stays as a whole; nobody is told that the records are left over."""
    employee = employ("E1")
    first = test(employee)
    test(employee, date(2026, 5, 1))
    upload()
    withhold(employee)
    first.delete()

    job = upload()

    assert [issue.reason for issue in job.issues.all()] == ["RESULT_NOT_TO_BE_SENT"]
    assert len(tenant.records(ALL, "E1")) == 2


def test_a_result_that_is_deleted_before_its_call_is_not_sent_any_more(tenant, employ, test, upload):
    employee = employ("E1")
    test(employee)
    newer = test(employee, date(2026, 5, 1))
    job = actions.start_job(kind="results", by=None, inline=True)
    runner.advance(job.pk, job.lease, worker="test", connect=open_client)  # the survey has planned both
    newer.delete()
    job.refresh_from_db()

    assert upload(job).status == "succeeded"
    assert [[record["受検日"] for record in records] for records in shown(tenant, "E1")] == [["2026-04-01"]] * 2


def test_somebody_for_whom_it_has_ended_is_sent(tenant, employ, test, upload):
    today = timezone.localdate()
    ended, last_day = employ("E1"), employ("E2")
    withhold(ended, until=today - timedelta(days=1))
    withhold(last_day, until=today)
    test(ended)
    test(last_day)

    job = upload()

    assert job.counts == {"created": 1, "updated": 0, "unchanged": 0, "skipped": 1, "failed": 0}
    assert (len(tenant.records(LATEST, "E1")), tenant.records(LATEST, "E2")) == (1, [])


@pytest.mark.usefixtures("one_a_chunk")
@pytest.mark.parametrize("number", ["E1", "E2"])
def test_it_counts_from_the_moment_on_also_within_a_run(number, tenant, employ, test, upload):
    """E1 has got in on the first sheet by then, E2 is planned."""
    people = {name: employ(name) for name in ("E1", "E2", "E3")}
    for employee in people.values():
        test(employee)
    job = actions.start_job(kind="results", by=None, inline=True)
    lease = job.lease
    while not job.chunks.filter(state="stored").exists():
        lease = runner.advance(job.pk, lease, worker="test", connect=open_client).lease_number
    withhold(people[number])
    job.refresh_from_db()

    upload(job)

    assert (job.status, job.skipped, sum(job.counts.values())) == ("succeeded", 1, 3)
    there = {name: [len(records) for records in shown(tenant, name)] for name in people}
    assert there == {"E1": [1, 1], "E2": [1, 1], "E3": [1, 1]} | {number: [1, 0] if number == "E1" else [0, 0]}


def test_an_item_that_only_they_would_have_blank_stops_no_sheet(tenant, employ, test, upload):
    tenant.sheet(LATEST).item("16タイプ").required = True
    withhold(blank := employ("E1"))
    test(blank, personality_type=None)
    test(employ("E2"))

    job = upload()

    assert (job.status, job.created) == ("succeeded", 1)


def test_one_that_is_set_while_an_upload_is_held_is_asked_about_again(tenant, employ, test, upload, person):
    for employee in (first := employ("E1"), employ("E2")):
        test(employee)
    job = upload(dry_run=True)
    assert (job.status, job.created) == ("held", 2)
    withhold(first)

    job = upload(actions.approve_job(job, by=person, inline=True))

    assert (job.status, job.created, job.skipped) == ("held", 1, 1)
    assert tenant.records(LATEST, "E1") == tenant.records(LATEST, "E2") == []
