"""The whole of it, small: every measurement runs on both kinds of database and finds what it checks."""

import subprocess
import sys

import pytest

from script.benchmark.__main__ import NO_DATABASE
from script.benchmark.databases import KINDS, ROOT
from script.benchmark.page import BEGIN
from script.benchmark.report import ORDER

pytestmark = [pytest.mark.long, pytest.mark.processes]


def test_a_quick_run_measures_everything_on_both_databases(tmp_path):
    page = tmp_path / "benchmarks.md"
    command = [sys.executable, "-m", "script.benchmark", "--quick", "--output", str(page)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stderr
    table = page.read_text().split(BEGIN)[1]
    everywhere = set(ORDER) - {"Growth", "Workbook"}  # growth takes two sizes, and this has one
    for kind, measured in {**dict.fromkeys(KINDS, everywhere), NO_DATABASE: {"Workbook"}}.items():
        lines = [line for line in table.splitlines() if f"| {kind} |" in line]
        assert {line.split(":")[0].removeprefix("| ") for line in lines} == measured
