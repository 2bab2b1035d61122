"""docs/kaonavi.md: what is known of カオナビ, what plays it otherwise, what bears it, and what would ask."""

import re
from pathlib import Path

import pytest

from integrations.kaonavi.simulator.knobs import Knobs

ROOT = Path(__file__).resolve().parents[3]
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (ROOT / "docs/kaonavi.md").read_text().splitlines()
    if line.startswith("| ") and not line.startswith("| fact")
]
TESTS = {
    (name, path.parent.name == "contract")
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(), flags=re.MULTILINE)
}


def names_in(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def test_every_knob_of_the_simulator_stands_in_one_row():
    assert sorted(name for row in ROWS for name in names_in(row[2])) == sorted(Knobs.__struct_fields__)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_fact_has_what_bears_it_and_who_would_ask(row: list[str]):
    assert len(row) == 5
    assert all(row)
    bears, asks = ([name for name in names_in(cell) if name.startswith("test_")] for cell in row[3:])
    assert [name for name in bears if (name, False) not in TESTS] == []
    assert [name for name in asks if (name, True) not in TESTS] == []
