"""Whether other writers starve: a page that writes, again and again, while a whole company is imported."""

import subprocess
import sys
import time
from statistics import median
from urllib.parse import urlencode

import msgspec
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from django.urls import reverse

from employees.models import Employee
from script.benchmark import product
from script.benchmark.databases import ROOT, environment, start_afresh

PAUSE = 0.02  # seconds between two clicks
CLICKS_BEFORE = 20
MANY = 100  # fewer people than any import here brings


def measure(*, answers: str, database_url: str) -> dict[str, float]:
    """Seconds: what a click takes ordinarily, and the longest one while another process imports; and how many there
    were.
    """
    start_afresh()
    product.connect_company()
    client = Client()
    client.force_login(User.objects.get_or_create(username="measured", is_superuser=True)[0])
    somebody = Employee.objects.create(email="local@example.co.jp", last_name="青木")
    ordinary = [edit(client, somebody, number) for number in range(CLICKS_BEFORE)]
    importer = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "script.benchmark.child", "product", msgspec.json.encode({"answers": answers}).decode()],
        cwd=ROOT,
        env=environment(database_url),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    meanwhile: list[float] = []
    while importer.poll() is None:
        meanwhile.append(edit(client, somebody, CLICKS_BEFORE + len(meanwhile)))
        time.sleep(PAUSE)
    connections.close_all()
    if importer.returncode or Employee.objects.count() < MANY:
        raise AssertionError("the import came to nothing")
    return {"ordinary": median(ordinary), "longest": max(meanwhile), "clicks": len(meanwhile)}


def edit(client: Client, person: Employee, number: int) -> float:
    """Store a person by the page; gives the seconds that it takes."""
    form = urlencode({"last_name": "青木", "position": f"役職{number}"})
    kind = "application/x-www-form-urlencoded"  # as browsers send it
    started = time.perf_counter()
    status = client.post(reverse("employees:edit", args=[person.pk]), form, content_type=kind).status_code
    seconds = time.perf_counter() - started
    if status != 302:
        raise AssertionError(status)
    return seconds
