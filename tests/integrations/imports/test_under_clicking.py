"""People go on saving while a run plans and writes: it gets through at the first try, and nobody waits for it
noticeably.

The clicks are real transactions on connections of their own, as the pages make them: a row is locked, then saved.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle

import pytest
from django.db import connections, transaction
from django.db.models import Model

from assessments.models import Assessment
from departments.models import Department
from employees.models import Employee
from integrations.kaonavi.simulator.tenant import Tenant
from integrations.models import SyncJob
from tests.integrations.files.files import csv_file, take_file

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
Run = Callable[..., SyncJob]

CLICKS_A_SECOND = 25


class Clicking:
    """Somebody who saves one row after the other. `waits` are the seconds that each save took."""

    def __init__(self, model: type[Model], field: str, *, a_second: float) -> None:
        self.rows = model._default_manager.all()
        self.field = field
        self.pause = 1 / a_second
        self.waits: list[float] = []
        self.troubles: list[BaseException] = []
        self.stopped = threading.Event()

    def click(self) -> None:
        try:
            pks = list(self.rows.values_list("pk", flat=True))
            for number, pk in enumerate(cycle(pks)):
                if self.stopped.wait(self.pause):
                    return
                began = time.monotonic()
                with transaction.atomic():
                    row = self.rows.select_for_update().get(pk=pk)
                    setattr(row, self.field, str(number % 100_000))
                    row.save(update_fields=[self.field])
                self.waits.append(time.monotonic() - began)
        except BaseException as error:  # noqa: BLE001 - shown to the test, which a thread cannot fail
            self.troubles.append(error)
        finally:
            connections.close_all()


@contextmanager
def clicking(model: type[Model], field: str, *, a_second: float) -> Iterator[Clicking]:
    somebody = Clicking(model, field, a_second=a_second)
    thread = threading.Thread(target=somebody.click)
    thread.start()
    try:
        yield somebody
    finally:
        somebody.stopped.set()
        thread.join()
    assert somebody.troubles == []


def marry(tenant: Tenant, times: int) -> None:
    for member in tenant.state.members:
        member.name = f"赤井{times} 直樹"


def fill(tenant: Tenant, run: Run, members: int) -> None:
    for number in range(members):
        tenant.add_member(
            f"{number:05}", name="青山 直樹", name_kana="アオヤマ ナオキ", mail=f"m{number}@example.co.jp"
        )
    assert run("employees").created == members


def test_a_sync_gets_through_although_everybody_is_edited_again_and_again(tenant: Tenant, run: Run):
    fill(tenant, run, 150)
    with clicking(Employee, "position", a_second=400) as somebody:
        for times in range(3):
            marry(tenant, times)
            job = run("employees", approve=True)  # what was clicked in is blanked, which would be asked about
            assert (job.status, job.updated, job.attempts) == ("succeeded", 150, 1)
    assert somebody.waits
    assert set(Employee.objects.values_list("last_name", flat=True)) == {"赤井2"}


def test_a_file_of_people_gets_through(tenant: Tenant, run: Run):
    fill(tenant, run, 150)
    lines = [(f"m{number}@example.co.jp", "青山", "直美") for number in range(150)]
    with clicking(Employee, "position", a_second=400):
        job = take_file("employees_file", csv_file(["メールアドレス", "姓", "名"], *lines))
    assert (job.status, job.updated, job.attempts) == ("succeeded", 150, 1)
    assert Employee.objects.exclude(position="").exists()  # what was typed meanwhile stays


def test_a_file_of_results_gets_through(tenant: Tenant, run: Run):
    fill(tenant, run, 150)
    for person in Employee.objects.all():
        Assessment.objects.create(employee=person, title="検査", taken_on="2026-04-01", grade="A")
    lines = [(f"m{number}@example.co.jp", "検査", "2026-04-01", "B") for number in range(150)]
    with clicking(Assessment, "grade", a_second=400):
        job = take_file("assessments_file", csv_file(["メールアドレス", "検査名", "受検日", "判定"], *lines))
    assert (job.status, job.attempts) == ("succeeded", 1)
    assert job.updated + job.unchanged == 150


def test_a_sync_of_departments_gets_through(tenant: Tenant, run: Run):
    for number in range(60):
        tenant.add_department(f"{number}", f"部{number}")
    assert run("departments").created == 60
    with clicking(Department, "order", a_second=400):
        for department in tenant.state.departments:
            department.name += "新"
        job = run("departments")
    assert (job.status, job.updated, job.attempts) == ("succeeded", 60, 1)


@pytest.mark.long
def test_six_syncs_of_3000_get_through_at_the_first_try_under_25_saves_a_second(tenant: Tenant, run: Run):
    fill(tenant, run, 3000)
    runs: list[float] = []
    with clicking(Employee, "position", a_second=CLICKS_A_SECOND) as somebody:
        for times in range(6):
            marry(tenant, times)
            began = time.monotonic()
            job = run("employees", approve=True)  # the clicks put in what カオナビ has blank, and an alarm would ask
            runs.append(time.monotonic() - began)
            assert (job.status, job.updated, job.attempts) == ("succeeded", 3000, 1)
    assert max(somebody.waits) < max(runs), (somebody.waits, runs)  # for a part of one run, however slow the machine is
    assert set(Employee.objects.values_list("last_name", flat=True)) == {"赤井5"}
