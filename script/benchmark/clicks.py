"""From the click on 「カオナビと同期」 to 成功, as a person with a browser sees it: all of the product as `script/serve` runs
it, カオナビ played by the simulator, the page by Chromium.
"""

import json
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import psutil
import psycopg
import requests
from playwright.sync_api import Page, sync_playwright
from psycopg.sql import SQL, Identifier

from mikiwame_kaonavi.processes import answers, free_port, start, stop
from script.benchmark import company
from script.benchmark.databases import ROOT, environment
from tests.processes.served import Served

PATIENCE = 120_000  # milliseconds
PHASES = {"カオナビから取得": "fetch", "確認": "plan", "書き込み": "write"}
ENDED = "from integrations.models import SyncJob; print(SyncJob.objects.latest('pk').finished_at.timestamp())"
# a click is not asked about, whatever time of day it is: the hours of the maintenance end where they begin
NO_NIGHT = "from integrations.models import AutomationSettings; AutomationSettings(maintenance_to='01:00').save()"
STARTED, LINK = "バックグラウンド処理を開始しました", "同期の実行状況を確認する"
SHOWS_STARTED = f"document.body.textContent.includes('{STARTED}')"


def measure(kind: str, url: str, folder: Path, *, members: int, rounds: int = 3) -> dict[str, dict[str, float]]:
    """By situation (first, same, list) the seconds of each phase, medians of the rounds; `first` has one alone.

    With `list` 成功 is seen in バックグラウンド処理一覧, where the link of the message leads; else beside that message.
    """
    with TemporaryDirectory(dir=folder) as own, simulator(Path(own), members) as kaonavi:
        served = Served(Path(own), DATABASE_URL=empty(kind, url, own), KAONAVI_API_URL=f"{kaonavi}/api/v2.0")
        try:
            served.wait_until_ready()
            keys = requests.get(f"{kaonavi}/_control/credentials", timeout=30).json()
            connect = ["kaonavi", "connect", "--key", keys["consumer_key"]]
            served.manage(*connect, KAONAVI_CONSUMER_SECRET=keys["consumer_secret"])
            served.manage("shell", "--no-imports", "--command", NO_NIGHT)
            with browser(served) as page:
                first = click_through(page, served)
                same = [click_through(page, served) for _ in range(rounds)]
                by_list = [click_through(page, served, by_list=True) for _ in range(rounds)]
        finally:
            served.stop()
    return {"first": first} | {
        situation: {name: median(one[name] for one in found) for name in first}
        for situation, found in (("same", same), ("list", by_list))
    }


def empty(kind: str, url: str, folder: str) -> str:
    """The address of a database with nothing in it, of that kind."""
    if kind == "SQLite":
        return f"sqlite:///{folder}/db.sqlite3"
    name = f"clicks_{time.monotonic_ns()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    return url.replace("/postgres?", f"/{name}?")


def click_through(page: Page, served: Served, *, by_list: bool = False) -> dict[str, float]:
    """One sync from its button to the end; seconds by what they went to."""
    page.goto("/employees/")
    told_before = len(served.log.read_text().splitlines())
    programs = psutil.Process(served.process.pid).children(recursive=True)
    page.get_by_role("button", name="一括操作").click()
    button = page.locator("#kaonavi-menu").get_by_role("button", name="カオナビと同期", exact=True)
    button.wait_for()
    busy_before = processor_time(programs)
    clicked = time.time()
    button.click(no_wait_after=True)
    sign = time_when(page, f"document.querySelector('.is-busy') || {SHOWS_STARTED}")
    answered = time_when(page, SHOWS_STARTED)
    if by_list:
        page.get_by_role("link", name=LINK).click()
    place = "#jobs" if by_list else "#followed"
    seen = time_when(page, f"document.querySelector('{place}:not([hx-trigger])')")
    told = page.locator(place)
    processor = processor_time(programs) - busy_before
    status = (told.locator("tbody tr:nth-child(2)") if by_list else told).first.inner_text()
    if "成功" not in status and "一部エラー" not in status:
        raise AssertionError(status)
    ended = float(served.manage("shell", "--no-imports", "--command", ENDED))
    times = {"sign": sign - clicked, "answer": answered - clicked, "processor": processor}
    return times | phases(lines(served, told_before), clicked, ended, seen)


def time_when(page: Page, condition: str) -> float:
    """The time at which the page shows it: looked at with each picture, where a locator looks twice a second."""
    page.wait_for_function(f"() => {condition}", polling="raf")
    return time.time()


def processor_time(programs: Iterable[psutil.Process]) -> float:
    """Seconds that they have taken of a processor until now, for themselves and for the system."""
    return sum(program.cpu_times().user + program.cpu_times().system for program in programs)


def phases(told: list[dict[str, Any]], clicked: float, ended: float, seen: float) -> dict[str, float]:
    """What the log says of the times in between."""
    said = {line["event"].rpartition(": ")[2]: moment(line) for line in told}
    began = {name: said[words] for words, name in PHASES.items()}
    return {
        "claim": began["fetch"] - clicked,
        "fetch": began["plan"] - began["fetch"],
        "plan": began["write"] - began["plan"],
        "write": ended - began["write"],
        "seen": seen - ended,
        "total": seen - clicked,
        "kaonavi": sum(line["milliseconds"] for line in told if line.get("logger", "").startswith("kaonavi")) / 1000,
    }


def lines(served: Served, after: int) -> list[dict[str, Any]]:
    texts = [line.partition("| ")[2] for line in served.log.read_text().splitlines()[after:]]
    return [json.loads(text) for text in texts if text.startswith("{")]


def moment(line: dict[str, Any]) -> float:
    return datetime.fromisoformat(line["timestamp"]).timestamp()


@contextmanager
def browser(served: Served) -> Iterator[Page]:
    """A window of the system's Chromium, logged in."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        context = chromium.new_context(base_url=served.address, locale="ja-JP")
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": "sessionid", "value": served.log_in(), "domain": "localhost", "path": "/"}])
        yield context.new_page()
        chromium.close()


@contextmanager
def simulator(folder: Path, members: int) -> Iterator[str]:
    """カオナビ with these people, without a flaw that would keep one of them from being taken."""
    port = free_port()
    command = [sys.executable, str(ROOT / "manage.py"), "kaonavi_simulator", "--port", str(port)]
    command += ["--state", str(folder / "simulator.json")]
    with (folder / "simulator.log").open("wb") as log:
        process = start(command, environment=environment("sqlite://:memory:"), output=log)
    address = f"http://127.0.0.1:{port}"
    try:
        while not answers(port):
            time.sleep(0.05)
        fields = ("id", "code", "name", "name_kana", "mail", "gender", "birthday")
        people = [{name: row[name] for name in fields} for row in map(company.member, range(members))]
        for row in people:
            row["mail"] = row["mail"] or f"{row['code']}@example.co.jp"
        for method, path, body in (("PUT", "tenant", {"members": people}), ("POST", "ticks", {})):
            answer = requests.request(method, f"{address}/_control/{path}", json=body, timeout=120)
            answer.raise_for_status()
        yield address
    finally:
        stop([process], within=5)
