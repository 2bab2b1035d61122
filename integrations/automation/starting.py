"""Runs that nobody clicked: asked for once, then led step by step by whoever looks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.encryption import UnreadableSecretError
from integrations import actions
from integrations.connection.session import NotConnectedError
from integrations.models import AutomaticRun, AutomationSettings, KaonaviConnection, SyncJob

Outcome = AutomaticRun.Outcome
PATIENCE = timedelta(hours=2)  # for runs of others, which come first; then it gives up, and the next time has to do


@dataclass(frozen=True)
class Asked:
    """What became of a wish for runs.

    `run` is the row that now stands for it, None where nothing was written: then the same may be asked again later,
    since everything automatic is stopped or another chain is under way. `job` is the step that was started; without it
    `run.outcome` says why none was, or is "" where the chain waits for somebody else's run.
    """

    run: AutomaticRun | None = None
    job: SyncJob | None = None


def start(*, cause: str, chain: list[str], due_at: datetime, now: datetime, missed: int = 0) -> Asked:
    """Ask for the kinds of `chain`, one after the other, because of `cause` (`SyncJob.Cause`).

    `due_at` names the wish: one of the same cause and moment is carried out once, however often and by however many it
    is asked. One chain is under way at a time. A run that waits for a person (確認待ち) is never dropped: while there is
    one, or no connection that works, the row ends at once with that outcome. `missed` earlier wishes are made up by it.
    """
    if AutomaticRun.objects.filter(ended_at=None).exists():
        return Asked()
    try:
        with transaction.atomic():
            if is_stopped():
                return Asked()
            run = AutomaticRun.objects.create(cause=cause, due_at=due_at, kinds=chain, missed=missed, created_at=now)
            return Asked(run, take_step(run, now))
    except IntegrityError:  # somebody else asked at the same time
        return Asked()


def go_on(now: datetime) -> SyncJob | None:
    """Lead the chain that is under way to its next step or its end; the step, where one was started."""
    if not AutomaticRun.objects.filter(ended_at=None).exists():
        return None
    with transaction.atomic():
        stopped = is_stopped()
        run = AutomaticRun.objects.filter(ended_at=None).lock().first()
        return take_step(run, now, stopped=stopped) if run else None


def is_stopped() -> bool:
    """Whether an administrator has stopped all that is automatic. Until the transaction ends nobody changes that."""
    settings = AutomationSettings.objects.lock().first()
    return settings is not None and settings.is_stopped


def take_step(run: AutomaticRun, now: datetime, *, stopped: bool = False) -> SyncJob | None:
    """Start the next kind, or note why none is started. The row is locked, or new."""
    jobs = {job.kind: job for job in run.jobs.all()}
    for kind in run.kinds:
        job = jobs.get(kind)
        if job is None:
            return begin(run, kind, now) if not stopped else end(run, Outcome.STOPPED, now)
        if job.is_unfinished:
            return None
        if job.status not in SyncJob.COMPLETED:
            return end(run, Outcome.ASKS if job.status == SyncJob.Status.HELD else Outcome.BROKEN_OFF, now)
    return end(run, Outcome.DONE, now)


def begin(run: AutomaticRun, kind: str, now: datetime) -> SyncJob | None:
    """Start this kind, or wait: a person's run comes first."""
    try:
        job = actions.start_job(kind=kind, by=None, automatic=run)
    except actions.AlreadyRunning:
        return wait(run, now)
    except actions.SomethingHeld:
        return end(run, Outcome.HELD, now)
    except (NotConnectedError, UnreadableSecretError):
        return end(run, Outcome.NOT_CONNECTED, now)
    run.waits_since = None
    run.save(update_fields=["waits_since"])
    return job


def wait(run: AutomaticRun, now: datetime) -> SyncJob | None:
    """Let the run of somebody else end first, for as long as PATIENCE; a clock that is put back makes it no longer."""
    run.waits_since = min(run.waits_since or now, now)
    if now - run.waits_since >= PATIENCE:
        return end(run, Outcome.BUSY, now)
    run.save(update_fields=["waits_since"])
    return None


def end(run: AutomaticRun, outcome: Outcome, now: datetime) -> SyncJob | None:
    """The chain goes no further; there is no next step."""
    run.outcome, run.ended_at = outcome, now
    run.save(update_fields=["outcome", "ended_at"])
    return None


def hindrance() -> Outcome | None:
    """Why nothing automatic would be started now, whatever is due; None where nothing is in the way but other runs."""
    settings = AutomationSettings.objects.first()
    if settings is not None and settings.is_stopped:
        return Outcome.STOPPED
    if KaonaviConnection.objects.state() != KaonaviConnection.State.ACTIVE:
        return Outcome.NOT_CONNECTED
    if SyncJob.objects.filter(status=SyncJob.Status.HELD).exists():
        return Outcome.HELD
    return None
