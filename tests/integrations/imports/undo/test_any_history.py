"""Whatever was taken in and edited: the last run undone is the state before it, wherever nobody else touched it;
and the undo undone the state before that.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from employees.models import Employee
from integrations import actions
from integrations.imports.undo.offer import why_not
from integrations.jobs.inline import run_inline
from integrations.kaonavi.simulator.tenant import Tenant
from integrations.models import KaonaviConnection, SyncJob
from tests.integrations.files.files import csv_file
from tests.integrations.imports.truth.world import World
from tests.integrations.imports.undo.company import company

STORIES = 60 if connection.vendor == "sqlite" else 15  # another database is told them for its SQL alone

EVENTS = (
    "hire",
    "leave",
    "marry",
    "renumber",
    "readdress",
    "swap_mails",
    "hide",
    "sync",
    "sync",
    "import_file",
    "decide",
)
HOLDERS = ("position", "last_name", "department", "is_retired")
number = st.integers(0, 5)
events = st.lists(st.tuples(st.sampled_from(EVENTS), number, number), max_size=10)
trees = st.lists(
    st.tuples(
        st.sampled_from("ABCD"), st.sampled_from(("営業部", "開発部", "総務部", "法務部")), st.sampled_from(" ABCD")
    ),
    max_size=4,
    unique_by=lambda row: row[0],
)
edits = st.lists(st.tuples(number, st.sampled_from(HOLDERS)), max_size=2)


@contextmanager
def a_world(by: User) -> Iterator[World]:
    """Three people whom both sides know; afterwards nothing of it is left."""
    with transaction.atomic():
        tenant = Tenant(task_delay=0)
        tenant.tick_all()
        KaonaviConnection.objects.create(consumer_key="key", consumer_secret="secret", guard_percent=0)
        world = World(tenant, by)
        for place in range(3):
            world.hire(place, place)
        world.sync()
        yield world
        transaction.set_rollback(True)


def undone(job: SyncJob) -> SyncJob:
    undoing = actions.undo_job(job, by=None, approve=True, inline=True)
    run_inline(undoing)
    undoing.refresh_from_db()
    assert undoing.status == "succeeded", undoing.message
    assert sum(undoing.counts.values()) == job.changes.count()
    assert why_not(job)
    return undoing


def edit(touched: list[tuple[int, str]]) -> dict[int, set[str]]:
    """Somebody edits one field of each of these people here; who, and which."""
    told: dict[int, set[str]] = {}
    people = list(Employee.objects.order_by("pk"))
    for place, name in touched if people else ():
        person = people[place % len(people)]
        new = {"position": "手直し", "last_name": "手直し", "is_retired": not person.is_retired, "department": None}[
            name
        ]
        if getattr(person, name) != new:
            Employee.objects.filter(pk=person.pk).update(**{name: new})
            told.setdefault(person.pk, set()).add(name)
    return told


def without(state: tuple[Any, ...], touched: Collection[int | None]) -> tuple[Any, ...]:
    """The state but for whoever was edited."""
    departments, people = state
    return departments, {pk: row for pk, row in people.items() if pk not in touched}


def tell_of_people(by: User, story: list[tuple[str, int, int]], last: str, touched: list[tuple[int, str]]) -> None:
    with a_world(by) as world:
        for event, first, second in story:
            getattr(world, event)(first, second)
        before = company()
        getattr(world, last)(1, 2)
        job = SyncJob.objects.latest("pk")
        edited = edit(touched)
        after = company()
        if not job.changes.exists():
            assert without(before, edited) == without(after, edited)
            return
        undoing = undone(job)
        blocked = set(undoing.issues.values_list("object_id", flat=True))
        assert edited or not blocked
        others = blocked.union(edited)  # what somebody keeps by an edit another cannot get back
        assert without(company(), others) == without(before, others)
        for pk, names in edited.items():
            now, then = company()[1][pk], after[1][pk]
            assert all(now[name] == then[name] for name in names), "what somebody edited was taken from them"
        if undoing.changes.exists():
            undone(undoing)
        assert company() == after


def tell_of_departments(by: User, story: list[tuple[bool, list[tuple[str, str, str]]]]) -> None:
    with a_world(by) as world:
        before = after = company()
        job = None
        for is_file, tree in story:
            rows = [(code, name, parent.strip()) for code, name, parent in tree]
            world.tenant.state.departments.clear()
            for row in rows:
                world.tenant.add_department(*row)
            before = company()
            file = ("tree.csv", csv_file(("部署コード", "部署名", "親部署コード"), *rows))
            job = world.run("departments_file", file=file) if is_file else world.run("departments")
            after = company()
        if job and job.changes.exists():
            undoing = undone(job)
            assert company() == before
            undone(undoing)
            assert company() == after


HIRED_INTO_A_FREED_ADDRESS = [("leave", 0, 0), ("sync", 0, 0), ("hire", 3, 0), ("sync", 0, 0), ("decide", 1, 1)]
SWAPPED = [("swap_mails", 0, 1), ("sync", 0, 0), ("decide", 1, 1)]


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@example(story=HIRED_INTO_A_FREED_ADDRESS, last="sync", touched=[])
@example(story=SWAPPED, last="sync", touched=[(0, "position")])
@example(story=[("marry", 0, 0)], last="sync", touched=[(0, "last_name")])
@given(story=events, last=st.sampled_from(("sync", "import_file")), touched=edits)
def test_people_are_as_before_the_run_that_was_undone(person, story, last, touched):
    tell_of_people(person, story, last, touched)


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(story=st.lists(st.tuples(st.booleans(), trees), min_size=1, max_size=4))
def test_departments_are_as_before_the_run_that_was_undone(person, story):
    tell_of_departments(person, story)


@pytest.mark.long
@settings(max_examples=STORIES, suppress_health_check=list(HealthCheck))
@given(story=events, last=st.sampled_from(("sync", "import_file")), touched=edits)
def test_people_are_as_before_after_any_story(person, story, last, touched):
    tell_of_people(person, story, last, touched)


@pytest.mark.long
@settings(max_examples=STORIES, suppress_health_check=list(HealthCheck))
@given(story=st.lists(st.tuples(st.booleans(), trees), min_size=1, max_size=5))
def test_departments_are_as_before_after_any_story(person, story):
    tell_of_departments(person, story)
