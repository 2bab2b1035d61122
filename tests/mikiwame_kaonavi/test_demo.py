"""`script/demo --once` in a fresh copy of the product: the first call does everything, the second finds nothing to
do.
"""

import json
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from integrations.practice import sample_mistakes
from mikiwame_kaonavi.launcher import ROOT
from tests.processes.deployment import PASSED_ON, product_environment
from tests.processes.ports import free_port

pytestmark = [pytest.mark.processes, pytest.mark.long]

PRODUCT = [
    *("accounts", "assessments", "departments", "employees", "integrations", "mikiwame_kaonavi", "templates"),
    "docs/images",
]
RUNS = ["部署の同期", "社員の同期", "検査結果の取り込み", "壊れた Excel の取り込み", "性格検査結果の登録"]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy") / "社員 #1 100%25?a=b"  # a folder may be called like that
    for room in PRODUCT:
        shutil.copytree(ROOT / room, folder / room)  # with its bytecode: twelve processes would make it anew
    for file in ("manage.py", "pyproject.toml", "docs/manual.ja.md"):
        shutil.copy(ROOT / file, folder / file)
    return folder


@pytest.fixture(scope="module")
def outputs(copy: Path) -> list[str]:
    """What two calls said, one after the other. Nothing is configured."""
    environment = {name: text for name, text in product_environment().items() if name in PASSED_ON}
    port = str(free_port())  # the usual one may be somebody else's at the second call, and then every link is another
    command = [sys.executable, "-m", "mikiwame_kaonavi.demo", "--once", "--port", port]
    said = []
    for _ in range(2):
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stderr == ""  # no log between what it says to people
        said.append(done.stdout)
    return said


def counts(output: str, word: str) -> list[int]:
    return [int(number) for number in re.findall(rf"■ .*{word} (\d+)", output)]


def test_the_first_call_takes_everything_over(outputs):
    assert [run for run in RUNS if f"■ {run}: " in outputs[0]] == RUNS
    assert [number > 0 for number in counts(outputs[0], "新規")] == [True, True, True, False, True]


def test_it_says_what_it_made_of_other_peoples_addresses(outputs):
    told = re.findall(r"\[エラー\] (E\d+) \S+(?:\s\S+)? MEMBER_IDENTITY_UNCERTAIN: (.*)", outputs[0])
    assert [number for number, _ in told] == ["E1000", "E1001", "E1002"]
    assert "退職 冬さんと同じ人かどうか判断できない" in told[2][1]


def test_it_says_what_it_made_of_a_damaged_workbook(outputs):
    assert [reason for reason in sample_mistakes.DAMAGE if f" {reason}: " not in outputs[0]] == []


def test_the_second_call_changes_nothing(outputs):
    assert counts(outputs[1], "新規") == [0, 0, 0, 0, 0]
    assert counts(outputs[1], "更新") == [0, 0, 0, 0, 0]
    assert counts(outputs[1], "変更なし") == counts(outputs[0], "新規")
    assert "カオナビへの更新リクエスト: 0回" in outputs[1]


def test_both_calls_find_the_same_errors(outputs):
    assert counts(outputs[0], "エラー") == counts(outputs[1], "エラー")
    assert sum(counts(outputs[0], "エラー")) > 0


def test_the_log_in_is_told_and_kept_from_others(outputs, copy):
    password = copy / ".data" / "demo-password"
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    assert f"ユーザー名 admin   パスワード {password.read_text()}" in outputs[0]


def test_the_simulator_keeps_what_was_sent(outputs, copy):
    state = json.loads((copy / ".data" / "simulator.json").read_text())
    [latest] = [sheet for sheet in state["sheets"] if sheet["name"] == "最新性格検査結果（ミキワメ連携）"]
    [link] = [item["id"] for item in latest["items"] if item["name"] == "受検者詳細リンク"]
    sent = [code for code, records in latest["rows"].items() if any(str(link) in record for record in records)]
    assert len(sent) == 899  # one has a type that is no option; the one with a file is held up on the other sheet alone


def test_a_database_that_is_not_the_demos_is_left_alone(copy, outputs, tmp_path):
    folder = tmp_path / "product"
    shutil.copytree(copy, folder)
    (folder / ".data" / "simulator.json").unlink()
    environment = {name: text for name, text in product_environment().items() if name in PASSED_ON}
    command = [sys.executable, "-m", "mikiwame_kaonavi.demo", "--once"]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1
    assert "見本ではない社員がいる" in done.stderr
    assert not (folder / ".data" / "simulator.json").exists()
