"""From our results to カオナビ's sheets, with nothing in the way."""

from datetime import date

import pytest

from assessments.models import Scale
from integrations.models import ResultRegistration, SyncJob
from integrations.rules.results import sheets

LATEST, ALL = sheets.LATEST.name, sheets.ALL.name


def links(records):
    return [record["受検者詳細リンク"] for record in records]


def page(assessment):
    return f"http://localhost:8000/results/{assessment.public_id}/"


def test_it_shows_the_latest_result_on_one_sheet_and_all_results_on_the_other(tenant, employ, test, upload):
    person = employ("E1")
    newer = test(person, date(2026, 4, 1), score=61.5)
    older = test(person, date(2025, 4, 1), score=40.0)

    job = upload()

    assert (job.status, job.message) == ("succeeded", "カオナビに1件中1件の反映を確認しました。")
    [latest] = tenant.records(LATEST, "E1")
    assert latest["受検日"] == "2026-04-01"
    assert latest["傾聴傾向"] == latest["感情記憶志向"] == latest["向上心"] == "61.5"
    assert latest["16タイプ"] == "プロモーター (推進者)"
    assert latest["受検者詳細リンク"] == page(newer)
    assert links(tenant.records(ALL, "E1")) == [page(older), page(newer)]


def test_it_counts_every_person_once_and_says_who_was_written(employ, test, upload):
    for number in range(5):
        test(employ(f"E{number}"))
    test(employ("", email="no-number@example.co.jp", is_member=False))

    job = upload()

    assert job.counts == {"created": 5, "updated": 0, "unchanged": 0, "skipped": 1, "failed": 0}
    assert job.total == 6
    assert [(change.what, change.key, change.action) for change in job.changes.all()] == [
        (sheet, f"E{number}", "create") for sheet in ("latest_sheet", "all_sheet") for number in range(5)
    ]
    change = job.changes.filter(what="latest_sheet").first()
    assert change.fields["受検日"] == [None, "2026-04-01"]
    assert [issue.reason for issue in job.issues.all()] == ["RESULT_NUMBER_MISSING"]


def test_a_second_run_makes_no_update_call(tenant, employ, test, upload):
    test(employ("E1"))
    upload()
    calls = len(tenant.update_calls)

    job = upload()

    assert job.counts == {"created": 0, "updated": 0, "unchanged": 1, "skipped": 0, "failed": 0}
    assert len(tenant.update_calls) == calls == 2
    assert job.message == "カオナビに1件中1件の反映を確認しました。"


def test_it_sends_only_members_with_a_difference(tenant, employ, test, upload):
    first, second = test(employ("E1")), test(employ("E2"))
    upload()
    first.scores["listening"] = 33.3
    first.save()

    job = upload()

    assert job.counts["updated"] == job.counts["unchanged"] == 1
    assert [(change.what, change.key, change.fields) for change in job.changes.all()] == [
        ("latest_sheet", "E1", {"傾聴傾向": ["50.0", "33.3"]})
    ]
    assert tenant.records(LATEST, "E1")[0]["傾聴傾向"] == "33.3"
    assert tenant.records(LATEST, "E2")[0]["傾聴傾向"] == "50.0"
    assert second.scores["listening"] == 50.0


def test_it_takes_away_our_record_of_a_deleted_result_but_leaves_a_deleted_employee_s(tenant, employ, test, upload):
    stays, goes = employ("E1"), employ("E2")
    kept = test(stays, date(2026, 1, 1))
    dropped = test(stays, date(2026, 4, 1))
    left = test(goes)
    upload()
    dropped.delete()
    goes.delete()

    job = upload()

    assert links(tenant.records(ALL, "E1")) == [page(kept)]
    assert tenant.records(LATEST, "E1")[0]["受検日"] == "2026-01-01"
    assert links(tenant.records(ALL, "E2")) == links(tenant.records(LATEST, "E2")) == [page(left)]
    assert job.status == "succeeded"
    assert [(issue.reason, issue.subject_key) for issue in job.issues.all()] == [("RESULT_STALE", "E2")] * 2


