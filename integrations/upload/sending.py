"""One update call: noted before it is made, and followed until カオナビ says what became of it."""

from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone

from employees.models import Employee
from integrations.jobs import records
from integrations.jobs.lease import Lease
from integrations.jobs.permit import RunPermit
from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.errors import (
    CredentialsRefused,
    MustWait,
    NotFound,
    NotPermitted,
    NoUsableAnswer,
    RequestRefused,
    TooLarge,
)
from integrations.models import SyncJob, UploadChunk
from integrations.rules.client_errors import missing_ticks, sheet_issue
from integrations.rules.results import search
from integrations.rules.results.claims import target_of
from integrations.rules.results.plan import Send
from integrations.rules.results.sheets import LINK
from integrations.rules.text import storable
from integrations.upload import source, target
from integrations.upload.deadlines import MOST_LOST, GaveUp, has_timed_out, is_stale, poll_pause
from integrations.upload.ledger import RunState, State, store_ended, unpack
from integrations.upload.outcome import end_failed, note_refused
from integrations.upload.plan import note_stored
from integrations.upload.source import BATCH
from integrations.upload.undo import anybody_withheld


def send_next(lease: Lease, kaonavi: KaonaviClient, state: RunState) -> float | None:
    """Send the next planned chunk, or go on to the last look where nothing is left."""
    chunk = lease.job.chunks.filter(state=State.PLANNED).first()
    if chunk is None or is_stale(chunk) or has_lost_somebody(chunk):
        state.stage = "verify" if chunk is None and state.search.is_over else "survey"
        with lease.writing() as job:
            state.save(job)
        return 0.0
    tell_progress(lease)
    sends = unpack(chunk.content)
    with lease.writing() as job:
        # Somebody may be withheld, or a result deleted, since the chunk was planned: the next survey leaves them out.
        if anybody_withheld(job, chunk.sheet, sends, state) or has_lost_a_result(job, chunk.sheet, sends, state):
            state.stage = "survey"
            state.save(job)
            return 0.0
        chunk.state, chunk.sent_at = State.SENDING, timezone.now()
        chunk.sent_people = dict.fromkeys((str(send.employee) for send in sends), True)
        chunk.save(update_fields=["state", "sent_at", "sent_people"])
        state.save(job)
    try:
        members = [send.member for send in sends]
        task = kaonavi.patch_sheet(chunk.sheet_id, members, permit=RunPermit(lease))
    except (MustWait, CredentialsRefused):
        take_back(lease, state, chunk)
        raise
    except NoUsableAnswer as error:
        if error.outcome_unknown:
            return note_lost(lease, state, chunk)
        take_back(lease, state, chunk)
        raise
    except (NotPermitted, NotFound) as error:
        return stop_sheet(lease, state, chunk, error)
    except RequestRefused as error:
        ticks = missing_ticks(error, state.sheets[chunk.sheet].name)
        return refuse(lease, state, chunk, error.messages, is_large=isinstance(error, TooLarge), ticks=ticks)
    with lease.writing():
        chunk.state, chunk.task_id = State.ACCEPTED, task
        chunk.save(update_fields=["state", "task_id"])
    return poll_pause(chunk)


def has_lost_somebody(chunk: UploadChunk) -> bool:
    """Whether somebody was deleted since the chunk was planned: their results are not to be sent any more."""
    people = sorted({send.employee for send in unpack(chunk.content)})
    batches = (people[start : start + BATCH] for start in range(0, len(people), BATCH))
    return sum(Employee.objects.filter(pk__in=batch).count() for batch in batches) < len(people)


def has_lost_a_result(job: SyncJob, sheet: str, sends: Sequence[Send], state: RunState) -> bool:
    """Whether an upload's call tells of a result that was deleted since; an undo writes what was there."""
    link, links = state.sheets[sheet].fields[LINK].id, source.links()
    targets = (target_of(record, link, links) for send in sends for record in send.records)
    return not job.undone_kind and source.any_deleted(filter(None, targets))


def wait_for(lease: Lease, kaonavi: KaonaviClient, state: RunState, chunk: UploadChunk) -> float | None:
    """Look once what became of an accepted chunk."""
    tell_progress(lease)
    try:
        task = kaonavi.task(chunk.task_id or 0)
    except NotFound:
        return note_lost(lease, state, chunk)
    if task.is_ok:
        return store(lease, state, chunk)
    if task.has_failed:
        return refuse(lease, state, chunk, task.messages, is_fault=task.status == "NG")
    if has_timed_out(chunk):
        state.stuck = chunk.task_id
        return note_lost(lease, state, chunk)
    return poll_pause(chunk)


