"""PUT, PATCH and add on both kinds of sheet."""

import pytest

from integrations.kaonavi.simulator.state import Sheet
from integrations.kaonavi.simulator.tenant import Tenant
from tests.integrations.kaonavi.simulator.company import Api, row


def test_patch_on_a_single_record_changes_only_what_is_sent(api: Api, latest: Sheet, tenant: Tenant):
    tenant.write_records(latest, "E1", [{"受検日": "2025-01-01", "傾聴傾向": "40"}])
    tenant.write_records(latest, "E2", [{"受検日": "2025-02-02"}])

    api.patch(latest, row(latest, "E1", {"受検日": "2026-03-30", "主張傾向": "61.5"}))

    assert tenant.records(latest, "E1") == [{"受検日": "2026-03-30", "傾聴傾向": "40", "主張傾向": "61.5"}]
    assert tenant.records(latest, "E2") == [{"受検日": "2025-02-02"}]


def test_patch_clears_a_field_with_a_blank_text(api: Api, latest: Sheet, tenant: Tenant):
    tenant.write_records(latest, "E1", [{"受検日": "2025-01-01", "傾聴傾向": "40"}])

    api.patch(latest, row(latest, "E1", {"傾聴傾向": ""}))

    assert tenant.records(latest, "E1") == [{"受検日": "2025-01-01"}]


def test_patch_makes_a_record_for_a_member_that_has_none(api: Api, latest: Sheet, tenant: Tenant):
    api.patch(latest, row(latest, "E1", {"受検日": "2026-03-30"}))

    assert tenant.records(latest, "E1") == [{"受検日": "2026-03-30"}]


def test_put_on_a_single_record_erases_what_is_not_sent(api: Api, latest: Sheet, tenant: Tenant):
    tenant.write_records(latest, "E1", [{"受検日": "2025-01-01", "傾聴傾向": "40"}])
    tenant.write_records(latest, "E2", [{"受検日": "2025-02-02"}])

    api.put(latest, row(latest, "E1", {"受検日": "2026-03-30"}))

    assert tenant.records(latest, "E1") == [{"受検日": "2026-03-30"}]
    assert tenant.records(latest, "E2") == []


def test_whether_put_erases_members_that_are_not_sent_is_a_knob(api: Api, latest: Sheet, tenant: Tenant):
    tenant.set_knobs(put_erases_unsent_members=False)
    tenant.write_records(latest, "E2", [{"受検日": "2025-02-02"}])

    api.put(latest, row(latest, "E1", {"受検日": "2026-03-30"}))

    assert tenant.records(latest, "E2") == [{"受検日": "2025-02-02"}]


def test_add_is_not_allowed_on_a_single_record_sheet(api: Api, latest: Sheet, tenant: Tenant):
    answer = api.add(latest, row(latest, "E1", {"受検日": "2026-03-30"}))

    assert answer.status_code == 400
    assert tenant.tasks == []


def test_patch_on_many_records_replaces_the_whole_list_of_each_member_sent(api: Api, history: Sheet, tenant: Tenant):
    tenant.write_records(history, "E1", [{"受検日": "2024-01-01"}, {"受検日": "2025-01-01"}])
    tenant.write_records(history, "E2", [{"受検日": "2025-02-02"}])

    api.patch(history, row(history, "E1", {"受検日": "2026-03-30"}, {"受検日": "2023-05-05"}))

    assert tenant.records(history, "E1") == [{"受検日": "2026-03-30"}, {"受検日": "2023-05-05"}]
    assert tenant.records(history, "E2") == [{"受検日": "2025-02-02"}]


def test_put_on_many_records_replaces_the_sheet_in_the_order_sent(api: Api, history: Sheet, tenant: Tenant):
    tenant.write_records(history, "E2", [{"受検日": "2025-02-02"}])

    api.put(history, row(history, "E1", {"受検日": "2026-03-30"}, {"受検日": "2023-05-05"}))

    assert tenant.records(history, "E1") == [{"受検日": "2026-03-30"}, {"受検日": "2023-05-05"}]
    assert tenant.records(history, "E2") == []


def test_add_appends_and_is_not_repeatable(api: Api, history: Sheet, tenant: Tenant):
    tenant.write_records(history, "E1", [{"受検日": "2024-01-01"}])
    new = row(history, "E1", {"受検日": "2026-03-30"})

    api.add(history, new)
    api.add(history, new)

    days = [record["受検日"] for record in tenant.records(history, "E1")]
    assert days == ["2024-01-01", "2026-03-30", "2026-03-30"]


def test_a_dry_run_checks_but_writes_nothing(api: Api, latest: Sheet, tenant: Tenant):
    good, bad = row(latest, "E1", {"受検日": "2026-03-30"}), row(latest, "E1", {"受検日": "soon"})

    assert api.patch(latest, good, headers={"Dry-Run": "1"}).status_code == 200
    assert api.patch(latest, bad, headers={"Dry-Run": "1"}).status_code == 400

    assert tenant.records(latest, "E1") == []
    assert tenant.tasks == []


def test_a_company_can_overlook_the_dry_run_header(api: Api, latest: Sheet, tenant: Tenant):
    tenant.set_knobs(dry_run_ignored=True)

    answer = api.patch(latest, row(latest, "E1", {"受検日": "2026-03-30"}), headers={"Dry-Run": "1"})

    assert "task_id" in answer.json()
    assert tenant.records(latest, "E1") == [{"受検日": "2026-03-30"}]


def test_a_check_box_takes_several_values(api: Api, latest: Sheet, tenant: Tenant):
    latest.items.append(tenant.new_item("担当", "check_box", options=["A", "B", "C"]))

    api.patch(latest, row(latest, "E1", {"担当": ["A", "C"]}))

    assert tenant.records(latest, "E1") == [{"担当": "A、C"}]


@pytest.mark.parametrize(("form", "stored"), [("as_sent", "50.0"), ("shortest", "50")])
def test_how_numbers_are_kept_is_a_knob(api: Api, latest: Sheet, tenant: Tenant, form: str, stored: str):
    tenant.set_knobs(number_form=form)
    api.patch(latest, row(latest, "E1", {"傾聴傾向": "50.0"}))
    assert tenant.records(latest, "E1") == [{"傾聴傾向": stored}]


def test_the_status_of_an_accepted_write_is_a_knob(api: Api, latest: Sheet, tenant: Tenant):
    tenant.set_knobs(write_status=202)
    assert api.patch(latest, row(latest, "E1", {"傾聴傾向": "50"})).status_code == 202
