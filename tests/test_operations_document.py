"""docs/operations.md names what there is: variables, commands, metrics, tests."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from integrations.operations import metrics
from tests.operations_lines import ELSEWHERE, TEXT, at_the_desk, lines
from tests.processes.test_operations_commands import PROGRAMS

ROOT = Path(__file__).resolve().parent.parent
OF_THE_SHELL = {"promtool", "cp", "mkdir", "chmod", "echo", "openssl", "umask"}
OF_THE_PRODUCT = {"script/serve", "script/sbom", ".venv/bin/python"}


def test_each_variable_is_explained_in_its_table():
    explained = set(re.findall(r"`([A-Z][A-Z_]+)`", TEXT))
    variables = set(re.findall(r"^([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    assert variables - explained == set()


def test_each_command_exists():
    named = set(re.findall(r"manage\.py ([a-z_]+)", TEXT))
    assert named - set(get_commands()) == set()


def test_each_command_line_is_run_by_a_test():
    """A line of a program that is new there needs a place at the desk, or a test of its own in ELSEWHERE."""
    assert set(ELSEWHERE) - set(lines()) == set()
    assert {line.split()[0] for line in at_the_desk()} - PROGRAMS.keys() - OF_THE_SHELL - OF_THE_PRODUCT == set()
    for test in ELSEWHERE.values():
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text()


def test_nothing_that_is_a_command_hides_in_a_fence():
    assert set(re.findall(r"^```(\w*)$", TEXT, flags=re.MULTILINE)[::2]) <= {"yaml"}


def test_each_file_that_it_names_exists():
    named = set(re.findall(r"`((?:tests|docs|script)/[\w/.-]+)`", TEXT))
    assert {name for name in named if not (ROOT / name).exists()} == set()


@pytest.mark.django_db
def test_each_metric_is_explained_and_no_other():
    told = set(re.findall(r"^# TYPE (\w+)", metrics.text().decode(), flags=re.MULTILINE))
    named = {name.removesuffix("_sum") for name in re.findall(r"`(mikiwame_[a-z_]+)", TEXT)}
    assert told - named == set()
    assert {name for name in named if name.startswith("mikiwame_")} - told == set()
