"""Worlds that nobody has thought of, each the same every time."""

import os
import shlex
import subprocess
import sys

import pytest

from tests.world import sown

# those that a world shows soon, also on a slow machine
SAMPLE = (
    "writing without the fence of the lease",
    "two who look at once both claim the step",
    "lost messages are not sent again",
    "somebody without フリガナ counts as absent",
)


def worlds(*arguments: str, hashes: str = "0") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.world", *arguments],
        env=os.environ | {"PYTHONHASHSEED": hashes},
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_is_wrong_in_any_world_of_half_a_minute():
    told = worlds("0.5", "--first", "1")
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.long
def test_a_seed_is_the_same_world_in_every_process():
    one, other = worlds("--seed", "6", hashes="1"), worlds("--seed", "6", hashes="2")
    assert one.stdout.splitlines()[-1] == other.stdout.splitlines()[-1], one.stdout + other.stdout
    assert one.returncode == 0, one.stdout


@pytest.mark.long
def test_a_seed_is_the_same_world_on_every_postgresql_server():
    on = "--database", "postgresql", "--seed", "24"
    one, other = worlds(*on, hashes="1"), worlds(*on, hashes="2")
    assert one.stdout.splitlines()[-1] == other.stdout.splitlines()[-1], one.stdout + other.stdout
    assert one.returncode == 0, one.stdout


@pytest.mark.long
def test_nothing_is_wrong_in_any_of_a_hundred_worlds_on_postgresql():
    told = worlds("--database", "postgresql", "--number", "100", "--first", "1")
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.long
def test_nothing_is_wrong_in_any_world_of_five_minutes():
    told = worlds("5", "--first", "1")
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("fault", sown.FAULTS, ids=lambda fault: fault.name)
def test_a_fault_can_be_sown_at_one_place_of_the_product(fault):
    assert fault.path.read_text().count(fault.was) == 1
    assert compile(fault.source, str(fault.path), "exec")


@pytest.mark.long
@pytest.mark.parametrize("fault", SAMPLE)
def test_a_fault_that_is_sown_is_found_and_told_with_the_command_that_shows_it_again(fault):
    told = worlds("10", "--fault", fault)
    assert told.returncode == 1, told.stdout + told.stderr
    (again,) = [line for line in told.stdout.splitlines() if line.startswith("Again: script/worlds ")]
    shown = worlds(*shlex.split(again)[2:])
    assert shown.returncode == 1, told.stdout
    *_, last, _digest = shown.stdout.splitlines()
    assert last in told.stdout
