"""How an upload ends, on whatever way, and what it then says of the people."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from django.db.models import Q
from django.utils import timezone

from employees.models import Employee
from integrations.erasure import erase_leavers
from integrations.jobs import records
from integrations.jobs.ending import end
from integrations.jobs.lease import Lease
from integrations.jobs.undone import is_of_all, mark_undone
from integrations.models import SyncJob, UploadChunk
from integrations.reasons import Reason, Severity
from integrations.rules.plan import Finding, finding
from integrations.rules.results.search import words_about
from integrations.upload import images
from integrations.upload.ledger import RunState, State, ended_chunks, pending_codes, tally, unpack
from integrations.upload.registration import unregister

NOTHING_TO_SEND = "送る検査結果がありません。検査結果は、自社社員管理の「社員情報を一括操作」>「検査結果を取り込む」から取り込めます。"
GIVEN_UP = "（問題のある行を絞り込む回数の上限に達したため、まだ分けられていなかった行もエラーにしました。）"


def finish(
    lease: Lease, state: RunState, *, found: Sequence[Finding], failed: AbstractSet[str], unseen: AbstractSet[str]
) -> None:
    """The end of a run that did what it could.

    `found` and `failed` come from the last look at the sheets. `unseen`: whose update is carried out but not shown yet.
    """
    with lease.writing() as job:
        counts = tally(job, state, failed)
        wanted = state.people.source - counts["skipped"]
        waiting = len(unseen - state.failed - failed)
        seen = wanted - counts["failed"] - waiting
        set_counts(job, counts)
        records.write_issues(job, found)
        if waiting:
            told = finding(Reason.RESULT_NOT_YET_VISIBLE, total=f"{wanted:,}", confirmed=f"{seen:,}")
            records.write_issues(job, [told])
        has_errors = job.issues.filter(severity=Severity.ERROR).exists()
        close(job, state)
        confirmed = told_at_the_end(job, wanted, seen)
        status = SyncJob.Status.PARTIAL if has_errors else SyncJob.Status.SUCCEEDED
        stopped = "".join(f"シート「{name}」への登録は完了していません。" for name in state.stopped.values())
        if job.undoes and status == SyncJob.Status.SUCCEEDED and is_of_all(job):
            mark_undone(job.undoes, timezone.now())
        end(job, status, confirmed + stopped + state.note)


def told_at_the_end(job: SyncJob, wanted: int, seen: int) -> str:
    """How many of whom was to be sent the sheets were seen to show."""
    if job.undone_kind:
        told = f"カオナビで{wanted:,}件中{seen:,}件が元の内容に戻ったことを確認しました。"
        return told if wanted else "元に戻すものはありませんでした。"
    return f"カオナビに{wanted:,}件中{seen:,}件の反映を確認しました。" if wanted else NOTHING_TO_SEND


def end_failed(job: SyncJob, problems: Sequence[Finding]) -> None:
    """End the locked job as 失敗: no sheet can be used (any more). `problems` say why, the first in the message."""
    records.write_issues(job, problems)
    end(job, SyncJob.Status.FAILED, f"{records.issue_of(job, problems[0]).sentence}{stop_results(job)}")


def stop_results(job: SyncJob) -> str:
    """What an upload that ends before its time has done; also sets its counts and closes its ledger.

    `job` is locked by the caller, who saves it.
    """
    state = RunState.of(job)
    if not state.has_planned:
        job.changes.all().delete()
        return "カオナビには何も送信していません。"
    # Who needed nothing is no news of a run that did not come to its end; whose sheet was stopped was not even asked.
    set_counts(job, tally(job, state) | {"unchanged": 0})
    job.total = state.people.source
    pending = pending_codes(job)
    done = {code for chunk in ended_chunks(job) for code in chunk.codes} - pending
    flying = job.chunks.filter(state__in=UploadChunk.IN_FLIGHT).defer("content")
    in_flight = {code for chunk in flying for code in chunk.codes}
    close(job, state)
    told = f"この実行でカオナビが登録を終えたのは{len(done):,}名分です。"
    if in_flight:
        told += f"送信した{len(in_flight):,}名分は、登録されたかどうかを確認していません。"
    again = "もう一度元に戻すと" if job.undone_kind else "もう一度実行すると"
    return f"{told}{again}、残りだけを送信します。"


def set_counts(job: SyncJob, counts: dict[str, int]) -> None:
    for name, number in counts.items():
        setattr(job, name, number)
    job.done = job.total = sum(counts.values())


def close(job: SyncJob, state: RunState) -> None:
    """Nothing more will be sent: what was only planned goes, and so do whom and what the ledger knew to go on."""
    job.chunks.filter(state=State.PLANNED).delete()
    keep_of_unknown(job, state)
    chunks = list(job.chunks.defer("content"))
    erase_leavers(job, {*state.failed, *state.people.strangers, *(code for chunk in chunks for code in chunk.codes)})
    for chunk in chunks:
        UploadChunk.objects.filter(pk=chunk.pk).update(people=chunk.size, codes={}, content=b"")
    state.save(job)
    job.state.pop("run")
    job.save(update_fields=["state"])


def keep_of_unknown(job: SyncJob, state: RunState) -> None:
    """Of calls of which nobody knows what became: whoever takes the run back will see it on the sheets."""
    unknown = Q(state__in=UploadChunk.IN_FLIGHT) | Q(state__in=(State.LOST, State.REFUSED), ended_at=None)
    for chunk in job.chunks.filter(unknown).iterator(chunk_size=1):
        sends = unpack(chunk.content)
        images.keep(job, state.sheets[chunk.sheet], sends)
        if job.undone_kind:
            unregister(sends)


def note_refused(
    job: SyncJob,
    state: RunState,
    sheet: str,
    *,
    at_fault: Iterable[str] = (),
    given_up: Iterable[str] = (),
    messages: Sequence[str],
    ticks: str = "",
) -> None:
    """Note the rows that カオナビ does not take, with its own words, and send them no more in this run.

    `ticks` is what 操作対象の管理 may lack instead.
    """
    codes = dict.fromkeys(at_fault, "") | dict.fromkeys(given_up, GIVEN_UP)
    if not codes:
        return
    people = {one.employee_number.strip(): one for one in Employee.objects.filter(employee_number__in=list(codes))}
    refused = (
        finding(
            Reason.RESULT_REFUSED,
            key=code,
            name=people[code].full_name if code in people else "",
            email=people[code].email if code in people else "",
            detail=f"{words_about(code, messages) or '（なし）'}{remark}",
            missing_ticks=ticks,
            sheet=state.sheets[sheet].name,
        )
        for code, remark in codes.items()
    )
    records.write_issues(job, refused)
    state.refused.setdefault(sheet, []).extend(codes)
