"""Somebody is deleted while their results are on their way: when the run has ended, nothing of them is left in its
records.
"""

import pytest

from assessments.models import Assessment
from employees.models import Employee
from integrations import actions, tasks
from integrations.connection.session import open_client
from integrations.jobs import runner
from integrations.models import BeforeImage
from integrations.rules.results import sheets
from tests.integrations.erasure.test_erasure import left_of

CANARY = ("CANARY-7", "canary-7@example.co.jp", "金糸雀")
AT_EACH_CHANGE = {(None, 3), ("status", 2), ("status", 4), ("task_ng", 6)}
WORDS = ["CANARY-7 の 77.7 は登録できません"]


@pytest.mark.usefixtures("one_a_chunk", "connection")
@pytest.mark.parametrize(
    ("refusal", "steps"),
    [
        pytest.param(refusal, steps, marks=() if (refusal, steps) in AT_EACH_CHANGE else pytest.mark.long)
        for refusal in (None, "status", "task_ng")
        for steps in range(1, 12)
    ],
)
def test_nothing_is_left_whenever_they_go(steps: int, tenant, employ, test, refusal: str | None):
    canary = employ("CANARY-7", last_name="金糸雀")
    number_of_canary = canary.pk
    for person in (canary, employ("E2")):
        test(person, score=77.7)
    if refusal:
        path = f"^/sheets/{tenant.sheet(sheets.LATEST.name).id}$"
        tenant.fail(refusal, method="PATCH", path=path, codes=["CANARY-7"], status=400, messages=WORDS)
    job = actions.start_job(kind="results", by=None, inline=True)
    number, done = job.lease, 0
    while (step := runner.advance(job.pk, number, worker="test", connect=open_client)) is not None:
        number, done = step.lease_number, done + 1
        if done == steps:
            canary.delete()
    if done < steps:
        canary.delete()
    job.refresh_from_db()

    assert job.finished_at is not None
    assert left_of(CANARY) == set()
    assert set(BeforeImage.objects.values_list("person", flat=True)) <= {person.pk} - {number_of_canary}


@pytest.mark.usefixtures("one_a_chunk", "connection")
def test_the_night_finds_whom_a_deletion_at_the_same_moment_left(tenant, employ, test, upload):
    canary = employ("CANARY-7", last_name="金糸雀")
    for person in (canary, employ("E2")):
        test(person, score=77.7)
    path = f"^/sheets/{tenant.sheet(sheets.LATEST.name).id}$"
    tenant.fail("task_ng", method="PATCH", path=path, codes=["CANARY-7"], messages=WORDS)
    job = upload()
    Assessment.objects.filter(employee=canary).delete()
    Employee.objects.filter(pk=canary.pk)._raw_delete("default")  # which tells nobody: it looked just before
    assert left_of(CANARY)
    tasks.remove_old_jobs()
    assert left_of(CANARY) == set()
    assert job.issues.count() == 1
