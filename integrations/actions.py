"""What a person can do to runs and to the connection. Web, command line and tests all come through here."""

import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.names import shown_name
from integrations import kinds, tasks
from integrations.connection.session import try_keys, working_connection
from integrations.imports.undo.offer import why_not
from integrations.jobs import workers
from integrations.jobs.dropping import drop
from integrations.jobs.ending import end_abandoned, end_cancelled
from integrations.jobs.lease import FORMAT
from integrations.jobs.owner import name_of, standing
from integrations.kaonavi.errors import KaonaviError, MustWait
from integrations.models import AutomaticRun, BeforeImage, ImageKey, KaonaviConnection, RunOptions, SourceFile, SyncJob
from integrations.upload import images


class AlreadyRunning(Exception):  # noqa: N818 - reads as what it is at the caller's
    """Another run is unfinished. `job` is that one; the text says who runs what since when."""

    def __init__(self, job: SyncJob | None) -> None:
        self.job = job
        super().__init__(
            f"{job.requester_in_sentence}が{timezone.localtime(job.created_at):%Y/%m/%d %H:%M}に開始した"
            f"「{job.get_kind_display()}」が{job.get_status_display()}です。終了してから、もう一度実行してください。"
            if job
            else "別の処理がちょうど終わったところです。もう一度実行してください。"
        )


class SomethingHeld(Exception):  # noqa: N818 - as above
    """A run waits for a person (確認待ち), and nothing automatic drops it."""


class TooLate(Exception):  # noqa: N818 - as above
    """The job moved on before the person's click arrived."""

    def __init__(self, job: SyncJob) -> None:
        super().__init__(f"この処理はすでに「{job.get_status_display()}」になっています。")


class NotUndoableError(Exception):
    """The run cannot be taken back; the text says why."""


def start_job(
    *,
    kind: str,
    by: User | None,
    dry_run: bool = False,
    approve: bool = False,
    file: tuple[str, bytes] | None = None,
    undoes: SyncJob | None = None,
    row: int | None = None,
    only_created: bool = False,
    inline: bool = False,
    automatic: AutomaticRun | None = None,
) -> SyncJob:
    """Start a run. Raises AlreadyRunning while another is unfinished: a constraint, not a question asked before.

    A run that is held for a person is dropped by this; a step of an `automatic` run raises SomethingHeld instead.
    `dry_run` ends as 確認待ち, `approve` never stops there.
    `file` is the name and content for a file job. `inline` leaves the steps to the caller (`run_inline`). Raises
    NotConnectedError for a sync without a working connection.
    """
    job = SyncJob(kind=kind, requested_by=by, undoes=undoes, file_name=file[0] if file else "")
    if automatic is not None:
        job.cause, job.automatic_run = automatic.cause, automatic
    job.undone_kind = (undoes.undone_kind or undoes.kind) if undoes else ""
    if kinds.of(job).needs_connection:
        working_connection()
    options = RunOptions(format=FORMAT, dry_run=dry_run, approve=approve, row=row, only_created=only_created)
    told = {"dry_run": dry_run} | ({"undoes": undoes.pk} if undoes else {})
    owner = name_of(os.getpid()) if inline else ""

    def begin() -> SyncJob:
        with transaction.atomic():
            # Locked before the new row is there: whoever approves takes the same way, so neither waits for the other.
            held_runs = list(SyncJob.objects.filter(status=SyncJob.Status.HELD).lock())
            job.pk, job.owner, job.run_options = None, owner, options
            job.save(force_insert=True)
            # Asked once this one is there: what was unfinished until now may have become a held one at this moment.
            if automatic is not None and SyncJob.objects.filter(status=SyncJob.Status.HELD).exists():
                raise SomethingHeld
            if file is not None:
                SourceFile.objects.create(job=job, name=file[0], content=file[1])
            action = audit.Action.STARTED if file is None else audit.Action.IMPORTED
            audit.record(action, by=by, actor=job.get_cause_display(), on=job, detail=told)
            for held in held_runs:
                drop(
                    held,
                    f"「{job.get_kind_display()}」が新しく開始されたため、確認待ちのこの処理は取りやめになりました。",
                )
            if not inline:
                transaction.on_commit(partial(tasks.wake, job.pk, job.lease))
        return job

    return over_the_dead(begin)


def undo_job(
    undone: SyncJob,
    *,
    by: User | None,
    row: int | None = None,
    only_created: bool = False,
    approve: bool = False,
    inline: bool = False,
) -> SyncJob:
    """Start taking back what a run wrote, of one `row` (pk) alone or of all; held first unless `approve`.

    Raises NotUndoableError with the reason, and as `start_job`.
    """
    if problem := why_not(undone, row=row):
        raise NotUndoableError(problem)
    return start_job(
        kind=SyncJob.Kind.UNDO,
        by=by,
        dry_run=not approve,
        approve=approve,
        undoes=undone,
        row=row,
        only_created=only_created,
        inline=inline,
    )


