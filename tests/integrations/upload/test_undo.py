"""処理の取り消し of an upload: カオナビ's sheets are as they were before, wherever nobody else touched them."""

from collections import Counter
from datetime import date, timedelta

import pytest
from cryptography.fernet import Fernet
from django.utils import timezone

from integrations import actions
from integrations.connection.session import open_client
from integrations.erasure.retention import forget_before_images
from integrations.jobs import runner
from integrations.models import BeforeImage, ImageKey, ResultRegistration, SyncException, SyncJob
from integrations.operations.keyring import reencrypt
from integrations.rules.results import sheets

LATEST, ALL = sheets.LATEST.name, sheets.ALL.name
FOREIGN = {"受検日": "2019-05-05", "受検者詳細リンク": "https://other.example.com/r/1", "メモ": "他社の検査"}


def picture(tenant):
    """Both sheets, each member's records as a multiset."""
    return {
        (name, code): Counter(tuple(sorted(record.items())) for record in tenant.records(name, code))
        for name in (LATEST, ALL)
        for code in [*tenant.sheet(name).rows]
    }


@pytest.fixture
def take_back(upload):
    """Takes a run back to the end; with `hold` as far as 確認待ち."""

    def run(job, *, row=None, hold=False):
        return upload(actions.undo_job(job, by=None, row=row, approve=not hold, inline=True))

    return run


@pytest.fixture
def company(tenant, employ, test):
    """E1 is new on the sheets, E2 has others' records and columns, E3 an older result of ours."""
    for name in (LATEST, ALL):
        tenant.sheet(name).items.append(tenant.new_item("メモ"))
    people = [employ(f"E{number}") for number in (1, 2, 3)]
    tenant.write_records(tenant.sheet(LATEST), "E2", [{"メモ": "面談済み"}])
    tenant.write_records(tenant.sheet(ALL), "E2", [FOREIGN])
    older = test(people[2], date(2025, 1, 1), score=40.0)
    shown = {
        "受検日": "2025-01-01",
        "16タイプ": "プロモーター (推進者)",
        "受検者詳細リンク": f"http://localhost:8000/results/{older.public_id}/",
    }
    for name in (LATEST, ALL):
        tenant.write_records(tenant.sheet(name), "E3", [shown])
    return people


@pytest.fixture
def uploaded(tenant, company, test, upload):
    """The picture before the upload that is to be taken back, and that run."""
    before = picture(tenant)
    for person in company:
        test(person)
    return before, upload()


def test_it_waits_first_and_says_what_it_would_do(tenant, uploaded, take_back):
    after, calls = picture(tenant), len(tenant.update_calls)

    undoing = take_back(uploaded[1], hold=True)

    assert (undoing.kind, undoing.status, undoing.undone_kind) == ("undo", "held", "results")
    assert undoing.counts == {"created": 0, "updated": 3, "unchanged": 0, "skipped": 0, "failed": 0}
    assert "カオナビへの更新は2回です。" in undoing.message
    assert "更新のうち2名は、登録の前にはレコードがありませんでした" in undoing.message
    assert undoing.changes.count() == 6
    assert (picture(tenant), len(tenant.update_calls)) == (after, calls)


def test_undone_the_sheets_are_as_before_and_undone_again_as_after(tenant, uploaded, take_back):
    before, job = uploaded
    after, calls = picture(tenant), len(tenant.update_calls)
    registered = set(ResultRegistration.objects.values_list("employee", "assessment"))

    undoing = take_back(job)

    assert (undoing.status, undoing.message) == (
        "succeeded",
        "カオナビで3件中3件が元の内容に戻ったことを確認しました。",
    )
    assert picture(tenant) == before
    assert len(tenant.update_calls) == calls + 2
    assert not ResultRegistration.objects.exists()
    job.refresh_from_db()
    assert job.undone_at is not None
    with pytest.raises(actions.NotUndoableError, match="に元に戻しました"):
        take_back(job)

    again = take_back(undoing)

    assert (again.status, picture(tenant)) == ("succeeded", after)
    assert set(ResultRegistration.objects.values_list("employee", "assessment")) == registered
    job.refresh_from_db()
    assert job.undone_at is None
    assert take_back(again).status == "succeeded"
    assert picture(tenant) == before


def test_whose_records_were_changed_since_is_left_alone(tenant, uploaded, take_back):
    before, job = uploaded
    tenant.write_records(tenant.sheet(ALL), "E2", [*tenant.records(ALL, "E2"), FOREIGN])
    after = picture(tenant)

    undoing = take_back(job)

    assert undoing.status == "succeeded"
    assert undoing.counts == {"created": 0, "updated": 2, "unchanged": 0, "skipped": 1, "failed": 0}
    [told] = undoing.issues.all()
    assert (told.reason, told.subject_key, told.field) == ("UNDO_CHANGED_SINCE", "E2", ALL)
    assert "カオナビで変更されています" in told.detail
    wanted = {key: after[key] for key in after if key[1] == "E2"}
    assert picture(tenant) == {key: before[key] for key in before if key[1] != "E2"} | wanted


