"""The tests of the rules are tested: a fault in one makes one of them fail."""

import subprocess
import sys

import pytest

from tests.integrations.rules.sown import FAULTS

NUMBERS = [pytest.param(number, id=each.fault.now) for number, each in enumerate(FAULTS)]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_fault_has_its_one_place(number):
    fault = FAULTS[number].fault
    assert fault.path.read_text().count(fault.was) == 1
    assert compile(fault.source, str(fault.path), "exec")


@pytest.mark.long
@pytest.mark.parametrize("number", NUMBERS)
def test_a_fault_in_the_rules_is_noticed(number):
    arguments = [sys.executable, "-m", "tests.integrations.rules.sown", str(number)]
    told = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert told.returncode == pytest.ExitCode.TESTS_FAILED, told.stdout + told.stderr
    assert "1 failed" in told.stdout