def over_the_dead(begin: Callable[[], SyncJob]) -> SyncJob:
    """Begin a run; once more where one stood in its way whose process is gone, and which is ended by this.

    Raises AlreadyRunning where another run is unfinished. Never waits: it says so at once.
    """
    with suppress(IntegrityError):
        return begin()
    other = SyncJob.objects.unfinished().first()
    if other is not None and is_abandoned(other):
        end_abandoned(other.pk, other.lease)
        with suppress(IntegrityError):
            return begin()
        other = SyncJob.objects.unfinished().first()
    raise AlreadyRunning(other)


def is_abandoned(job: SyncJob) -> bool:
    """Whether its process was one of this machine and is gone, and no worker goes on with it."""
    if not job.owner or standing(job.owner) != "gone":
        return False
    return not job.celery_task_id or not workers.is_anybody_there()


def approve_job(job: SyncJob, *, by: User | None, keep_items: bool = False, inline: bool = False) -> SyncJob:
    """Let a held run go on. It loads and plans anew, and writes only what was shown.

    `keep_items` is 「…を変えずに実行」: nothing is lost of what was asked about. Raises TooLate when the run is not held any
    more, AlreadyRunning when another one is unfinished.
    """

    def go_on() -> SyncJob:
        with transaction.atomic():
            held = SyncJob.objects.lock().get(pk=job.pk)
            if held.status != SyncJob.Status.HELD:
                raise TooLate(held)
            held.status = SyncJob.Status.QUEUED
            held.requested_by = by
            held.lease += 1
            held.owner = name_of(os.getpid()) if inline else ""
            held.phase, held.wake_in, held.remote_waits, held.heartbeat_at = "", 0, 0, None  # it begins anew
            options = held.run_options
            options.approved_fingerprint, options.keep_items = options.fingerprint, keep_items
            options.approved_at = timezone.now().isoformat()
            held.run_options = options
            held.save()
            audit.record(audit.Action.APPROVED, by=by, on=held, detail={"keep_items": keep_items})
            if not inline:
                transaction.on_commit(partial(tasks.wake, held.pk, held.lease))
        return held

    return over_the_dead(go_on)


def cancel_job(job: SyncJob, *, by: User | None) -> None:
    """End a run that waits, works or is held: its worker writes nothing any more. Raises TooLate where it has ended."""
    who = shown_name(by)
    with transaction.atomic():
        if end_cancelled(job.pk, who) is None:
            current = SyncJob.objects.lock().get(pk=job.pk)
            if current.status != SyncJob.Status.HELD:
                raise TooLate(current)
            drop(current, f"{who}さんが処理を中止しました。")
        audit.record(audit.Action.CANCELLED, by=by, on=job)


def connect(*, key: str, secret: str, by: User | None) -> KaonaviConnection:
    """Try the keys, then store them; settings stay. Raises KaonaviError or MustWait, and then stores nothing."""
    try:
        try_keys(key, secret)
    except (KaonaviError, MustWait) as error:
        kind = {"problem": type(error).__name__}
        audit.record(audit.Action.CONNECT_FAILED, by=by, what="カオナビ連携", label="カオナビ連携", detail=kind)
        raise
    # Without reading the old keys: they may have become unreadable, and that is what new ones are entered for.
    with transaction.atomic():
        connection, _ = KaonaviConnection.objects.defer("consumer_key", "consumer_secret", "token").update_or_create(
            pk=1,
            defaults={
                "consumer_key": key,
                "consumer_secret": secret,
                "connected_by": by,
                "connected_at": timezone.now(),
                "state": KaonaviConnection.State.ACTIVE,
                "token": "",
                "token_expires_at": None,
                "worked": [],
                "checked_at": None,
                "check_lines": {},
            },
        )
        images.forget_unreadable()
        audit.record(audit.Action.CONNECTED, by=by, on=connection)
    return connection


def disconnect(*, by: User | None) -> bool:
    """Cancel whatever runs against カオナビ, a dead worker's too, then delete the keys. False without a connection."""
    linked = kinds.codes(lambda kind: kind.needs_connection)
    of_undo = Q(undone_kind__in=[code for code, kind in kinds.UNDOING.items() if kind.needs_connection])
    for job in SyncJob.objects.filter(Q(kind__in=linked) | of_undo).exclude(status__in=SyncJob.ENDS):
        try:
            cancel_job(job, by=by)
        except TooLate:
            continue
    with transaction.atomic():
        deleted, _ = KaonaviConnection.objects.all().delete()
        BeforeImage.objects.all().delete()  # the next connection may be to another company's sheets
        ImageKey.objects.all().delete()
        if deleted:
            audit.record(audit.Action.DISCONNECTED, by=by, what="カオナビ連携", label="カオナビ連携")
    return bool(deleted)
