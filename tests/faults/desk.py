"""Somebody at a terminal of the product: `python -m tests.faults.desk` does what lines of JSON on standard input ask
for.

One long-lived process instead of a management command a question: starting Python takes longer than most faults.
A line is `{"call": NAME, …arguments}`, the answer `{"gives": …}` or `{"error": KIND, "text": …}`.
"""

import json
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.contrib.auth.models import User
from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError, connection, connections, transaction
from django.db.models import Count

from assessments.models import Assessment, PersonalityType, Scale
from employees.models import Employee
from integrations import actions, tasks
from integrations.jobs import workers
from integrations.jobs.serialize import job_json
from integrations.models import SyncChange, SyncJob, WorkerHeartbeat


def connect(key: str, secret: str) -> None:
    actions.connect(key=key, secret=secret, by=None)


def disconnect() -> bool:
    return actions.disconnect(by=None)


def wipe() -> None:
    """Forget all people and runs."""
    SyncJob.objects.all().delete()
    Employee.objects.all().delete()


def administrator(name: str, password: str) -> None:
    """Somebody who may log in."""
    User.objects.filter(username=name).delete()
    User.objects.create_superuser(name, password=password)


def start(kind: str = "employees", **options: Any) -> int:
    return actions.start_job(kind=kind, by=None, **options).pk


def take_in(kind: str, text: str) -> int:
    """Start the import of a file."""
    return actions.start_job(kind=kind, by=None, file=("file.csv", text.encode())).pk


def examine(number: int, taken_on: str, score: float) -> None:
    """A result of the member of that number, who becomes one of us with the first one."""
    name, mail = f"{number:05}", f"m{number}@example.co.jp"
    person, _ = Employee.objects.get_or_create(
        employee_number=name, defaults={"email": mail, "last_name": "社員", "first_name": str(number)}
    )
    scores = dict.fromkeys(Scale.objects.values_list("code", flat=True), score)
    kind = PersonalityType.objects.get(code="promoter")
    Assessment.objects.create(employee=person, taken_on=taken_on, personality_type=kind, scores=scores)


def approve(job: int) -> int:
    return actions.approve_job(SyncJob.objects.get(pk=job), by=User.objects.get_or_create(username="taro")[0]).pk


def insert(**fields: Any) -> int:
    """The row of a run, as somebody else has written it; no message is sent."""
    return SyncJob.objects.create(**fields).pk


def can_write() -> bool:
    """Whether the database takes a write within a moment."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA busy_timeout = 300")
    try:
        WorkerHeartbeat.objects.filter(name="nobody").delete()
    except OperationalError:
        return False
    return True


def cancel(job: int) -> None:
    actions.cancel_job(SyncJob.objects.get(pk=job), by=None)


def job(job: int) -> dict[str, Any]:
    return job_json(SyncJob.objects.get(pk=job))


def change(job: int, **fields: Any) -> None:
    """Write into the row of a job."""
    SyncJob.objects.filter(pk=job).update(**fields)


def unfinished() -> list[int]:
    return list(SyncJob.objects.unfinished().values_list("pk", flat=True))


def people() -> dict[str, int]:
    """How many there are, how many of their mails differ, and how often one of them was created more than once."""
    creations = SyncChange.objects.filter(what="employee", action="create").order_by().values("job", "key")
    twice = creations.annotate(times=Count("pk")).filter(times__gt=1).count()
    mails = Employee.objects.values("email").distinct().count()
    return {"rows": Employee.objects.count(), "mails": mails, "created_twice": twice}


def worker_versions() -> dict[str, str]:
    return dict(WorkerHeartbeat.objects.values_list("name", "version"))


def trouble() -> str:
    return workers.problem()


def wake(job: int, number: int, times: int = 1) -> None:
    """Send the message of a step, as often as asked."""
    for _ in range(times):
        tasks.wake(job, number)


def rush(times: int, gate: str) -> list[str]:
    """So many starts at once, each in a thread of its own, as soon as the file `gate` is gone: "" or the refusal."""
    said: list[str] = []

    def try_it() -> None:
        while Path(gate).exists():  # a busy loop, so that all set off together
            pass
        try:
            start()
        except actions.AlreadyRunning as refusal:
            said.append(str(refusal))
        else:
            said.append("")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=try_it) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


@contextmanager
def writing_lock() -> Iterator[None]:
    """Nobody else writes to the table of people; with SQLite, to the database."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute('LOCK TABLE "employees_employee" IN SHARE MODE')
        yield


def block(gate: str, until_gone: str) -> None:
    """Hold that lock from now on, in another thread, until the file `until_gone` is gone. `gate` appears when it is
    held.
    """

    def hold() -> None:
        try:
            with writing_lock():
                Path(gate).touch()
                while Path(until_gone).exists():
                    threading.Event().wait(0.02)
        finally:
            connections.close_all()

    threading.Thread(target=hold, daemon=True).start()


def drop_connections() -> int:
    """End the sessions that have written people and not committed, as an operator of PostgreSQL or a broken network
    does.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid IN (SELECT pid FROM pg_locks"
            " WHERE relation = 'employees_employee'::regclass AND mode = 'RowExclusiveLock')"
        )
        return int(cursor.fetchone()[0])


def main() -> None:
    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["timeout"] = 20  # as the product: only workers are impatient here
    for line in sys.stdin:
        asked = json.loads(line)
        name = asked.pop("call")
        try:
            answer = {"gives": globals()[name](**asked)}
        except Exception as error:  # noqa: BLE001 - whatever it was, the test is told
            answer = {"error": type(error).__name__, "text": str(error)}
            sys.stderr.write(traceback.format_exc())
        finally:
            connections.close_all()
        sys.stdout.write(json.dumps(answer, cls=DjangoJSONEncoder) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