def test_a_column_of_others_on_the_single_record_is_no_hindrance_and_stays(tenant, uploaded, take_back):
    latest = tenant.sheet(LATEST)
    latest.rows["E1"][0][latest.item("メモ").id] = ["本人の希望"]

    undoing = take_back(uploaded[1])

    assert undoing.counts["updated"] == 3
    assert tenant.records(LATEST, "E1") == [{"メモ": "本人の希望"}]


def test_a_later_upload_of_ours_is_named_as_what_changed_it(company, uploaded, test, upload, take_back):
    test(company[0], date(2026, 6, 1))
    upload()

    undoing = take_back(uploaded[1])

    assert undoing.counts["skipped"] == 1
    details = {issue.detail for issue in undoing.issues.all()}
    assert all("さんの「カオナビ性格検査結果登録」" in detail for detail in details)


def test_one_person_alone_goes_back(tenant, company, uploaded, take_back):
    before, job = uploaded

    undoing = take_back(job, row=company[0].pk)

    assert (undoing.counts["updated"], sum(undoing.counts.values())) == (1, 1)
    assert {key for key in picture(tenant) if key[1] == "E1"} == set()
    assert len(tenant.records(ALL, "E3")) == 2
    assert not ResultRegistration.objects.filter(employee=company[0]).exists()
    assert ResultRegistration.objects.filter(employee=company[2]).exists()
    job.refresh_from_db()
    assert job.undone_at is None
    rest = take_back(job)
    assert (rest.counts["updated"], rest.counts["unchanged"]) == (2, 1)
    assert picture(tenant) == before


def test_of_whom_nothing_is_to_be_sent_results_are_taken_away_but_none_comes_back(tenant, company, uploaded, take_back):
    for person in company:
        SyncException.objects.create(kind="not_sent", employee=person)

    undoing = take_back(uploaded[1])

    assert undoing.counts == {"created": 0, "updated": 2, "unchanged": 0, "skipped": 1, "failed": 0}
    [told] = undoing.issues.all()
    assert (told.reason, told.subject_key) == ("RESULT_NOT_TO_BE_SENT", "E3")
    assert {code for _, code in picture(tenant)} == {"E2", "E3"}


def test_a_required_item_that_cannot_be_blank_keeps_that_person_alone(tenant, uploaded, take_back):
    tenant.sheet(LATEST).item("受検日").required = True

    undoing = take_back(uploaded[1])

    assert undoing.counts == {"created": 0, "updated": 1, "unchanged": 0, "skipped": 2, "failed": 0}
    assert {issue.reason for issue in undoing.issues.all()} == {"RESULT_ITEM_REQUIRED"}


@pytest.mark.usefixtures("one_a_chunk", "connection")
def test_what_a_stopped_upload_has_sent_can_be_taken_back(tenant, company, test, take_back):
    """Also of the call that was under way, of which the run never learned what became."""
    before = picture(tenant)
    for person in company:
        test(person)
    tenant.set_knobs(task_delay=1000.0)
    job = actions.start_job(kind="results", by=None, inline=True)
    number = job.lease
    for _ in range(3):
        number = runner.advance(job.pk, number, worker="test", connect=open_client).lease_number
    actions.cancel_job(job, by=None)
    job.refresh_from_db()
    assert (job.status, job.changes.count(), job.before_images.count()) == ("cancelled", 0, 1)
    tenant.set_knobs(task_delay=0.0)
    tenant.advance(2000)
    tenant.settle()
    assert picture(tenant) != before

    undoing = take_back(job)

    assert (undoing.status, undoing.counts["updated"]) == ("succeeded", 1)
    assert picture(tenant) == before


def test_deleting_the_person_or_a_result_leaves_nothing_to_take_back(tenant, company, uploaded, take_back):
    company[0].assessments.first().delete()
    after = picture(tenant)
    company[1].delete()
    assert set(BeforeImage.objects.values_list("person", flat=True)) == {company[2].pk}

    undoing = take_back(uploaded[1])

    assert undoing.counts == {"created": 0, "updated": 1, "unchanged": 0, "skipped": 2, "failed": 0}
    assert ["消去されています" in issue.detail for issue in undoing.issues.all()] == [True, True]
    assert {key: value for key, value in picture(tenant).items() if key[1] != "E3"} == {
        key: value for key, value in after.items() if key[1] != "E3"
    }


def test_without_the_link_or_the_images_nothing_can_be_taken_back(uploaded, settings, take_back, connection):
    actions.disconnect(by=None)
    assert not BeforeImage.objects.exists()
    with pytest.raises(actions.NotUndoableError, match="登録前のカオナビの内容が保存されていない"):
        take_back(uploaded[1])


def test_images_go_when_the_run_can_be_undone_no_more(uploaded, settings):
    forget_before_images()
    assert BeforeImage.objects.filter(job=uploaded[1]).count() == 6
    SyncJob.objects.update(finished_at=timezone.now() - timedelta(days=31))
    assert forget_before_images() == 6
    assert not ImageKey.objects.exists()


def test_images_are_read_with_new_keys_after_a_change_of_keys(tenant, uploaded, settings, take_back):
    before, job = uploaded
    content = bytes(job.before_images.first().content)
    assert b"2026-04-01" not in content
    old = settings.CREDENTIAL_KEYS
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode(), *old]
    reencrypt()
    settings.CREDENTIAL_KEYS = settings.CREDENTIAL_KEYS[:1]
    take_back(job)
    assert picture(tenant) == before
