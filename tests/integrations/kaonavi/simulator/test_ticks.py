"""操作対象の管理: what is not ticked is not answered."""

import pytest

from integrations.kaonavi.simulator.state import Operation, Sheet, State
from tests.integrations.kaonavi.simulator.company import Api, row


def test_a_fresh_company_has_no_box_ticked():
    assert State().ticks == {}


@pytest.mark.parametrize("path", ["/members", "/departments", "/enum_options"])
def test_a_read_without_its_tick_is_forbidden(api: Api, path: str):
    answer = api.get(path)

    assert answer.status_code == 403
    assert answer.json()["errors"][0].startswith("[SIM] ")


def test_layouts_are_readable_without_a_tick(api: Api, latest: Sheet):
    api.tenant.state.ticks.clear()

    paths = ["/member_layouts", "/sheet_layouts", f"/sheet_layouts/{latest.id}"]
    assert [api.get(path).status_code for path in paths] == [200, 200, 200]

    api.tenant.set_knobs(layouts_need_tick=True)
    assert [api.get(path).status_code for path in paths] == [403, 403, 403]
    api.tenant.tick("layouts", "read")
    assert [api.get(path).status_code for path in paths] == [200, 200, 200]


def test_layouts_can_hide_sheets_without_a_tick(api: Api, latest: Sheet, history: Sheet):
    api.tenant.set_knobs(layouts_hide_unticked_sheets=True)
    api.tenant.untick(latest)

    assert [sheet["id"] for sheet in api.get("/sheet_layouts").json()["sheets"]] == [history.id]
    assert api.get(f"/sheet_layouts/{latest.id}").status_code == 404


def test_the_tick_of_the_members_serves_the_departments_too(api: Api):
    api.tenant.tick("members", "read")
    assert api.get("/departments").status_code == 200


def test_the_departments_can_have_a_tick_of_their_own(api: Api):
    api.tenant.set_knobs(departments_need_own_tick=True)
    api.tenant.tick("members", "read")
    assert api.get("/departments").status_code == 403

    api.tenant.tick("departments", "read")
    assert api.get("/departments").status_code == 200


def test_each_sheet_has_ticks_of_its_own(api: Api, latest: Sheet, history: Sheet):
    api.tenant.untick(latest)
    api.tenant.tick(latest, "read")

    assert api.get(f"/sheets/{latest.id}").status_code == 200
    assert api.patch(latest, row(latest, "E1", {"受検日": "2026-03-01"})).status_code == 403
    assert api.patch(history, row(history, "E1", {"受検日": "2026-03-01"})).status_code == 200


@pytest.mark.parametrize(
    ("needs", "ticked", "status"),
    [
        ("create", ["create"], 200),
        ("create", ["update"], 403),
        ("update", ["update"], 200),
        ("both", ["create"], 403),
        ("both", ["create", "update"], 200),
    ],
)
def test_which_box_an_addition_needs_is_a_knob(
    api: Api, history: Sheet, needs: str, ticked: list[Operation], status: int
):
    api.tenant.set_knobs(add_needs=needs)
    api.tenant.untick(history)
    api.tenant.tick(history, *ticked)

    assert api.add(history, row(history, "E1", {"受検日": "2026-03-01"})).status_code == status


def test_the_status_of_a_missing_tick_is_a_knob(api: Api):
    api.tenant.set_knobs(tick_off_status=404)
    assert api.get("/members").status_code == 404
