"""Somebody is deleted while their results are on their way: when the run has ended, nothing of them is left in its records."""

import pytest

from integrations import actions, runner
from integrations.connecting import open_client
from integrations.mapping import sheets
from tests.screens.test_erasure import left_of

CANARY = ("CANARY-7", "canary-7@example.co.jp", "金糸雀")
WORDS = ["CANARY-7 の 77.7 は登録できません"]


@pytest.mark.usefixtures("one_a_chunk", "connection")
@pytest.mark.parametrize("refusal", [None, "status", "task_ng"])
@pytest.mark.parametrize("steps", range(1, 12))
def test_nothing_is_left_whenever_they_go(steps: int, tenant, employ, test, refusal: str | None):
    canary = employ("CANARY-7", last_name="金糸雀")
    for person in (canary, employ("E2")):
        test(person, score=77.7)
    if refusal:
        path = f"^/sheets/{tenant.sheet(sheets.LATEST.name).id}$"
        tenant.fail(refusal, method="PATCH", path=path, codes=["CANARY-7"], status=400, messages=WORDS)
    job = actions.start_job(kind="results", by=None, here=True)
    number, done = job.lease, 0
    while (step := runner.advance(job.pk, number, worker="test", connect=open_client)) is not None:
        number, done = step.number, done + 1
        if done == steps:
            canary.delete()
    if done < steps:
        canary.delete()
    job.refresh_from_db()

    assert job.finished_at is not None
    assert left_of(CANARY) == set()
