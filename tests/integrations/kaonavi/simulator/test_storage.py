"""The state file: private, whole, and soon up to date."""

import json
import stat
import threading
from pathlib import Path

import pytest

from integrations.kaonavi.simulator.server import open_tenant
from integrations.kaonavi.simulator.state import Sheet
from integrations.kaonavi.simulator.storage import StateKeeper, load_state
from integrations.kaonavi.simulator.tenant import Tenant
from tests.integrations.kaonavi.simulator.company import Api, Clock, row


def test_everything_survives_a_restart(api: Api, latest: Sheet, tenant: Tenant, clock: Clock, tmp_path: Path):
    tenant.set_knobs(task_delay=10)
    tenant.advance(86_400)
    tenant.fail("status", path="^/never", status=500)
    task_id = api.patch(latest, row(latest, "E1", {"受検日": "2026-03-30"})).json()["task_id"]
    with StateKeeper(tenant, tmp_path / "state.json"):
        pass

    again = Tenant(load_state(tmp_path / "state.json"), clock=clock)

    assert again.state == tenant.state
    assert again.now() == tenant.now() == clock.seconds + 86_400
    assert again.state.tokens
    assert again.records(latest.id, "E1") == []
    clock.seconds += 10
    assert again.records(latest.id, "E1") == [{"受検日": "2026-03-30"}]
    assert again.tasks[-1].id == task_id


def test_the_file_is_private_and_shows_the_credentials_where_others_look(tenant: Tenant, tmp_path: Path):
    path = tmp_path / "new" / "state.json"
    with StateKeeper(tenant, path):
        saved = json.loads(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert saved["credentials"] == {
        "consumer_key": tenant.credentials.consumer_key,
        "consumer_secret": tenant.credentials.consumer_secret,
    }
    assert [file.name for file in path.parent.iterdir()] == ["state.json"]


def test_a_change_is_saved_without_being_asked_for(tenant: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    saved = threading.Event()
    save = StateKeeper.save

    def save_and_tell(keeper: StateKeeper) -> None:
        save(keeper)
        if any(member.code == "E77" for member in load_state(keeper.path).members):
            saved.set()

    monkeypatch.setattr(StateKeeper, "save", save_and_tell)
    with StateKeeper(tenant, tmp_path / "state.json"):
        tenant.add_member("E77")
        assert saved.wait(60)


def test_an_existing_file_is_kept_even_when_the_sample_company_is_asked_for(tenant: Tenant, tmp_path: Path):
    path = tmp_path / "state.json"
    with StateKeeper(tenant, path):
        pass
    assert [member.code for member in open_tenant(path, sample_company=True).state.members] == ["E1", "E2"]
    assert open_tenant(tmp_path / "fresh.json", sample_company=False).state.members == []
    assert len(open_tenant(tmp_path / "fresh.json", sample_company=True).state.members) > 1000


def test_a_file_that_is_none_of_ours_is_named_and_left_alone(tmp_path: Path):
    path = tmp_path / "state.json"
    path.write_text('{"members": 7}')
    with pytest.raises(SystemExit, match=r"state\.json"):
        open_tenant(path, sample_company=False)
    assert path.read_text() == '{"members": 7}'