def store(lease: Lease, state: RunState, chunk: UploadChunk) -> float:
    """カオナビ has carried the chunk out."""
    with lease.writing() as job:
        chunk.state = State.STORED
        sends = unpack(chunk.content)
        store_ended(chunk, sends, timezone.now())
        note_stored(job, chunk.sheet, sends, state)
        state.lost = 0
        if is_probe(state, chunk):
            continue_search(job, state, chunk.sheet, search.stored(state.search))
        state.save(job)
    return 0.0


def refuse(
    lease: Lease,
    state: RunState,
    chunk: UploadChunk,
    messages: Sequence[str],
    *,
    is_fault: bool = True,
    is_large: bool = False,
    ticks: str = "",
) -> float:
    """カオナビ did not take the chunk: split it where it was too large, else search the rows at fault.

    `ticks` is what 操作対象の管理 may lack instead.
    """
    size = sum(len(send.records) for send in unpack(chunk.content))
    with lease.writing() as job:
        # of somebody who was deleted meanwhile nothing is written down any more, and the words may be about them
        told = () if has_lost_somebody(chunk) else messages
        chunk.state, chunk.messages = State.REFUSED, [storable(message) for message in told]
        chunk.save(update_fields=["state", "messages"])
        state.stage = "survey"
        if is_probe(state, chunk):
            continue_search(job, state, chunk.sheet, search.refused(state.search, messages), messages=told, ticks=ticks)
        elif is_large and len(chunk.codes) > 1:
            state.max_records = max(1, size // 2)
        else:
            verdict = search.begin(state.search, chunk.sheet, list(chunk.codes), messages, is_fault=is_fault)
            continue_search(job, state, chunk.sheet, verdict, messages=told, ticks=ticks)
        state.save(job)
    return 0.0


def is_probe(state: RunState, chunk: UploadChunk) -> bool:
    return not state.search.is_over and state.search.sheet == chunk.sheet


def continue_search(
    job: SyncJob, state: RunState, sheet: str, verdict: search.Verdict, *, messages: Sequence[str] = (), ticks: str = ""
) -> None:
    """Go on with the search as the answer told."""
    note_refused(
        job, state, sheet, at_fault=verdict.at_fault, given_up=verdict.given_up, messages=messages, ticks=ticks
    )
    state.search = verdict.search
    state.stage = "survey"


def note_lost(lease: Lease, state: RunState, chunk: UploadChunk) -> float:
    """Nobody knows what became of the chunk. It is not sent again before the sheet has been read.

    Raises GaveUp when that happened too often in a row.
    """
    with lease.writing() as job:
        chunk.state = State.LOST
        chunk.save(update_fields=["state"])
        state.stage = "survey"
        state.lost += 1
        state.save(job)
    if state.lost >= MOST_LOST:
        raise GaveUp(f"送信の結果が{state.lost}回続けて分かりませんでした。")
    return settings.KAONAVI_LOST_PAUSE


def take_back(lease: Lease, state: RunState, chunk: UploadChunk) -> None:
    """The call was certainly not made, or not accepted."""
    with lease.writing() as job:
        chunk.state, chunk.sent_at, chunk.sent_people = State.PLANNED, None, {}
        chunk.save(update_fields=["state", "sent_at", "sent_people"])
        state.save(job)


def stop_sheet(lease: Lease, state: RunState, chunk: UploadChunk, error: NotPermitted | NotFound) -> float | None:
    """Send nothing more to this sheet; the other one goes on."""
    sheet = state.sheets[chunk.sheet]
    problem = sheet_issue(error, sheet.name, target.UPDATE)
    with lease.writing() as job:
        chunk.state = State.REFUSED
        store_ended(chunk, [], timezone.now())
        job.chunks.filter(sheet=chunk.sheet, state=State.PLANNED).delete()
        state.stopped[chunk.sheet] = sheet.name
        state.stage = "survey"
        state.save(job)
        if not state.running:
            end_failed(job, [problem])
            return None
        records.write_issues(job, [problem])
    return 0.0


def tell_progress(lease: Lease) -> None:
    """People as far as the calls have come: a chunk is one call, whatever it holds."""
    calls = lease.job.state.get("calls", {})
    ended = lease.job.chunks.filter(ended_at__isnull=False).count()
    total = lease.job.total
    lease.report("カオナビへの送信", done=total * ended // max(calls.get("needed", 0), 1), total=total)
