"""The plans of all people, one after the other, collected into what has to be stored."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings

from integrations.models import SyncJob
from integrations.reasons import Severity
from integrations.rules.plan import Finding, Outcome
from integrations.rules.results.chunks import ChunkFiller
from integrations.rules.results.people import Roster
from integrations.rules.results.plan import PersonPlan, Send, ShownSheet
from integrations.rules.results.required import left_blank, required_item, required_items
from integrations.rules.results.values import Seen
from integrations.upload.ledger import People, RunState, codes_of, ended_chunks, pack, stored_codes, undecided, weigh


class Planned(NamedTuple):
    """One chunk that is ready to be written."""

    sheet: str
    codes: dict[str, bool]
    content: bytes


class Survey:
    """Collects the plans of all people, one after the other, into what has to be stored.

    Whoever has got in by this run is not sent again: the sheet may only be slow to show it. Nor is anybody whom カオナビ
    refused. While rows at fault are being searched, nothing but the next group to be tried is sent.

    `to_send` holds everybody who needs an update of a sheet, `same` those of a chunk in doubt whose records the sheet
    shows already, `unchanged` has everybody whom all sheets show rightly. `blank` says, for each sheet, who would have
    which required item blank: to such a sheet nothing may be sent.
    """

    def __init__(self, job: SyncJob, state: RunState, sheets: Sequence[ShownSheet]) -> None:
        self.state = state
        self.outcomes: Counter[Outcome] = Counter()
        self.failed_codes: list[str] = []
        self.issues: list[Finding] = []
        self.people = People()
        self.unchanged: list[Seen] = []
        self._skipped_codes: set[str] = set()
        self._chunks: dict[str, list[Planned]] = {sheet.key: [] for sheet in sheets}
        self.to_send: dict[str, set[str]] = {sheet.key: set() for sheet in sheets}
        self.same: dict[str, set[str]] = {sheet.key: set() for sheet in sheets}
        self.blank: dict[str, dict[int, list[str]]] = {}
        self._shown = {sheet.key: sheet for sheet in sheets}
        self._required = {sheet.key: required_items(sheet.sheet) for sheet in sheets}
        self._stored = stored_codes(job)
        self._in_doubt = {code for chunk in undecided(job) for code in chunk.codes}
        self._sent = {code for chunk in ended_chunks(job) for code in chunk.codes} | self._in_doubt
        limit = state.max_records or settings.KAONAVI_CHUNK_RECORDS
        self._fillers = {
            sheet.key: ChunkFiller(max_records=limit, max_bytes=settings.KAONAVI_CHUNK_BYTES, weigh=weigh)
            for sheet in sheets
        }

    def add(self, plan: PersonPlan) -> None:
        code = plan.person.employee_number
        self.outcomes[plan.outcome] += 1
        self.issues.extend(plan.issues)
        if plan.outcome is Outcome.FAILED:
            self.failed_codes.append(code)
        elif plan.outcome is Outcome.SKIPPED:
            self._skipped_codes.add(code)
        elif plan.outcome is Outcome.UNCHANGED:
            self.unchanged.append(plan.latest)
        for sheet in plan.same if code in self._in_doubt else ():
            self.same[sheet].add(code)
        for sheet, send in plan.sends.items():
            if code in self._stored.get(sheet, ()) or code in self.state.refused.get(sheet, ()):
                continue
            self.to_send[sheet].add(code)
            for item in left_blank(send, self._shown[sheet], self._required[sheet]):
                self.blank.setdefault(sheet, {}).setdefault(item.id, []).append(code)
            if self.is_due(sheet, code):
                self.put(sheet, self._fillers[sheet].add(send))

    def is_due(self, sheet: str, code: str) -> bool:
        search = self.state.search
        return search.is_over or (sheet == search.sheet and code in search.probe)

    def put(self, sheet: str, sends: Sequence[Send]) -> None:
        if sends:
            self._chunks[sheet].append(Planned(sheet, codes_of(sends), pack(sends)))

    def close(self, roster: Roster) -> None:
        """Nobody comes any more. `roster` tells who never came at all."""
        for sheet, filler in self._fillers.items():
            self.put(sheet, filler.take())
        problems = [problem for _, problem in roster.left_out]
        self.issues[:0] = problems
        skipped = sum(problem.severity is Severity.SKIPPED for problem in problems)
        eligible = {person.employee_number for person in roster.eligible} - self._skipped_codes
        self.people = People(
            source=self.outcomes.total() + len(problems),
            skipped=skipped + self.outcomes[Outcome.SKIPPED],
            failed=len(problems) - skipped,
            failed_codes=self.failed_codes,
            strangers=[code for code in self._sent if code not in eligible],
        )

    def unfilled(self) -> dict[str, list[Finding]]:
        """Which sheets cannot be used although all items of ours are there, and why."""
        sheets = {key: self._shown[key].sheet for key in self.blank}
        return {
            key: [required_item(sheet, sheet.layout[item], codes) for item, codes in self.blank[key].items()]
            for key, sheet in sheets.items()
        }

    @property
    def chunks(self) -> list[Planned]:
        """All chunks in the order in which they are sent: one sheet after the other."""
        return [chunk for chunks in self._chunks.values() for chunk in chunks]

    @property
    def counts(self) -> dict[str, int]:
        """What the run would come to if nothing went wrong."""
        counts = {outcome.value: self.outcomes[outcome] for outcome in Outcome}
        counts[Outcome.SKIPPED] = self.people.skipped
        counts[Outcome.FAILED] += self.people.failed
        return counts