@pytest.mark.long
def test_an_older_result_that_comes_later_does_not_replace_a_newer_one(tenant, employ, test, upload):
    person = employ("E1")
    newer = test(person, date(2026, 4, 1))
    upload()
    older = test(person, date(2020, 4, 1))

    upload()

    assert links(tenant.records(LATEST, "E1")) == [page(newer)]
    assert links(tenant.records(ALL, "E1")) == [page(older), page(newer)]


def test_it_leaves_foreign_records_and_columns_as_they_are(tenant, employ, test, upload):
    tenant.sheet(LATEST).items.append(tenant.new_item("メモ"))
    tenant.sheet(ALL).items.append(tenant.new_item("メモ"))
    person = employ("E1")
    foreign = {"受検日": "2019-05-05", "受検者詳細リンク": "https://other.example.com/r/1", "メモ": "他社の検査"}
    tenant.write_records(tenant.sheet(LATEST), "E1", [{"メモ": "面談済み"}])
    tenant.write_records(tenant.sheet(ALL), "E1", [foreign])
    first = test(person, date(2026, 1, 1))
    upload()
    with_note = {**tenant.records(ALL, "E1")[1], "メモ": "本人の希望"}
    tenant.write_records(tenant.sheet(ALL), "E1", [foreign, with_note])
    second = test(person, date(2026, 2, 1))

    upload()

    assert tenant.records(LATEST, "E1")[0]["メモ"] == "面談済み"
    assert tenant.records(ALL, "E1")[0] == foreign
    assert [(record["受検者詳細リンク"], record.get("メモ")) for record in tenant.records(ALL, "E1")[1:]] == [
        (page(first), "本人の希望"),
        (page(second), None),
    ]


@pytest.mark.long
def test_a_moved_site_corrects_the_links_and_doubles_nothing(tenant, employ, test, upload, settings):
    result = test(employ("E1"))
    upload()
    settings.SITE_URL = "https://mikiwame.example.co.jp"

    job = upload()

    moved = f"https://mikiwame.example.co.jp/results/{result.public_id}/"
    assert links(tenant.records(ALL, "E1")) == links(tenant.records(LATEST, "E1")) == [moved]
    assert job.counts["updated"] == 1


@pytest.mark.usefixtures("three_a_chunk")
@pytest.mark.parametrize("number_of_people", [3, 4])
def test_it_needs_the_fewest_calls(number_of_people, tenant, employ, test, upload):
    for number in range(number_of_people):
        test(employ(f"E{number}"))

    job = upload()

    assert len(tenant.update_calls) == 2 * -(-number_of_people // 3)
    assert job.state["calls"] == {"needed": len(tenant.update_calls), "made": len(tenant.update_calls)}


def test_it_uses_only_partial_updates(tenant, employ, test, upload):
    test(employ("E1"))

    upload()

    assert {call.method for call in tenant.calls} == {"GET", "PATCH", "POST"}
    assert {call.path for call in tenant.calls if call.method == "POST"} == {"/token"}


def test_a_scale_is_sent_as_the_settings_say(tenant, employ, test, upload, connection):
    for name in ("充実感", "安心感"):
        tenant.sheet(LATEST).items.append(tenant.new_item(name, "number_box"))
    connection.scale_switches = {"fulfillment": True, "listening": False}
    connection.save()
    test(employ("E1"))

    upload()

    [record] = tenant.records(LATEST, "E1")
    assert record["充実感"] == "50.0"
    assert "安心感" not in record
    assert "傾聴傾向" not in record
    assert Scale.objects.get(code="security").kaonavi_item == "off"


def test_it_remembers_whose_results_were_confirmed(employ, test, upload):
    person, nobody = employ("E1"), employ("E2", is_member=False)
    result = test(person)
    test(nobody)

    upload()

    [registration] = ResultRegistration.objects.all()
    assert (registration.employee, registration.assessment) == (person, result)


def test_it_needs_no_result_at_all(tenant, upload):
    job = upload()

    assert (job.status, job.total) == ("succeeded", 0)
    assert job.message.startswith("送る検査結果がありません。")
    assert tenant.update_calls == []


def test_a_finished_run_keeps_no_values_of_people(employ, test, upload):
    test(employ("E1"))

    job = upload()

    assert [bytes(chunk.content) for chunk in job.chunks.all()] == [b"", b""]
    assert SyncJob.objects.get().status == "succeeded"
