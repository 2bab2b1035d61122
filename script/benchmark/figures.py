"""分析 with many people: processor time and SQL statements of each page, three results a person."""

import random
from collections.abc import Iterator
from datetime import date
from statistics import median

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.analysis import counted
from assessments.models import Assessment, PersonalityType, Scale
from departments.models import Department
from employees.models import Employee
from script.benchmark.databases import start_afresh
from script.benchmark.measuring import busy_seconds_with
from script.benchmark.pages import fill, get

REPEATED = 5
BATCH = 1000


def measure(*, people: int, departments: int) -> dict[str, dict[str, float]]:
    """By page seconds of processor time (medians; `anew` where people or results have changed), SQL statements."""
    start_afresh()
    fill(people, departments, 1)
    Assessment.objects.bulk_create(results(), batch_size=BATCH)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(User.objects.get_or_create(username="measured", is_superuser=True)[0])
    chosen = f"?department={Department.objects.earliest('pk').pk}"
    balance, crossing, profile = (reverse(f"analysis:{name}") for name in ("balance", "crossing", "profile"))
    addresses = {
        "16タイプのバランス": balance + chosen,
        "タイプ × 所属": crossing + chosen,
        "タイプ × 入社年": f"{crossing}?item=hired",
        "尺度": profile + chosen,
        "尺度 of one 検査名": f"{profile}?title=2026",
    }
    return {name: look(client, address) for name, address in addresses.items()}


def look(client: Client, address: str) -> dict[str, float]:
    with CaptureQueriesContext(connection) as captured:
        get(client, address)  # the first look within an hour is written down
    with CaptureQueriesContext(connection) as captured:
        get(client, address)
    statements = len(captured)
    return {
        "seconds": median(busy(client, address) for _ in range(REPEATED)),
        "anew": median(busy(client, address, anew=True) for _ in range(REPEATED)),
        "statements": statements,
    }


def busy(client: Client, address: str, *, anew: bool = False) -> float:
    """Seconds of processor time of one look; `anew` as after a change of people or results, who are counted again."""
    if anew:
        counted.kept.clear()
    return busy_seconds_with(connection, lambda: get(client, address))


def results() -> Iterator[Assessment]:
    """Three years of each person."""
    chance = random.Random(1)  # noqa: S311 - the same results each time
    types, codes = list(PersonalityType.objects.all()), list(Scale.objects.values_list("code", flat=True))
    for pk in Employee.objects.order_by("pk").values_list("pk", flat=True):
        for year in (2024, 2025, 2026):
            yield Assessment(
                employee_id=pk,
                title=f"{year}年：自社社員検査",
                taken_on=date(year, 1 + pk % 10, 1 + pk % 28),
                personality_type=chance.choice(types),
                scores={code: round(min(max(chance.gauss(50, 10), 0), 100), 1) for code in codes},
                grade=chance.choice("SABC"),
                overall_score=chance.randint(0, 100) / 10,
            )
