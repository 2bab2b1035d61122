"""Administrators, who click on everything."""

from collections.abc import Callable, Mapping
from functools import partial

from django.contrib.auth.models import User
from django.db import IntegrityError, OperationalError, connections

from assessments.models import Assessment
from employees.models import Employee
from integrations import actions
from integrations.connection.session import NotConnectedError
from integrations.kaonavi.errors import KaonaviError, MustWait
from integrations.models import SyncJob
from tests.world import company

REFUSALS = (
    actions.AlreadyRunning,
    actions.TooLate,
    actions.NotUndoableError,
    NotConnectedError,
    KaonaviError,
    MustWait,
    IntegrityError,
)


Menu = Mapping[str, Callable[[User], None]]


class Gone(Exception):  # noqa: N818 - nothing is there to click on
    pass


def administrator(world, stage, name: str) -> None:
    """Clicks until the world is calm."""
    scheduler, dice = world.scheduler, world.dice
    menu = menu_of(world, stage)
    scheduler.rest(dice.random())
    while scheduler.now < stage.horizon and stage.clicks > 0:
        stage.clicks -= 1
        told = dice.choice(list(menu))
        try:
            menu[told](User.objects.get(username=name))
        except Gone:
            pass
        except REFUSALS as refusal:
            world.tell(name, f"{told}: refused, {type(refusal).__name__}")
        except OperationalError:
            world.tell(name, f"{told}: the database is busy")
        else:
            world.tell(name, f"{told}: done")
        connections.close_all()
        scheduler.rest(dice.expovariate(1 / 8))


def menu_of(world, stage) -> Menu:
    dice = world.dice
    starts: Menu = {f"starts {kind}": partial(start, kind) for kind in stage.kinds}
    looks: Menu = {f"previews {kind}": partial(start, kind, dry_run=True) for kind in stage.kinds}
    others: Menu = {
        "approves": partial(approve, dice),
        "cancels": cancel,
        "undoes": partial(undo, dice),
        "edits somebody": partial(edit, dice),
        "enters a result": partial(enter_result, dice),
        "deletes a result": partial(delete_result, dice),
    }
    rare: Menu = {"disconnects": disconnect, "connects": connect} if dice.random() < 0.15 else {}
    return {**starts, **looks, **others, **rare}


def start(kind: str, by: User, *, dry_run: bool = False) -> None:
    actions.start_job(kind=kind, by=by, dry_run=dry_run)


def approve(dice, by: User) -> None:
    job = SyncJob.objects.filter(status=SyncJob.Status.HELD).first()
    if job is None:
        raise Gone
    actions.approve_job(job, by=by, keep_items=dice.random() < 0.3)


def cancel(by: User) -> None:
    job = SyncJob.objects.exclude(status__in=SyncJob.ENDS).first()
    if job is None:
        raise Gone
    actions.cancel_job(job, by=by)


def undo(dice, by: User) -> None:
    jobs = list(SyncJob.objects.filter(status__in=SyncJob.COMPLETED).order_by("pk"))
    if not jobs:
        raise Gone
    actions.undo_job(dice.choice(jobs), by=by, approve=dice.random() < 0.5)


def somebody(dice) -> Employee:
    people = list(Employee.objects.order_by("pk"))
    if not people:
        raise Gone
    return dice.choice(people)


def edit(dice, by: User) -> None:
    del by
    person = somebody(dice)
    Employee.objects.filter(pk=person.pk).update(position=dice.choice(("部長", "顧問")), first_name=f"花{person.pk}")


def enter_result(dice, by: User) -> None:
    del by
    company.test([somebody(dice)], dice, 1)


def delete_result(dice, by: User) -> None:
    del by
    results = list(Assessment.objects.order_by("pk"))
    if not results:
        raise Gone
    dice.choice(results).delete()


def disconnect(by: User) -> None:
    actions.disconnect(by=by)


def connect(by: User) -> None:
    keys = company.KEYS
    actions.connect(key=keys.consumer_key, secret=keys.consumer_secret, by=by)
