"""One step of an upload: which one is due, and what the next one waits for."""

from django.conf import settings
from django.utils import timezone

from integrations.jobs.ending import fail
from integrations.jobs.lease import Lease
from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.errors import NotFound, NoUsableAnswer
from integrations.models import UploadChunk
from integrations.reasons import Reason
from integrations.rules.plan import finding
from integrations.upload.deadlines import GaveUp, has_timed_out, patience, poll_pause, since
from integrations.upload.ledger import RunState, State
from integrations.upload.plan import take_survey
from integrations.upload.sending import note_lost, send_next, wait_for
from integrations.upload.verifying import verify


def advance_results(lease: Lease, kaonavi: KaonaviClient) -> float | None:
    """Take one step. Seconds until the next one, or None when the run has ended or is held.

    Raises MustWait, KaonaviError and LeaseLostError between two states of the ledger: the same step may be taken again.
    """
    state = RunState.of(lease.job)
    try:
        pause = take_step(lease, kaonavi, state)
    except GaveUp:
        raise
    except NoUsableAnswer:
        # Once something has been sent, a カオナビ that is away for a while is waited for: the rest is still to come.
        wait = patience(state.troubles) if lease.job.chunks.filter(sent_at__isnull=False).exists() else None
        if wait is None:
            raise
        note_trouble(lease, state.troubles + 1)
        return wait
    if state.troubles and pause is not None:
        note_trouble(lease, 0)
    return pause


def advance_undo(lease: Lease, kaonavi: KaonaviClient) -> float | None:
    """The same for a run that takes an upload back. One that is no longer kept cannot be."""
    if lease.job.undoes is None:
        fail(lease, finding(Reason.UNDO_NOTHING_LEFT))
        return None
    return advance_results(lease, kaonavi)


def note_trouble(lease: Lease, number: int) -> None:
    with lease.writing() as job:
        state = RunState.of(job)
        state.troubles = number
        state.save(job)


def take_step(lease: Lease, kaonavi: KaonaviClient, state: RunState) -> float | None:
    chunk = lease.job.chunks.filter(state__in=UploadChunk.IN_FLIGHT).first()
    if chunk is not None and chunk.state == State.SENDING:
        return note_lost(lease, state, chunk)  # a step ended between the call and its answer
    if chunk is not None:
        return wait_for(lease, kaonavi, state, chunk)
    if state.stage == "send":
        return send_next(lease, kaonavi, state)
    if state.stage == "verify":
        return verify(lease, kaonavi, state)
    if not state.has_planned and (left := in_flight_of_others(lease)):
        lease.report("前回の送信の終了待ち")
        return look_after(lease, kaonavi, left)
    return take_survey(lease, kaonavi, state)


def in_flight_of_others(lease: Lease) -> UploadChunk | None:
    """An update that a run left behind when it was stopped: its task may still change the sheets."""
    others = UploadChunk.objects.filter(state__in=UploadChunk.IN_FLIGHT).exclude(job=lease.job)
    return others.select_related("job").defer("content").first()


def look_after(lease: Lease, kaonavi: KaonaviClient, chunk: UploadChunk) -> float:
    """Wait for the end of such an update, as long as one waits for an own one.

    One without a task may have been on its way when its run was ended: a moment later its worker has noticed.
    """
    rest = settings.KAONAVI_LOST_PAUSE - since(chunk.job.finished_at).total_seconds()
    if chunk.task_id is None and rest > 0:
        return rest
    end = State.LOST
    if chunk.task_id is not None and not has_timed_out(chunk):
        try:
            task = kaonavi.task(chunk.task_id)
        except NotFound:
            pass
        else:
            if not task.is_final:
                return poll_pause(chunk)
            end = State.STORED if task.is_ok else State.REFUSED
    with lease.writing():
        UploadChunk.objects.filter(pk=chunk.pk).update(state=end, ended_at=timezone.now())
    return 0.0
