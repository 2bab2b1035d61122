"""Whatever happens to numbers, addresses and names: a result stands on the sheet of the person whose it is, or on
none.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from integrations.kaonavi.simulator.tenant import Tenant
from integrations.models import KaonaviConnection
from tests.integrations.imports.truth.world import World

STORIES = 40 if connection.vendor == "sqlite" else 10  # another database is told them for its SQL alone
Event = tuple[str, int, int]
Story = list[tuple[list[Event], list[Event]]]

CHANGES = ("hire", "leave", "marry", "renumber", "readdress", "swap_mails", "swap_numbers", "hide")
STEPS = ("sync", "sync", "import_file", "decide", "decide", "merge", "test", "upload", "clear")
number = st.integers(0, 5)
changes = st.lists(st.tuples(st.sampled_from(CHANGES), number, number), max_size=3)
steps = st.lists(st.tuples(st.sampled_from(STEPS), number, number), max_size=3)
stories = st.lists(st.tuples(changes, steps), min_size=2, max_size=7)


@contextmanager
def a_company(by: User) -> Iterator[World]:
    """Three people whom both sides know, all tested; afterwards nothing of it is left."""
    with transaction.atomic():
        tenant = Tenant(task_delay=0)
        tenant.use_template("latest")
        tenant.use_template("all")
        tenant.tick_all()
        tenant.set_knobs(update_limit=100_000, hourly_limit=100_000)
        KaonaviConnection.objects.create(consumer_key="key", consumer_secret="secret")
        world = World(tenant, by)
        for place in range(3):
            world.hire(place, place)
        world.sync()
        for place in range(3):
            world.test(place, 0)
        yield world
        transaction.set_rollback(True)


def tell(by: User, story: Story) -> None:
    """Each chapter is what happens in カオナビ, and then what is done here. Everything is asked at the end once more."""
    with a_company(by) as world:
        for chapter in story:
            for event, first, second in (*chapter[0], *chapter[1]):
                getattr(world, event)(first, second)
        world.upload()
        world.settle()
        world.upload()
        world.check_all_shown()


# An address and a number of two who left, both of them tested, for somebody new.
BOTH_USED_AGAIN: Story = [
    ([("leave", 0, 0), ("leave", 0, 0), ("hire", 1, 0)], [("sync", 0, 0), ("decide", 0, 1), ("sync", 0, 0)]),
    ([], [("decide", 0, 1), ("sync", 0, 0)]),
]
# The address of a leaver whose 社員番号 was blanked, for somebody new.
CLEARED: Story = [([("leave", 0, 0)], [("clear", 0, 0)]), ([("hire", 1, 0)], [("sync", 0, 0), ("upload", 0, 0)])]
SWAPPED: Story = [([("swap_mails", 0, 1)], [("upload", 0, 0), ("sync", 0, 0), ("decide", 1, 0), ("sync", 0, 0)])]
# A merge while it is asked whose rows they are.
MERGED: Story = [
    ([("readdress", 0, 0), ("swap_mails", 1, 0)], []),
    ([("hire", 0, 0), ("hire", 0, 0)], [("upload", 0, 0), ("import_file", 3, 0), ("sync", 0, 0)]),
    ([("hire", 0, 0), ("hire", 0, 0)], [("sync", 0, 0)]),
    ([], [("merge", 0, 0), ("decide", 0, 0)]),
]


@settings(max_examples=2, suppress_health_check=list(HealthCheck))
@example(story=BOTH_USED_AGAIN)
@example(story=CLEARED)
@example(story=SWAPPED)
@example(story=MERGED)
@given(story=stories)
def test_a_result_stands_on_the_sheet_of_its_person_or_on_none(person, story):
    tell(person, story)


@pytest.mark.long
@settings(max_examples=STORIES, suppress_health_check=list(HealthCheck))
@given(story=stories)
def test_it_does_so_in_any_story(person, story):
    tell(person, story)
