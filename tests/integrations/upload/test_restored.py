"""An older backup is restored: what カオナビ shows and nobody here knows is not taken for deleted."""

from datetime import date

import pytest

from assessments.models import Assessment, Tombstone
from integrations.models import SyncJob
from integrations.rules.results import sheets

LATEST, ALL = sheets.LATEST.name, sheets.ALL.name
OLD, NEW = date(2025, 4, 1), date(2026, 4, 1)


@pytest.fixture
def lose():
    """Makes the database one that never knew these results."""

    def forget(*results: Assessment) -> None:
        for result in results:
            public_id = result.public_id
            Assessment.objects.filter(public_id=public_id).delete()
            Tombstone.objects.filter(public_id=public_id).delete()

    return forget


@pytest.fixture
def upload_from(upload, settings):
    """An upload while the site has this address."""

    def run(site: str) -> SyncJob:
        settings.SITE_URL = site
        return upload()

    return run


def dates(tenant, sheet, number="E1"):
    return [record["受検日"] for record in tenant.records(sheet, number)]


def links(tenant, sheet, number="E1"):
    return [record["受検者詳細リンク"] for record in tenant.records(sheet, number)]


def page(assessment, site="http://localhost:8000"):
    return f"{site}/results/{assessment.public_id}/"


def reasons(job):
    return [(issue.severity, issue.reason, issue.subject_key) for issue in job.issues.all()]


def test_a_newer_result_stays_on_both_sheets_and_both_are_told(tenant, employ, test, upload, lose):
    person = employ("E1")
    test(person, OLD)
    upload()
    newer = test(person, NEW, score=61.5)
    upload()
    before = {sheet: tenant.records(sheet, "E1") for sheet in (LATEST, ALL)}
    lose(newer)

    job = upload()

    assert {sheet: tenant.records(sheet, "E1") for sheet in (LATEST, ALL)} == before
    assert (job.status, job.counts["failed"]) == ("partial", 1)
    assert reasons(job) == [("error", "RESULT_OLDER_THAN_SHOWN", "E1"), ("warning", "RESULT_RECORD_UNKNOWN", "E1")]


def test_a_result_that_is_imported_anew_takes_its_records_over(tenant, employ, test, upload, lose):
    person = employ("E1")
    lose_these = [test(person, OLD), test(person, NEW)]
    upload()
    lose(*lose_these)
    again = [test(person, OLD), test(person, NEW)]

    job = upload()

    assert (job.status, reasons(job)) == ("succeeded", [])
    assert links(tenant, ALL) == [page(result) for result in again]
    assert links(tenant, LATEST) == [page(again[1])]


@pytest.mark.long
def test_an_older_result_stays_beside_a_newer_one(tenant, employ, test, upload, lose):
    person = employ("E1")
    lost = test(person, OLD)
    upload()
    lose(lost)
    newer = test(person, NEW)

    job = upload()

    assert (job.status, reasons(job)) == ("succeeded", [("warning", "RESULT_RECORD_UNKNOWN", "E1")])
    assert dates(tenant, ALL) == [OLD.isoformat(), NEW.isoformat()]
    assert links(tenant, LATEST) == [page(newer)]


@pytest.mark.long
def test_a_second_upload_after_it_sends_nothing(tenant, employ, test, upload, lose):
    person = employ("E1")
    lost = test(person, OLD)
    upload()
    lose(lost)
    test(person, NEW)
    upload()
    calls = len(tenant.update_calls)

    job = upload()

    assert (len(tenant.update_calls), job.counts["unchanged"]) == (calls, 1)


@pytest.mark.long
def test_somebody_of_whom_everything_is_lost_is_told_before_it_is_deleted_in_kaonavi(
    tenant, employ, test, upload, lose
):
    lost = test(employ("E1"), NEW)
    upload()
    lose(lost)

    job = upload()

    assert dates(tenant, ALL) == dates(tenant, LATEST) == [NEW.isoformat()]
    assert [issue.reason for issue in job.issues.all()] == ["RESULT_STALE"] * 2
    assert all("ミキワメで削除した記録がありません" in issue.detail for issue in job.issues.all())


def test_what_was_deleted_here_is_taken_away_whatever_else_is_unknown(tenant, employ, test, upload, lose):
    person = employ("E1")
    deleted, lost, kept = test(person, date(2024, 4, 1)), test(person, OLD), test(person, NEW)
    upload()
    deleted.delete()
    lose(lost)

    upload()

    assert links(tenant, ALL) == [page(lost), page(kept)]


@pytest.mark.long
def test_a_deleted_person_s_records_go_when_the_person_is_back_with_another_result(tenant, employ, test, upload):
    person = employ("E1")
    test(person, NEW)
    upload()
    person.delete()
    again = test(employ("E1", is_member=False), OLD)

    job = upload()

    assert (job.status, reasons(job)) == ("succeeded", [])
    assert links(tenant, ALL) == links(tenant, LATEST) == [page(again)]


@pytest.mark.parametrize(
    "site",
    [
        "http://localhost:8000/mikiwame",
        *(
            pytest.param(site, marks=pytest.mark.long)
            for site in ("https://mikiwame.example.co.jp", "mikiwame.example.co.jp", "http://::1")
        ),
    ],
)
def test_a_site_that_has_another_address_now_doubles_nothing(site, tenant, employ, test, upload_from):
    person = employ("E1")
    older, newer = test(person, OLD), test(person, NEW)
    upload_from(site)

    job = upload_from("https://hr.example.co.jp/tests")

    assert (job.counts["updated"], reasons(job)) == (1, [])
    assert links(tenant, ALL) == [page(result, "https://hr.example.co.jp/tests") for result in (older, newer)]
    assert links(tenant, LATEST) == [page(newer, "https://hr.example.co.jp/tests")]


@pytest.mark.long
def test_two_links_to_one_result_become_one(tenant, employ, test, upload):
    result = test(employ("E1"), NEW)
    upload()
    [record] = tenant.records(ALL, "E1")
    moved = {**record, "受検者詳細リンク": page(result, "http://old.example.com/hr")}
    tenant.write_records(tenant.sheet(ALL), "E1", [record, moved])

    job = upload()

    assert (links(tenant, ALL), reasons(job)) == ([page(result)], [])


@pytest.mark.long
def test_a_link_on_an_old_host_is_never_kept_beside_the_newer_result(tenant, employ, test, upload_from):
    person = employ("E1")
    test(person, OLD)
    upload_from("http://old.example.com/hr")
    test(person, NEW)

    upload_from("http://localhost:8000")

    assert dates(tenant, ALL) == [OLD.isoformat(), NEW.isoformat()]
    assert all(link.startswith("http://localhost:8000/results/") for link in links(tenant, ALL))
