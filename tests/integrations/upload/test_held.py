"""「送信内容を確認する」: everything is looked at, nothing is sent before a person says so."""

import pytest

from assessments.models import Assessment
from employees.models import Employee
from integrations import actions
from integrations.rules.results.sheets import ALL


@pytest.fixture
def approve_upload(upload, person):
    return lambda job: upload(actions.approve_job(job, by=person, inline=True))


def test_it_shows_what_it_would_send_and_sends_nothing(tenant, employ, test, upload):
    test(employ("E1"))
    test(employ("E2", is_member=False))

    job = upload(dry_run=True)

    assert job.status == "held"
    assert job.counts == {"created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 1}
    assert "カオナビへの更新は2回です" in job.message
    assert {(change.what, change.key) for change in job.changes.all()} == {("latest_sheet", "E1"), ("all_sheet", "E1")}
    assert [issue.reason for issue in job.issues.all()] == ["RESULT_MEMBER_UNKNOWN"]
    assert tenant.update_calls == []
    assert not job.chunks.exists()


def test_an_approved_run_sends_what_was_shown(tenant, employ, test, upload, approve_upload):
    test(employ("E1"))

    job = approve_upload(upload(dry_run=True))

    assert job.status == "succeeded"
    assert len(tenant.update_calls) == 2
    assert job.changes.count() == 2


def test_it_is_held_again_when_something_moved(tenant, employ, test, upload, approve_upload):
    test(employ("E1"))
    held = upload(dry_run=True)
    test(employ("E2"))

    job = approve_upload(held)

    assert job.status == "held"
    assert "確認したときから内容が変わったため" in job.message
    assert "新規 1 → 2" in job.message
    assert tenant.update_calls == []

    assert approve_upload(job).status == "succeeded"


def test_records_in_another_order_are_no_other_plan(tenant, employ, test, upload, approve_upload):
    test(employ("E1"))
    foreign = [{"受検日": "2019-05-05", "受検者詳細リンク": f"https://other.example.com/r/{n}"} for n in (1, 2)]
    tenant.write_records(tenant.sheet(ALL.name), "E1", foreign)
    held = upload(dry_run=True)
    tenant.write_records(tenant.sheet(ALL.name), "E1", foreign[::-1])

    assert approve_upload(held).status == "succeeded"


def test_members_items_and_rows_in_another_order_are_no_other_plan(tenant, employ, test, upload, approve_upload):
    for number in range(4):
        test(employ(f"E{number}"))
        test(employ(f"X{number}", is_member=False))
    held = upload(dry_run=True)
    tenant.state.members.reverse()
    for sheet in tenant.state.sheets:
        sheet.items.reverse()
    for row in [*Employee.objects.order_by("-pk"), *Assessment.objects.order_by("-pk")]:
        row.save()  # PostgreSQL gives a row that was written anew last

    job = approve_upload(held)

    assert (job.status, job.counts) == ("partial", held.counts)


def test_a_trial_of_nothing_is_held_too(upload, employ, test):
    test(employ("E1"))
    upload()

    job = upload(dry_run=True)

    assert (job.status, job.counts["unchanged"]) == ("held", 1)
