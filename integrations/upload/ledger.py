"""Where an upload stands: the job's state between two steps, and the chunks that it has planned and sent."""

import zlib
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Literal, Self

import msgspec
from django.db.models import Count, Q

from integrations.kaonavi import wire
from integrations.models import SyncJob, UploadChunk
from integrations.rules.results.plan import Send
from integrations.rules.results.search import Search
from integrations.rules.results.sheets import UsableSheet

State = UploadChunk.State
Stage = Literal["survey", "send", "verify"]

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Send]).decode


class People(msgspec.Struct):
    """The source rows as the last survey found them.

    `failed` counts those who cannot be sent to any sheet, `failed_codes` names those who can, but not to every one.
    `strangers` have been sent something by this run, but are no source rows any more.
    """

    source: int = 0
    skipped: int = 0
    failed: int = 0
    failed_codes: list[str] = []
    strangers: list[str] = []


class RunState(msgspec.Struct):
    """What the next step must know. `sheets` go by their key; `stopped` (key → name) cannot be used (any more).

    `refused` holds, for each sheet, the 社員番号 that カオナビ did not take. `max_records` is set when カオナビ found a chunk too
    large. `stuck` is a task that did not end in time. `lost` counts updates in a row of which nobody knows what became,
    `troubles` failed tries in a row. `note` is added to the message at the end.
    """

    stage: Stage = "survey"
    has_planned: bool = False
    sheets: dict[str, UsableSheet] = {}
    stopped: dict[str, str] = {}
    refused: dict[str, list[str]] = {}
    search: Search = Search()
    max_records: int | None = None
    stuck: int | None = None
    lost: int = 0
    troubles: int = 0
    people: People = msgspec.field(default_factory=People)
    verify_from: datetime | None = None
    note: str = ""

    @classmethod
    def of(cls, job: SyncJob) -> Self:
        """Where the job stands. Raises msgspec.ValidationError for a state as another version has written it."""
        return msgspec.json.decode(msgspec.json.encode(job.state.get("run", {})), type=cls)

    @property
    def running(self) -> dict[str, UsableSheet]:
        """The sheets that are really written to."""
        return {key: sheet for key, sheet in self.sheets.items() if key not in self.stopped}

    @property
    def failed(self) -> set[str]:
        """Everybody who cannot be sent to every sheet, or whom カオナビ refused."""
        return {*self.people.failed_codes, *(code for codes in self.refused.values() for code in codes)}

    def save(self, job: SyncJob) -> None:
        """Write it to the locked row, together with what the page shows of the calls."""
        calls = job.chunks.aggregate(made=Count("sent_at"), planned=Count("pk", filter=Q(state=State.PLANNED)))
        job.state = {
            "run": msgspec.json.decode(msgspec.json.encode(self)),
            "calls": {"needed": calls["made"] + calls["planned"], "made": calls["made"]},
        }
        job.save(update_fields=["state"])


def pack(sends: Iterable[Send]) -> bytes:
    """The content of a chunk, as it is kept: results repeat the same few words, so it shrinks to a tenth."""
    return zlib.compress(_encode(list(sends)), 1)


def unpack(content: bytes | memoryview) -> list[Send]:
    return _decode(zlib.decompress(content)) if content else []


def weigh(sends: Sequence[Send]) -> int:
    """How many bytes the update of these people takes."""
    return len(wire.body_of(send.member for send in sends))


def codes_of(sends: Iterable[Send]) -> dict[str, bool]:
    return {send.code: send.is_new for send in sends}


def store_ended(chunk: UploadChunk, sends: Sequence[Send], ended_at: datetime) -> None:
    """The chunk has ended, and these people got in."""
    if len(sends) != len(chunk.codes):
        chunk.codes, chunk.content = codes_of(sends), pack(sends) if sends else b""
    chunk.ended_at = ended_at
    chunk.save()


def undecided(job: SyncJob) -> list[UploadChunk]:
    """Chunks that ended without saying who got in: the next survey tells."""
    return list(job.chunks.filter(state__in=(State.LOST, State.REFUSED), ended_at=None))


def ended_chunks(job: SyncJob) -> list[UploadChunk]:
    """Chunks of which it is known who got in, without what they held."""
    return list(job.chunks.filter(ended_at__isnull=False).defer("content"))


def stored_codes(job: SyncJob) -> dict[str, set[str]]:
    """For each sheet, who has got in by an update that カオナビ carried out to its end."""
    stored: dict[str, set[str]] = {}
    for chunk in job.chunks.filter(state=State.STORED).defer("content"):
        stored.setdefault(chunk.sheet, set()).update(chunk.codes)
    return stored


def pending_codes(job: SyncJob) -> set[str]:
    """Everybody of whom something is still to be sent, or was sent without an end."""
    waiting = job.chunks.filter(Q(state=State.PLANNED) | Q(ended_at=None)).defer("content")
    return {code for chunk in waiting for code in chunk.codes}


def tally(job: SyncJob, state: RunState, also_failed: AbstractSet[str] = frozenset()) -> dict[str, int]:
    """The counts of the run as they stand. Whoever is still pending counts as nothing yet."""
    people = state.people
    failed = (state.failed | also_failed) - set(people.strangers)
    new: dict[str, bool] = {}
    for chunk in ended_chunks(job):
        for code, is_new in chunk.codes.items():
            new[code] = new.get(code, False) or is_new
    sent = {code for code in new if code not in failed} - set(people.strangers)
    waiting = pending_codes(job) - failed - sent
    created = sum(new[code] for code in sent)
    busy = people.skipped + people.failed + len(failed) + len(sent) + len(waiting)
    return {
        "created": created,
        "updated": len(sent) - created,
        "unchanged": people.source - busy,
        "skipped": people.skipped,
        "failed": people.failed + len(failed),
    }
