"""One version, in pyproject.toml, and everybody who is asked says that one."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from mikiwame_kaonavi.version import ROOT, in_full, product_version


def test_the_settings_have_that_of_the_project_file():
    assert re.search(
        rf'^version = "{re.escape(settings.VERSION)}"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE
    )


@pytest.mark.parametrize(
    "command", [["manage.py", "--version"], ["manage.py", "version"], ["-m", "mikiwame_kaonavi.launcher", "--version"]]
)
def test_the_command_line_says_it_without_any_setting(command: list[str]):
    environment = {"PATH": "/usr/bin:/bin", "DJANGO_DEBUG": "false"}  # with which the settings refuse to be read
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{in_full()}\n"
    assert product_version() in done.stdout


def test_it_is_written_nowhere_else():
    pattern = re.compile(rf"""(?:version|VERSION)\W{{1,5}}{re.escape(product_version())}""")
    files = [
        path
        for room in ("accounts", "integrations", "mikiwame_kaonavi", "script")
        for path in Path(ROOT, room).rglob("*")
    ]
    found = [
        path for path in files if path.is_file() and path.suffix in {".py", ""} and pattern.search(path.read_text())
    ]
    assert found == []


def test_the_newest_dated_section_of_the_changes_is_about_it():
    sections = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    if sections[0] == "Unreleased":
        del sections[0]
    dates = [re.fullmatch(r"(\d+\.\d+\.\d+) – (\d{4}-\d{2}-\d{2})", section) for section in sections]
    assert all(dates), sections
    assert dates[0][1] == product_version()
    assert [date[2] for date in dates] == sorted((date[2] for date in dates), reverse=True)
