"""What is measured beside us does our job: a fast wrong answer would be none."""

from importlib.util import find_spec

import pytest

from script.benchmark import company
from script.benchmark.__main__ import RIVALS, child
from script.benchmark.databases import KINDS, database

pytestmark = [pytest.mark.long, pytest.mark.processes]

MEMBERS, BEFORE = 300, 100
SITUATIONS = ["first", "same", "changed"]
INSTALLED = [name for name, packages in RIVALS.items() if all(map(find_spec, packages))]  # the loop always is


@pytest.mark.parametrize("kind", KINDS)
def test_each_rival_ends_with_the_people_and_the_news_of_them_that_we_end_with(tmp_path, kind):
    for size in (MEMBERS, BEFORE):
        company.write_answers(tmp_path / str(size) / "base", size)
    company.write_answers(tmp_path / str(MEMBERS) / "changed", MEMBERS, changed_every=company.CHANGED_EVERY)
    answers, before = (str(tmp_path / str(size)) for size in (MEMBERS, BEFORE))

    def rows(who, situations):
        arguments = {"packages": RIVALS.get(who, []), "members": MEMBERS, "answers": answers, "before": before}
        return child(kind, url, "meeting", who=who, situations=situations, **arguments)["rows"]

    with database(kind, tmp_path) as url:
        ours = rows("product", SITUATIONS)
        assert {who: rows(who, SITUATIONS) for who in INSTALLED} == dict.fromkeys(INSTALLED, ours)
        assert rows("product", SITUATIONS[:2]) != ours  # that somebody has changed is seen
