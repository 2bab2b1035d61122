"""An undo of an upload under the same faults: it goes on where it was, and the sheets end up as they were before."""

import pytest

from integrations import actions
from integrations.models import SyncJob
from integrations.rules.results import sheets
from tests.factories.pairs import pairs
from tests.integrations.upload.test_kills import EACH, KILLABLE, Executioner, drive
from tests.integrations.upload.test_undo import picture

LATEST, ALL = sheets.LATEST.name, sheets.ALL.name
FOREIGN = {"受検日": "2019-05-05", "受検者詳細リンク": "https://other.example.com/r/1"}


def undo(job):
    return actions.undo_job(job, by=None, approve=True, inline=True)


def patches(tenant, sheet=""):
    path = f"/sheets/{tenant.sheet(sheet).id}" if sheet else "/sheets/"
    return [call for call in tenant.calls if call.method == "PATCH" and call.path.startswith(path)]


@pytest.fixture
def staff(tenant, employ, test):
    """Three people, of whom one has a record of others."""
    for number in ("E1", "E2", "E3"):
        test(employ(number))
    tenant.write_records(tenant.sheet(ALL), "E2", [FOREIGN])
    return picture(tenant)


@pytest.mark.parametrize(
    ("fault", "sheet"),
    pairs(
        [
            {"kind": "status", "status": 429},
            {"kind": "reset"},
            {"kind": "status", "status": 502, "body": "html"},
            {"kind": "lose_answer"},
            {"kind": "task_ng", "times": 1},
        ],
        [LATEST, ALL],
    ),
)
def test_whatever_goes_wrong_on_the_way_the_sheets_are_as_before(sheet, fault, tenant, staff, upload):
    job = upload()
    tenant.fail(**fault, method="PATCH", path=f"^/sheets/{tenant.sheet(sheet).id}$")

    undoing = upload(undo(job))

    assert (undoing.status, undoing.counts["updated"]) == ("succeeded", 3)
    assert picture(tenant) == staff
    assert undoing.changes.count() == undoing.before_images.count() == 6


def test_rows_that_are_refused_are_searched_and_the_undo_may_be_repeated(tenant, staff, upload):
    job = upload()
    path = f"^/sheets/{tenant.sheet(LATEST).id}$"
    fault = tenant.fail(
        "status", method="PATCH", path=path, codes=["E1"], status=400, messages=["E1 は登録できません"], times=None
    )

    undoing = upload(undo(job))

    assert (undoing.status, undoing.counts["updated"], undoing.counts["failed"]) == ("partial", 2, 1)
    assert [(issue.reason, issue.subject_key) for issue in undoing.issues.all()] == [("RESULT_REFUSED", "E1")]
    tenant.state.faults.remove(fault)
    rest = upload(undo(job))
    assert (rest.status, rest.counts["updated"], rest.counts["unchanged"]) == ("succeeded", 1, 2)
    assert picture(tenant) == staff


@pytest.fixture(
    params=[
        pytest.param((2, 17), id="some moments"),
        pytest.param((1, EACH), id="every moment", marks=pytest.mark.long),
    ]
)
def step(request, settings):
    """As for the upload itself."""
    settings.KAONAVI_CHUNK_RECORDS, step = request.param
    return step


@pytest.mark.usefixtures("connection")
def test_killed_at_any_moment_it_leaves_the_sheets_as_they_were(monkeypatch, step, tenant, staff, upload):
    before, job = staff, upload()
    after = picture(tenant)
    rows = [(sheet, {code: [*records] for code, records in sheet.rows.items()}) for sheet in tenant.state.sheets]
    for moment in range(0, KILLABLE, step):
        SyncJob.objects.filter(pk=job.pk).update(undone_at=None)
        SyncJob.objects.filter(kind="undo").delete()
        for sheet, then in rows:
            sheet.rows.clear()
            sheet.rows.update({code: [dict(record) for record in records] for code, records in then.items()})
        assert picture(tenant) == after
        with monkeypatch.context() as patch:
            executioner = Executioner(patch, moment)
            undoing = undo(job)
            deaths = drive(undoing)
        undoing.refresh_from_db()
        assert (undoing.status, undoing.counts["updated"]) == ("succeeded", 3), (moment, undoing.message)
        assert undoing.changes.count() == undoing.before_images.count() == 6, moment
        assert picture(tenant) == before, moment
        if moment and not deaths:
            break
    else:
        pytest.fail("the run has more moments than were tried")
    assert executioner.count > 20


@pytest.mark.long
def test_512_people_are_taken_back_in_the_fewest_calls(tenant, employ, test, upload):
    for number in range(512):
        test(employ(f"E{number:04}"))
    for number in range(0, 512, 5):
        tenant.write_records(tenant.sheet(ALL), f"E{number:04}", [FOREIGN])
    before = picture(tenant)
    job = upload()
    calls = len(patches(tenant))
    for sheet in (LATEST, ALL):
        tenant.fail("status", method="PATCH", path=f"^/sheets/{tenant.sheet(sheet).id}$", status=429, times=2)

    undoing = upload(undo(job))

    assert (undoing.status, undoing.message) == (
        "succeeded",
        "カオナビで512件中512件が元の内容に戻ったことを確認しました。",
    )
    assert picture(tenant) == before
    assert undoing.state["calls"] == {"needed": 2, "made": 2}
    assert len(patches(tenant)) == calls + 2 + 4
