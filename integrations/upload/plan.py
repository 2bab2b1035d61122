"""The survey: read both sides, plan the difference, and write it down as chunks; or hold it, or refuse the run."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from integrations.erasure import erase_leavers
from integrations.jobs import records
from integrations.jobs.gc_paused import collector_paused
from integrations.jobs.held import hold, preview, what_moved
from integrations.jobs.lease import Lease
from integrations.kaonavi.client import KaonaviClient
from integrations.models import SyncJob, UploadChunk
from integrations.reasons import Reason
from integrations.rules.fingerprint import of_plan
from integrations.rules.plan import Finding
from integrations.rules.results.people import Counterpart
from integrations.rules.results.plan import Send, ShownSheet, plan_people, stale_records, targets_on
from integrations.rules.results.proof import change_of
from integrations.rules.results.required import left_blank, required_items
from integrations.rules.results.search import Verdict, resume
from integrations.rules.results.values import ResultContext
from integrations.upload import images, source, target
from integrations.upload.deadlines import TaskStuck
from integrations.upload.ledger import RunState, State, store_ended, undecided, unpack
from integrations.upload.outcome import end_failed, note_refused
from integrations.upload.registration import register, unregister
from integrations.upload.survey import Survey
from integrations.upload.undo import plan_everybody_back, remark_on


@collector_paused()
def take_survey(lease: Lease, kaonavi: KaonaviClient, state: RunState) -> float | None:
    """The first step, and the one to which every doubt leads back. Raises TaskStuck."""
    lease.report("カオナビとの照合", total=lease.job.total)
    read_at = timezone.now()
    shown, problems = target.look(kaonavi, state)
    survey = plan_for_usable(lease, kaonavi, state, shown, problems)
    if survey is None:
        with lease.writing() as job:
            end_failed(job, problems)
        return None
    is_asked = not state.has_planned and lease.job.run_options.is_asked
    fingerprint = fingerprint_of_survey(survey, state) if is_asked else ""
    with lease.writing() as job:
        stuck = decide_unknown(job, state, survey)
        state.people = survey.people
        forget_findings(job)
        records.write_issues(job, [*problems, *survey.issues])
        if is_asked and (text := why_held(job, fingerprint, survey)):
            hold_run(job, state, survey, text=text, fingerprint=fingerprint)
            return None
        write_plan(job, state, survey, read_at)
    if stuck is not None:
        raise TaskStuck(stuck)
    lease.report("カオナビへの送信", total=survey.people.source)
    register(lease, survey.unchanged)
    return 0.0


def write_plan(job: SyncJob, state: RunState, survey: Survey, read_at: datetime) -> None:
    """Replace what was planned by what this survey found, and go on to sending it."""
    if not state.has_planned:
        job.changes.all().delete()  # what an earlier look of this run, held for a person, had only planned
    job.chunks.filter(state=State.PLANNED).delete()
    verdict = narrowed(state, survey)
    if verdict.search == state.search:
        write_chunks(job, state, survey, read_at)
        state.stage = "send"
    else:
        # Another group is to be tried than the one that this survey was made for: the next one is.
        note_refused(job, state, state.search.sheet, given_up=verdict.given_up, messages=[])
        state.search = verdict.search
    state.has_planned = True
    state.save(job)


def plan_for_usable(
    lease: Lease, kaonavi: KaonaviClient, state: RunState, shown: Sequence[ShownSheet], problems: list[Finding]
) -> Survey | None:
    """The survey of those sheets that would take all that is to be sent; None where there is none.

    What is wrong with the others is added to `problems`, and they are stopped.
    """
    members = target.known_members(kaonavi.members(())) if shown else {}
    while shown:
        survey = plan_everybody(lease, state, shown, members)
        unfilled = survey.unfilled()
        if not unfilled:
            return survey
        problems.extend(problem for issues in unfilled.values() for problem in issues)
        state.stopped.update((sheet.key, sheet.sheet.name) for sheet in shown if sheet.key in unfilled)
        shown = [sheet for sheet in shown if sheet.key not in unfilled]
    return None


def plan_everybody(
    lease: Lease, state: RunState, shown: Sequence[ShownSheet], members: Mapping[str, Counterpart]
) -> Survey:
    """Our results against the sheets, or for an undo what was there: nothing is written yet."""
    if lease.job.undoes is not None:
        return plan_everybody_back(lease, lease.job.undoes, state, shown, members)
    people = source.tested_people()
    roster = source.whom_to_send(people, members, withheld=source.whom_to_withhold())
    types = source.type_names()
    links = source.links()
    terms = ResultContext(links, types, source.unknown_of(targets_on(shown, links)))
    survey = Survey(lease.job, state, shown)
    for done, plan in enumerate(plan_people(source.with_results(roster.eligible, types), shown, terms), start=1):
        survey.add(plan)
        lease.report("カオナビとの照合", done=done, total=len(people))
    survey.close(roster)
    numbers = {person.employee_number for person in people}
    survey.issues.extend(stale_records(shown, sources=numbers, members=members, terms=terms))
    return survey


def who_stays_blank(shown: ShownSheet, members: Mapping[str, Counterpart]) -> dict[int, list[str]]:
    """Required item → 社員番号 of those who would have it blank if an upload to this sheet were made now."""
    blank: dict[int, list[str]] = {}
    required, types = required_items(shown.sheet), source.type_names()
    withheld = source.whom_to_withhold()
    eligible = source.whom_to_send(source.tested_people(), members, withheld=withheld).eligible
    for plan in plan_people(source.with_results(eligible, types), [shown], ResultContext(source.links(), types)):
        for send in plan.sends.values():
            for item in left_blank(send, shown, required):
                blank.setdefault(item.id, []).append(send.code)
    return blank


def narrowed(state: RunState, survey: Survey) -> Verdict:
    """The search without rows that need not be sent any more."""
    search = state.search
    if search.is_over:
        return Verdict(search)
    return resume(search, search.suspects - survey.to_send.get(search.sheet, set()))


def decide_unknown(job: SyncJob, state: RunState, survey: Survey) -> int | None:
    """Decide who got in by chunks whose end is not known. Returns the task that is still stuck, if there is one."""
    now, stuck = timezone.now(), None
    for chunk in undecided(job):
        got_in = [send for send in unpack(chunk.content) if send.code in survey.same.get(chunk.sheet, ())]
        if state.stuck is not None and chunk.task_id == state.stuck and len(got_in) < len(chunk.codes):
            stuck = state.stuck
        if got_in:
            state.lost = 0
        store_ended(chunk, got_in, now)
        note_stored(job, chunk.sheet, got_in, state)
    state.stuck = None
    return stuck


def write_chunks(job: SyncJob, state: RunState, survey: Survey, read_at: datetime) -> None:
    """Add the chunks to the ledger, numbered on from those that were sent."""
    numbers = Counter(job.chunks.values_list("sheet", flat=True))
    for chunk in survey.chunks:
        numbers[chunk.sheet] += 1
        UploadChunk.objects.create(
            job=job,
            sheet=chunk.sheet,
            sheet_id=state.sheets[chunk.sheet].id,
            number=numbers[chunk.sheet],
            codes=chunk.codes,
            content=chunk.content,
            read_at=read_at,
        )


def forget_findings(job: SyncJob) -> None:
    """Drop the issues that every survey finds anew. What カオナビ answered to an update stays."""
    job.issues.exclude(reason=Reason.RESULT_REFUSED).exclude(field=target.UPDATE).delete()
    if job.issues_left_out:
        stays = {Reason.RESULT_REFUSED.value}
        records.leave_out(job, {reason: job.issues_left_out[reason] for reason in stays & job.issues_left_out.keys()})


def why_held(job: SyncJob, fingerprint: str, survey: Survey) -> str:
    """The text of 確認待ち, or "" when the run may send."""
    approved = job.run_options.approved_fingerprint
    if approved == fingerprint:
        return ""
    moved = f"{what_moved(job.counts, survey.counts)}\n" if approved else ""
    calls = len(survey.chunks)
    remark = remark_on(survey) if job.undone_kind else ""
    return f"{moved}{preview(survey.counts)}カオナビへの更新は{calls:,}回です。{remark}"


def fingerprint_of_survey(survey: Survey, state: RunState) -> str:
    """The fingerprint of all that would be sent, in however many calls, and of how everybody would come off."""
    sends = (
        (chunk.sheet, change.key, {item: [*map(in_any_order, values)] for item, values in change.fields.items()})
        for chunk in survey.chunks
        for change in (change_of(send, state.sheets[chunk.sheet]) for send in unpack(chunk.content))
    )
    return of_plan(sends, survey.counts.items(), [len(survey.chunks)])


def in_any_order(value: object) -> object:
    return sorted(value) if isinstance(value, list) else value


def hold_run(job: SyncJob, state: RunState, survey: Survey, *, text: str, fingerprint: str) -> None:
    """確認待ち, with what would be sent to whom."""
    job.changes.all().delete()
    for chunk in survey.chunks:
        write_changes(job, chunk.sheet, unpack(chunk.content), state)
    erase_leavers(job)
    hold(job, message=text, fingerprint=fingerprint, counts=survey.counts)


def write_changes(job: SyncJob, sheet: str, sends: Iterable[Send], state: RunState) -> None:
    records.write_changes(job, sheet, ((change_of(send, state.sheets[sheet]), send.employee) for send in sends))


def note_stored(job: SyncJob, sheet: str, sends: Sequence[Send], state: RunState) -> None:
    """These people got in: say so, and keep what they had before. What an undo takes back is registered no more."""
    write_changes(job, sheet, sends, state)
    images.keep(job, state.sheets[sheet], sends)
    if job.undone_kind:
        unregister(sends)
