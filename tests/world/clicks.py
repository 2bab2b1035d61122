"""Administrators, who click on everything."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from random import Random

from django.contrib.auth.models import User
from django.db import IntegrityError, OperationalError, connections, transaction

from assessments.models import Assessment
from employees.models import Employee
from integrations import actions
from integrations.connection.session import NotConnectedError
from integrations.imports.merge import Pair, PairChangedError, merge
from integrations.imports.undo.offer import why_not
from integrations.kaonavi.errors import KaonaviError, MustWait
from integrations.models import SyncException, SyncJob
from tests.world import company

REFUSALS = (
    actions.AlreadyRunning,
    actions.TooLate,
    actions.NotUndoableError,
    NotConnectedError,
    KaonaviError,
    MustWait,
    IntegrityError,
    PairChangedError,
)
APPROVED = 0.5  # how many clicks let a run go on where one waits for that
REGRETTED = 0.05  # how many looks at what is done undo it
Menu = Mapping[str, Callable[[User], None]]


class Gone(Exception):  # noqa: N818 - nothing is there to click on
    pass


def administrator(world, stage, name: str) -> None:
    """Clicks until the world is calm. When all clicks are made somebody is still there who is asked, or regrets."""
    scheduler, dice = world.scheduler, world.dice
    menu = menu_of(world, stage)
    starts = [told for told in menu if told.startswith("starts")] * 3
    likely = [*starts, *(menu if stage.sort.others is None else stage.sort.others)]
    scheduler.rest(dice.random())
    while scheduler.now < stage.horizon and (stage.clicks > 0 or stage.sort.others is None):
        if stage.loss.flag:
            stage.loss.clear()
            click(world, name, "cancels", menu)
        statuses = {run.status for run in world.checks.jobs.values()}
        if SyncJob.Status.HELD in statuses and dice.random() < APPROVED:
            click(world, name, "approves", menu)
        elif stage.clicks > 0:
            stage.clicks -= 1
            click(world, name, dice.choice(likely), menu)
        elif not statuses.isdisjoint(SyncJob.COMPLETED) and dice.random() < REGRETTED:
            click(world, name, "undoes", menu)
        stage.loss.wait(dice.expovariate(1 / stage.pause))


def click(world, name: str, told: str, menu: Menu) -> None:
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
        "deletes somebody": partial(delete_somebody, dice),
        "merges two": partial(merge_two, dice),
        "takes a file in": partial(take_file, dice),
        "withholds somebody": partial(withhold, dice),
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
    """The newest run, on a page that may be old: perhaps it has ended."""
    job = SyncJob.objects.first()
    if job is None:
        raise Gone
    actions.cancel_job(job, by=by)


def undo(dice, by: User) -> None:
    """A run whose page offers it; any other where none does."""
    jobs = list(SyncJob.objects.filter(status__in=SyncJob.COMPLETED).order_by("pk"))
    if not jobs:
        raise Gone
    offered = [job for job in jobs if not why_not(job)]
    actions.undo_job(dice.choice(offered or jobs), by=by, approve=dice.random() < 0.5)


def somebody(dice) -> Employee:
    people = list(Employee.objects.order_by("pk"))
    if not people:
        raise Gone
    return dice.choice(people)


def edit(dice, by: User) -> None:
    del by
    person = somebody(dice)
    Employee.objects.filter(pk=person.pk).update(position=dice.choice(("部長", "顧問")), first_name=f"花{person.pk}")


@contextmanager
def holding(person: int) -> Iterator[None]:
    """As the product's own pages do it: whose results are written is locked first."""
    with transaction.atomic():
        Employee.objects.filter(pk=person).lock_now()
        yield


def enter_result(dice, by: User) -> None:
    del by
    person = somebody(dice)
    with holding(person.pk):
        company.test([person], dice, 1)


def delete_result(dice, by: User) -> None:
    del by
    results = list(Assessment.objects.order_by("pk"))
    if not results:
        raise Gone
    result = dice.choice(results)
    with holding(result.employee_id):
        result.delete()


def delete_somebody(dice: Random, by: User) -> None:
    del by
    person = somebody(dice)
    with holding(person.pk):
        Employee.objects.filter(pk=person.pk).delete()


def merge_two(dice: Random, by: User) -> None:
    """Two who have come to have one 社員番号."""
    person, other = somebody(dice), somebody(dice)
    if person.pk == other.pk or not person.employee_number:
        raise Gone
    Employee.objects.filter(pk=other.pk).update(employee_number=person.employee_number)
    pair = Employee.objects.filter(pk__in=[person.pk, other.pk])
    shown = Pair.of(list(pair), by=by).fingerprint
    merge(pair, stays=person.pk, fingerprint=shown, by=by)


def take_file(dice: Random, by: User) -> None:
    number = dice.randrange(1, 9)
    lines = ("メールアドレス,社員番号,姓,名", f"{company.mail_of(number)},{number:04},{company.CANARY}青山,紙{number}")
    actions.start_job(kind="employees_file", by=by, file=("file.csv", "\r\n".join(lines).encode()))


def withhold(dice: Random, by: User) -> None:
    SyncException.objects.create(kind=SyncException.Kind.NOT_SENT, employee=somebody(dice), made_by=by)


def disconnect(by: User) -> None:
    actions.disconnect(by=by)


def connect(by: User) -> None:
    keys = company.KEYS
    actions.connect(key=keys.consumer_key, secret=keys.consumer_secret, by=by)
