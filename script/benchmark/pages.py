"""Pages with many rows: processor time and SQL statements of each, beside the least that a page can do."""

from collections.abc import Iterable
from datetime import date, timedelta
from statistics import median

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from departments.models import Department
from employees import search_keys
from employees.models import Employee
from integrations.models import SyncIssue, SyncJob
from integrations.rules import fingerprint
from integrations.screens import counted
from script.benchmark.company import KANA, SURNAMES
from script.benchmark.databases import start_afresh
from script.benchmark.measuring import busy_seconds_with

BATCH = 2000
RUNS = 60  # more than a page of them
NEW_EVERY = 100  # issues: so many of them are in the run before, too


def measure(*, people: int, departments: int, issues: int, looks: int) -> dict[str, dict[str, float | str]]:
    """By page seconds of processor time (medians of so many `looks`; `anew`, of half as many, where problems are
    counted), SQL statements, address.
    """
    start_afresh()
    job = fill(people, departments, issues)
    client = Client()
    client.force_login(User.objects.get_or_create(username="measured", is_superuser=True)[0])
    return {name: look(client, address, looks) for name, address in addresses(job, people).items()}


def addresses(job: SyncJob, people: int) -> dict[str, str]:
    listing, run, problems = reverse("employees:list"), job.get_absolute_url(), reverse("integrations:problems")
    mail = f"member{people // 2:06}@example.co.jp"
    return {
        "bare": "/bare",
        "first page": listing,
        "deep page": f"{listing}?page={people // 50}",
        "search": f"{listing}?q=member0000",
        "search of a mail address": f"{listing}?q={mail}",
        "search of a name": f"{listing}?q={SURNAMES[0]}",
        "search that finds everybody": f"{listing}?q=example.co.jp",
        "filter": f"{listing}?type=contract&retired=no",
        "in service": f"{listing}?retired=no",
        "tree": reverse("departments:list"),
        "home": reverse("home"),
        "job": run,
        "job, search": f"{run}?q={mail}",
        "job, one reason": f"{run}?reason=MEMBER_MAIL_INVALID",
        "jobs": reverse("integrations:jobs"),
        "problems": problems,
        "problems, search": f"{problems}?q={mail}",
        "problems, one reason": f"{problems}?reason=MEMBER_MAIL_INVALID",
    }


def look(client: Client, address: str, looks: int) -> dict[str, float | str]:
    get(client, address)  # the first look within an hour is written down
    with CaptureQueriesContext(connection) as captured:
        get(client, address)
    statements = len(captured)  # the next request forgets them
    return {
        "seconds": median(busy(client, address) for _ in range(looks)),
        "anew": median(busy(client, address, anew=True) for _ in range(looks // 2 or 1)),
        "statements": statements,
        "address": address,
    }


def busy(client: Client, address: str, *, anew: bool = False) -> float:
    """Seconds of processor time of one look; `anew` as after a change of problems, which are counted again."""
    if anew:
        counted.kept.clear()
    return busy_seconds_with(connection, lambda: get(client, address))


def get(client: Client, address: str) -> None:
    status = client.get(address).status_code
    if status != 200:
        raise AssertionError(f"{address}: {status}")


def fill(people: int, departments: int, issues: int) -> SyncJob:
    """People in a tree ten to a branch, a run with a hundredth of the issues, and two with all of them, the newest of
    which has some that are new.
    """
    now = timezone.now()
    tree = [
        Department(id=number, code=f"D{number}", name=f"部署{number}", parent_id=number // 10 or None, order=number)
        for number in range(1, departments + 1)
    ]
    Department.objects.bulk_create(tree, batch_size=BATCH)
    Employee.objects.bulk_create((employee(number, departments) for number in range(people)), batch_size=BATCH)
    search_keys.fill()  # as a worker does after each run
    SyncJob.objects.bulk_create(
        SyncJob(kind="results", status="succeeded", created=number, started_at=now, finished_at=now)
        for number in range(RUNS)
    )
    numbers = range(issues)
    for told in (numbers[: issues // 100], [each for each in numbers if each % NEW_EVERY], numbers):
        job = run_with(told)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return job


def run_with(told: Iterable[int]) -> SyncJob:
    now, numbers = timezone.now(), list(told)
    job = SyncJob.objects.create(
        kind="employees", status="partial", failed=len(numbers), started_at=now, finished_at=now
    )
    SyncIssue.objects.bulk_create((issue(job, number) for number in numbers), batch_size=BATCH)
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
        fingerprint=fingerprint.number_of(f"{number}"),
        value_digest=fingerprint.of_values(["値"]),
    )
