"""What the papers name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAPERS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "integrations/kaonavi/README.md"]
ROOMS = "accounts|assessments|departments|docs|employees|integrations|mikiwame_kaonavi|script|templates|tests"
GLOSSARY = [
    line.split("|")[1].strip()
    for line in (ROOT / "docs/glossary.md").read_text().partition("|---|---|---|\n")[2].splitlines()
]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.relative_to(ROOT)))
def test_every_file_that_a_paper_names_is_there(paper: Path):
    named = re.findall(rf"`((?:{ROOMS})/[\w./*-]*)`", paper.read_text())
    assert [name for name in named if not list(ROOT.glob(name.rstrip("/")))] == []


def test_the_glossary_is_in_the_order_of_the_alphabet():
    told = [re.sub(r"[^a-z ]", "", word.lower()) for word in GLOSSARY]
    assert told == sorted(told)


def test_every_word_of_the_glossary_is_one_of_the_code():
    rooms = ["accounts", "departments", "employees", "assessments", "integrations", "tests"]
    code = "\n".join(path.read_text() for room in rooms for path in (ROOT / room).rglob("*.py")).lower()
    words = [word.strip() for told in GLOSSARY for word in re.sub(r"\(.*?\)", "", told).lower().split(",")]
    assert [word for word in words if not re.search(rf"{word.replace(' ', '[ _]?')}", code)] == []
