"""From nothing to 「連携が完了しました」 and 連携チェック: script/serve with nothing configured, and what a person must do."""

import hashlib
import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from mikiwame_kaonavi.launcher import ROOT
from mikiwame_kaonavi.processes import answers, start, stop
from tests.factories.browser import NARROW, WIDE, Windows, barriers, overflow
from tests.processes.copies import copy_product
from tests.processes.deployment import PASSED_ON
from tests.processes.ports import free_port

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.long]

PASSWORD = "correct horse battery staple"
MOST = 5  # commands and decisions together


class Machine:
    """A machine on which the product was unpacked a moment ago, and a カオナビ. The packages are there already."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "mikiwame"
        copy_product(self.folder)
        for name in ("serve", "_environment", "locks/bench.txt", "locks/dev.txt"):
            (self.folder / "script" / name).write_bytes((ROOT / "script" / name).read_bytes())
        (self.folder / "script/serve").chmod(0o755)
        python = self.folder / ".venv/bin/python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        python.chmod(0o755)
        lock = hashlib.sha256((self.folder / "script/locks/embedded.txt").read_bytes()).hexdigest()
        (self.folder / ".venv/locked").write_text(f"{lock}  -\n")
        self.port, self.kaonavi_port = free_port(), free_port()
        self.kaonavi = f"http://127.0.0.1:{self.kaonavi_port}"
        # nothing of the product's but where カオナビ is, and a port that nobody has here
        self.environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {
            "KAONAVI_API_URL": f"{self.kaonavi}/api/v2.0",
            "PORT": str(self.port),
        }
        self.processes: list[subprocess.Popen[bytes]] = []

    def run(self, *command: str) -> Path:
        """Start a command in the product's folder; what it says."""
        log = self.folder.parent / f"log-{len(self.processes)}"
        with log.open("wb") as output:
            words = ["env", f"--chdir={self.folder}", *command]
            self.processes.append(start(words, environment=self.environment, output=output))
        return log

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def stop(self) -> None:
        stop(reversed(self.processes), within=15)
        self.processes.clear()


def wait_until(is_so: Callable[[], Any], log: Path, *, within: float = 180) -> Any:
    deadline = time.monotonic() + within
    while not (answer := is_so()):
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
    return answer


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    yield machine
    machine.stop()


def test_five_commands_and_decisions_lead_from_nothing_to_the_check_of_the_connection(
    machine: Machine, windows: Windows
):
    state = str(machine.folder.parent / "kaonavi.json")
    simulator = ["kaonavi_simulator", f"--port={machine.kaonavi_port}", f"--state={state}", "--sample-company"]
    log = machine.run(sys.executable, "manage.py", *simulator)
    wait_until(lambda: answers(machine.kaonavi_port), log)
    requests.post(f"{machine.kaonavi}/_control/ticks", json={}, timeout=30).raise_for_status()
    keys = requests.get(f"{machine.kaonavi}/_control/credentials", timeout=30).json()
    acts: list[str] = []

    acts.append("script/serve")
    log = machine.run("script/serve")
    [code] = wait_until(lambda: re.findall(r"セットアップコード: (\S+)", log.read_text()), log)
    [address] = re.findall(r"(http://\S+)/ で利用できます", log.read_text())

    acts.append("open the address that it printed")
    page = windows(address)
    page.goto("/")
    expect(page.get_by_role("heading", name="最初の管理者を作成する")).to_be_visible()

    acts.append("the code that it printed, who one is, a password")
    page.get_by_label("セットアップコード").fill(code)
    for label, text in {"姓": "佐藤", "ユーザー名": "hanako", "メールアドレス": "hanako@example.co.jp"}.items():
        page.get_by_label(re.compile(f"^{label}")).fill(text)
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.get_by_role("button", name="作成してログインする").click()

    acts.append("the address that is proposed")
    expect(page.get_by_label("画面のアドレス")).to_have_value(address)
    page.get_by_role("button", name="このアドレスにする").click()

    acts.append("カオナビ's keys")
    page.get_by_placeholder("キーを入力").fill(keys["consumer_key"])
    page.get_by_placeholder("シークレットを入力").fill(keys["consumer_secret"])
    page.get_by_role("button", name="連携する").click()
    expect(page.get_by_text("連携が完了しました")).to_be_visible()

    page.get_by_role("link", name="連携チェックへ進む").click()
    page.get_by_role("button", name="チェックする", exact=True).click()
    expect(page.locator("#check-lines").get_by_text("メンバー情報").first).to_be_visible()
    assert len(acts) <= MOST

    data = machine.folder / ".data"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert {stat.S_IMODE((data / name).stat().st_mode) for name in ("secret-key", "credential-key")} == {0o600}
    said = log.read_text()
    assert [word for word in (PASSWORD, keys["consumer_secret"], "hanako@example.co.jp") if word in said] == []
    assert "アカウントがすでにあります" in machine.manage("setup_code").stderr

    machine.stop()
    log = machine.run("script/serve")
    wait_until(lambda: "で利用できます" in log.read_text(), log)
    assert "セットアップコード" not in log.read_text()
    page.goto("/accounts/login/")
    expect(page.get_by_role("heading", name="ホーム")).to_be_visible()


def test_the_page_of_the_first_account_has_no_barriers_and_fits_on_any_screen(page: Page):
    page.goto("/")
    expect(page.get_by_role("heading", name="最初の管理者を作成する")).to_be_visible()
    assert [overflow(page, width) + barriers(page) for width in (WIDE, NARROW)] == [[], []]
    page.get_by_role("button", name="作成してログインする").click()
    expect(page.get_by_text("セットアップコードを入力してください")).to_be_visible()
    assert barriers(page) == []
