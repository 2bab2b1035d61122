"""Pages with many rows: time at the server and SQL statements, beside the least that a page can do."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from departments.models import Department
from employees.models import Employee
from integrations.models import SyncIssue, SyncJob
from script.benchmark.company import KANA, SURNAMES
from script.benchmark.databases import start_afresh

REPEATED = 11
BATCH = 2000


def measure(*, people: int, departments: int, issues: int) -> dict[str, dict[str, float | str]]:
    """Seconds (median), SQL statements and address by page."""
    start_afresh()
    job = fill(people, departments, issues)
    client = Client()
    client.force_login(User.objects.get_or_create(username="measured", is_superuser=True)[0])
    listing = reverse("employees:list")
    addresses = {
        "bare": "/bare",
        "first page": listing,
        "deep page": f"{listing}?page={people // 50}",
        "search": f"{listing}?q=member0000",
        "filter": f"{listing}?type=contract&retired=no",
        "tree": reverse("departments:list"),
        "job": job.get_absolute_url(),
    }
    return {name: look(client, address) for name, address in addresses.items()}


def look(client: Client, address: str) -> dict[str, float | str]:
    with CaptureQueriesContext(connection) as captured:
        get(client, address)
    statements = len(captured)  # the next request forgets them
    return {
        "seconds": median(timed(lambda: get(client, address)) for _ in range(REPEATED)),
        "statements": statements,
        "address": address,
    }


def get(client: Client, address: str) -> None:
    status = client.get(address).status_code
    if status != 200:
        raise AssertionError(f"{address}: {status}")


def timed(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def fill(people: int, departments: int, issues: int) -> SyncJob:
    """People in a tree ten to a branch, a run with a hundredth of the issues, and the run with all of them."""
    now = timezone.now()
    tree = [
        Department(id=number, code=f"D{number}", name=f"部署{number}", parent_id=number // 10 or None, order=number)
        for number in range(1, departments + 1)
    ]
    Department.objects.bulk_create(tree, batch_size=BATCH)
    Employee.objects.bulk_create((employee(number, departments) for number in range(people)), batch_size=BATCH)
    for failed in (issues // 100, issues):
        job = SyncJob.objects.create(kind="employees", status="partial", failed=failed, started_at=now, finished_at=now)
        SyncIssue.objects.bulk_create((issue(job, number) for number in range(failed)), batch_size=BATCH)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return job


def employee(number: int, departments: int) -> Employee:
    kind = number % len(SURNAMES)
    return Employee(
        email=f"member{number:06}@example.co.jp",
        employee_number=f"E{number:06}",
        last_name=SURNAMES[kind],
        first_name=f"{number}子",
        last_name_kana=KANA[kind],
        first_name_kana="ハナコ",
        birth_date=date(1960, 1, 1) + timedelta(days=number * 7 % 16_000),
        department_id=number % departments + 1,
        position="課長",
        employment_type=("regular", "contract", "part_time")[number % 3],
        is_retired=number % 20 == 0,
        last_seen_at=timezone.now(),
    )


def issue(job: SyncJob, number: int) -> SyncIssue:
    return SyncIssue(
        job=job,
        severity="error",
        reason=("MEMBER_MAIL_INVALID", "MEMBER_DEPARTMENT_UNKNOWN", "MEMBER_DATE_INVALID")[number % 3],
        subject_key=f"E{number:06}",
        subject_name="青木 葵",
        email=f"member{number:06}@example.co.jp",
        field="メール",
        value="値",
        detail="この行は取り込めませんでした。" * 3,
        remedy="カオナビで値を直してから、もう一度実行してください。" * 2,
    )
