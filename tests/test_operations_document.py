"""docs/operations.md names what there is: variables, commands, metrics, tests."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from integrations.operations import metrics

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs/operations.md").read_text()


def test_each_variable_is_explained_in_its_table():
    explained = set(re.findall(r"`([A-Z][A-Z_]+)`", TEXT))
    variables = set(re.findall(r"^([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    assert variables - explained == set()


def test_each_command_exists():
    named = set(re.findall(r"manage\.py ([a-z_]+)", TEXT))
    assert named - set(get_commands()) == set()


def test_each_file_that_it_names_exists():
    named = set(re.findall(r"`((?:tests|docs|script)/[\w/.]+)`", TEXT))
    assert {name for name in named if not (ROOT / name).exists()} == set()


@pytest.mark.django_db
def test_each_metric_is_explained_and_no_other():
    told = set(re.findall(r"^# TYPE (\w+)", metrics.text().decode(), flags=re.MULTILINE))
    named = {name.removesuffix("_sum") for name in re.findall(r"`(mikiwame_[a-z_]+)", TEXT)}
    assert told - named == set()
    assert {name for name in named if name.startswith("mikiwame_")} - told == set()
