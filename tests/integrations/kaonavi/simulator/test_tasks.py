"""Asynchronous tasks: they end by the clock, and only then does the sheet change."""

from integrations.kaonavi.simulator.state import Sheet
from integrations.kaonavi.simulator.tenant import Tenant
from tests.integrations.kaonavi.simulator.company import Api, Clock, row


def test_a_task_waits_runs_and_ends(api: Api, latest: Sheet, tenant: Tenant, clock: Clock):
    tenant.set_knobs(task_delay=10)
    answer = api.patch(latest, row(latest, "E1", {"受検日": "2026-03-30"}))
    task_id = answer.json()["task_id"]

    assert api.get(f"/tasks/{task_id}").json() == {"id": task_id, "status": "WAITING"}
    clock.seconds += 5
    assert api.get(f"/tasks/{task_id}").json() == {"id": task_id, "status": "RUNNING"}
    assert tenant.records(latest, "E1") == []
    clock.seconds += 5
    assert api.get(f"/tasks/{task_id}").json() == {"id": task_id, "status": "OK", "messages": []}
    assert tenant.records(latest, "E1") == [{"受検日": "2026-03-30"}]


def test_messages_of_a_good_end_may_be_absent(api: Api, latest: Sheet, tenant: Tenant):
    tenant.set_knobs(finished_messages="absent")
    task_id = api.patch(latest, row(latest, "E1", {"受検日": "2026-03-30"})).json()["task_id"]
    assert api.get(f"/tasks/{task_id}").json() == {"id": task_id, "status": "OK"}


def test_task_ids_are_increasing_integers(api: Api, latest: Sheet):
    good = row(latest, "E1", {"受検日": "2026-03-30"})
    first, second = (api.patch(latest, good).json()["task_id"] for _ in range(2))
    assert isinstance(first, int)
    assert second == first + 1


def test_tasks_run_one_after_the_other(api: Api, latest: Sheet, tenant: Tenant, clock: Clock):
    tenant.set_knobs(task_delay=10)
    first = api.patch(latest, row(latest, "E1", {"受検日": "2026-03-30"}))
    second = api.patch(latest, row(latest, "E1", {"受検日": "2026-03-31"}))

    clock.seconds += 10
    assert [api.status(first), api.status(second)] == ["OK", "WAITING"]
    clock.seconds += 10
    assert api.status(second) == "OK"
    assert tenant.records(latest, "E1") == [{"受検日": "2026-03-31"}]


def test_tasks_can_run_side_by_side(api: Api, latest: Sheet, tenant: Tenant, clock: Clock):
    tenant.set_knobs(task_delay=10, tasks_in_order=False)
    tasks = [api.patch(latest, row(latest, code, {"受検日": "2026-03-30"})) for code in ("E1", "E2")]
    clock.seconds += 10
    assert [api.status(task) for task in tasks] == ["OK", "OK"]


def test_a_task_whose_sheet_is_gone_ends_ng(api: Api, latest: Sheet, tenant: Tenant, clock: Clock):
    tenant.set_knobs(task_delay=10)
    task_id = api.patch(latest, row(latest, "E1", {"受検日": "2026-03-30"})).json()["task_id"]
    tenant.remove_sheet(latest)
    clock.seconds += 10

    answer = api.get(f"/tasks/{task_id}").json()

    assert answer["status"] == "NG"
    assert answer["messages"][0].startswith("[SIM] ")


def test_an_unknown_task_is_not_found(api: Api):
    assert api.get("/tasks/1").status_code == 404


def test_finished_tasks_can_be_forgotten(api: Api, latest: Sheet, tenant: Tenant, clock: Clock):
    tenant.set_knobs(task_retention=30)
    task_id = api.patch(latest, row(latest, "E1", {"受検日": "2026-03-30"})).json()["task_id"]
    clock.seconds += 30
    assert api.get(f"/tasks/{task_id}").status_code == 200
    clock.seconds += 1
    assert api.get(f"/tasks/{task_id}").status_code == 404


def test_results_can_become_visible_late(api: Api, latest: Sheet, tenant: Tenant, clock: Clock):
    tenant.set_knobs(visible_delay=90)
    answer = api.patch(latest, row(latest, "E1", {"受検日": "2026-03-30"}))

    assert api.status(answer) == "OK"
    assert api.get(f"/sheets/{latest.id}").json()["member_data"] == []
    clock.seconds += 90
    assert [member["code"] for member in api.get(f"/sheets/{latest.id}").json()["member_data"]] == ["E1"]
