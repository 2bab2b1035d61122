"""The truth at the end: read the sheets again and compare them with what was sent."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from integrations.jobs.lease import Lease
from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.errors import NoUsableAnswer, Refused
from integrations.kaonavi.types import Record
from integrations.models import SyncJob
from integrations.reasons import Reason
from integrations.rules.client_errors import sheet_issue
from integrations.rules.plan import Finding, finding
from integrations.rules.results.plan import Send, ShownSheet
from integrations.rules.results.proof import Sight, compare, differing_items
from integrations.rules.results.sheets import UsableSheet
from integrations.rules.results.values import Links, Seen
from integrations.upload import source, target
from integrations.upload.deadlines import pause_after, since
from integrations.upload.ledger import RunState, unpack
from integrations.upload.outcome import finish
from integrations.upload.registration import register


class Proof(NamedTuple):
    """What the sheets show of all that was sent.

    `seen` holds by 社員番号 everybody who was looked for. `not_yet` are those of whom a sheet
    still shows what it showed before, or says nothing; `different` those of whom one shows something else.
    """

    seen: dict[str, Seen]
    not_yet: set[str]
    different: set[str]
    issues: list[Finding]

    def confirmed(self, failed: AbstractSet[str]) -> list[Seen]:
        """Everybody of whom the sheets show all results. `failed` are those of whom something could not be sent."""
        missing = self.not_yet | self.different | failed
        return [person for code, person in self.seen.items() if code not in missing]


def verify(lease: Lease, kaonavi: KaonaviClient, state: RunState) -> float | None:
    """Look once; again later while something is missing and there is time; else the end."""
    if state.verify_from is None:
        state.verify_from = timezone.now()
        with lease.writing() as job:
            state.save(job)
    waited = since(state.verify_from)
    lease.report("カオナビでの反映の確認", done=lease.job.total, total=lease.job.total)
    proof = prove(lease.job, kaonavi, state)
    is_complete = not (proof.not_yet or proof.different)
    if not is_complete and waited < timedelta(seconds=settings.KAONAVI_VERIFY_TIMEOUT):
        return pause_after(waited)
    register(lease, proof.confirmed(state.failed))
    finish(lease, state, found=proof.issues, failed=proof.different, unseen=proof.not_yet)
    return None


def prove(job: SyncJob, kaonavi: KaonaviClient, state: RunState) -> Proof:
    """Compare everything that got in with what its sheet shows now."""
    proof = Proof({}, set(), set(), [])
    links = source.links()
    for key, sheet in state.running.items():
        chunks = job.chunks.filter(sheet=key, ended_at__isnull=False)
        if not any(chunk.codes for chunk in chunks.defer("content")):
            continue
        shown = read_again(kaonavi, sheet, proof)
        for chunk in chunks.iterator(chunk_size=1):
            for send in unpack(chunk.content):
                prove_send(send, sheet, shown, links, proof)
    return proof


def read_again(kaonavi: KaonaviClient, sheet: UsableSheet, proof: Proof) -> ShownSheet | None:
    """What the sheet shows, or None where it cannot be read now."""
    try:
        return ShownSheet.read(sheet, kaonavi.sheet(sheet.id))
    except Refused as error:
        proof.issues.append(sheet_issue(error, sheet.name, target.READ))
    except NoUsableAnswer:
        pass  # カオナビ has carried the updates out; only the look at them must wait
    return None


def prove_send(send: Send, sheet: UsableSheet, shown: ShownSheet | None, links: Links, proof: Proof) -> None:
    """Add what is seen of one member's update."""
    if proof.seen.setdefault(send.code, send.seen) != send.seen:
        proof.seen[send.code] = send.seen._replace(fingerprint="")  # the two sheets were not sent the same
    if shown is None or send.code in shown.unreadable:
        proof.not_yet.add(send.code)
        return
    now = shown.records.get(send.code, ())
    sight = compare(send, now, sheet, links)
    if sight is Sight.NOT_YET:
        proof.not_yet.add(send.code)
    elif sight is Sight.DIFFERENT:
        proof.different.add(send.code)
        proof.issues.append(
            finding(
                Reason.RESULT_NOT_CONFIRMED,
                key=send.code,
                name=send.name,
                email=send.email,
                field=different_items(send, now, sheet),
                sheet=sheet.name,
            )
        )


def different_items(send: Send, now: Sequence[Record], sheet: UsableSheet) -> str:
    """The names of the items that show something else; of a list of records no single item can be told."""
    if sheet.is_multiple:
        return ""
    return "、".join(sheet.label(item) for item in differing_items(send.records, now, sheet))[:200]
