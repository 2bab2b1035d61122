"""Those who watch a world: what must hold at each moment, when a run ends, and at the end.

They look through a connection of their own at what is committed, and at カオナビ's own book of calls.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from tests.world import company, reference
from tests.world.by_itself import NIGHT
from tests.world.scheduler import Process
from tests.world.sheets import Sheets

UNFINISHED = ("queued", "running")
COMPLETED = ("succeeded", "partial")
ENDS = (*COMPLETED, "failed", "cancelled", "interrupted")
# what nobody may write for a run who does not have it
GUARDED = {
    f"integrations_{name}" for name in ("syncchange", "syncissue", "uploadchunk", "beforeimage", "resultregistration")
} | {"employees_employee", "departments_department"}
# what the errands of the night remove once it is old
LASTING = {
    f"integrations_{name}"
    for name in ("syncjob", "automaticrun", "notice", "noticedelivery", "imagekey", "export", "merge")
} | {"employees_formeridentity"}
IMPORTS = ("departments", "employees")
MOMENT = 2.3  # seconds for which the permit of an update holds


class Row(NamedTuple):
    """A run as it is committed."""

    pk: int
    status: str
    lease: int
    kind: str
    created: int
    updated: int
    unchanged: int
    skipped: int
    failed: int
    total: int
    worker: str
    heartbeat_at: str

    @property
    def counts(self) -> tuple[int, ...]:
        return self[4:9]


JOBS = f"SELECT id, {', '.join(Row._fields[1:])} FROM integrations_syncjob"


class Listener(logging.Handler):
    """Reads each line of log as an operator does."""

    def __init__(self, checks: "Checks") -> None:
        super().__init__()
        self.checks, self.plain = checks, logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        extra = {key: value for key, value in vars(record).items() if key not in {"args", "exc_info"}}
        self.checks.must_be_silent("a line of log", f"{self.plain.format(record)} {extra}")


class Checks:
    def __init__(self, world: Any) -> None:
        self.world, self.side = world, world.database.side
        self.jobs: dict[int, Row] = {}
        self.passed_on: dict[int, float] = {}  # run → when it was last somebody's, or nobody's, who had not had it
        self.sheets = Sheets(world)
        self.highest = 0
        self.updates = 0

    @contextmanager
    def watching(self) -> Iterator["Checks"]:
        database, line, listener = self.world.database, self.world.line, Listener(self)
        database.after_write, database.before_commit = self.after_write, self.before_commit
        database.in_deadlock = self.world.fail
        database.after_delete = self.after_delete
        line.on_seen, line.on_sent, line.on_answered = self.sheets.see, self.sent, self.sheets.hear
        root = logging.getLogger()
        root.addHandler(listener)
        try:
            yield self
        finally:
            root.removeHandler(listener)

    # at each moment

    def after_write(self, tables: set[str]) -> None:
        if "integrations_syncjob" not in tables:
            return
        rows = {row[0]: Row(*row) for row in self.side.execute(JOBS) if row[0] != self.world.stage.by_itself.old}
        before, self.jobs = self.jobs, rows
        unfinished = [row for row in rows.values() if row.status in UNFINISHED]
        if len(unfinished) > 1:
            self.world.fail(f"{len(unfinished)} runs are unfinished at once")
        for pk in before.keys() - rows.keys():
            self.world.fail(f"run {pk} is gone")
        for pk, row in rows.items():
            old = before.get(pk)
            if old != row:
                self.judge(old, row)
        busy = self.world.stage.busy
        busy.set() if unfinished else busy.clear()

    def judge(self, old: Row | None, row: Row) -> None:
        """What may become of a run."""
        if old is None or (old.status, old.lease) != (row.status, row.lease):
            told = f"{row.kind} is {row.status} under {row.lease}"
            self.world.tell(f"run {row.pk}", told + (f" {row.counts}" if row.status in ENDS else ""))
            self.passed_on[row.pk] = self.world.scheduler.now
        if old is not None and row.lease < old.lease:
            self.world.fail(f"the lease number of run {row.pk} falls from {old.lease} to {row.lease}")
        if old is not None and old.status in ENDS and row != old:
            self.world.fail(f"run {row.pk} had ended as {old.status} and is written to again")
        if old is not None and row.lease == old.lease and row.status == old.status:
            self.judge_holder(old, row)
        if old is not None and old.status == "held" != row.status:
            self.judge_dropped(row)
        if old is None or old.status != row.status:
            self.judge_end(row)

    def judge_holder(self, old: Row, row: Row) -> None:
        """Only who has a run says that it lives, or lays it down, under the same lease number."""
        strand = self.world.scheduler.current
        step = strand.process.step if strand else None
        if (old.worker, old.heartbeat_at) != (row.worker, row.heartbeat_at) and step != (row.pk, row.lease):
            who = strand.name if strand else "nobody"
            self.world.fail(f"{who} changes who has run {row.pk} under {row.lease}, and has {step or 'none'}")

    def judge_dropped(self, row: Row) -> None:
        """What waits for a person is let go on, or dropped, by a person."""
        strand = self.world.scheduler.current
        if strand and strand.process is not self.world.stage.web:
            self.world.fail(f"run {row.pk} was 確認待ち and is {row.status} because of {strand.process.name}")

    def judge_end(self, row: Row) -> None:
        if row.status in COMPLETED:
            if sum(row.counts) != row.total:
                self.world.fail(f"the counts of run {row.pk} make {sum(row.counts)} of {row.total}")
            if row.status == "succeeded" and self.ask(
                "SELECT count(*) FROM integrations_syncissue WHERE job_id = ? AND severity = 'error'", row.pk
            ):
                self.world.fail(f"run {row.pk} has errors and is called 成功")
            if row.kind in IMPORTS:
                for wrong in reference.judge_import(self.side, row, self.last_answer(row.pk, row.kind)):
                    self.world.fail(f"run {row.pk} ({row.kind}): {wrong}")
        if row.status in ("failed", "interrupted", "partial"):
            told = self.ask("SELECT count(*) FROM integrations_syncissue WHERE job_id = ?", row.pk)
            if not told:
                self.world.fail(f"run {row.pk} is {row.status} and says of nothing why")

    def before_commit(self, tables: set[str]) -> None:
        """Whoever writes for a run has it."""
        strand = self.world.scheduler.current
        step = strand.process.step if strand else None
        if step is None or not tables & GUARDED:
            return
        if "integrations_uploadchunk" in tables:
            self.sheets.owners_noted[step[0]] = self.sheets.owners()
        row = self.committed(step[0])
        if row is None or row.lease != step[1] or row.status != "running":
            now = f"{row.status} under {row.lease}" if row else "gone"
            self.world.fail(f"{strand.process.name} writes for run {step[0]} under {step[1]}, which is {now}")

    def after_delete(self, table: str) -> None:
        """No world is old enough for the night to remove anything from these, but for the one run of long ago."""
        strand = self.world.scheduler.current
        may_go = {"integrations_syncjob"} if self.world.stage.by_itself.old else set()
        if strand and strand.process.name == NIGHT and table in LASTING - may_go:
            self.world.fail(f"the night deletes from {table}, where nothing is old")

    def sent(self, process: Process, method: str, path: str) -> None:
        """No update leaves for a run that has been somebody else's for more than a moment."""
        if method != "PATCH" or process.step is None:
            return
        row = self.committed(process.step[0])
        is_lost = row is None or row.lease != process.step[1] or row.status != "running"
        if is_lost and self.world.scheduler.now - self.passed_on.get(process.step[0], 0.0) > MOMENT:
            self.world.fail(f"{process.name} sends an update for run {process.step[0]}, which it has lost ({path})")
        self.sheets.send(process.step[0], path)

    def committed(self, pk: int) -> Row | None:
        row = self.side.execute(f"{JOBS} WHERE id = ?", [pk]).fetchone()
        return Row(*row) if row else None

    def ask(self, sql: str, *values: Any) -> Any:
        return self.side.execute(sql, values).fetchone()[0]

    def last_answer(self, job: int, kind: str) -> Mapping[str, Any] | None:
        path = {"departments": "/departments", "employees": "/members"}[kind]
        for call in reversed(self.world.line.seen):
            if call.step and call.step[0] == job and call.path == path and call.status == 200:
                return call.answer
        return None

    def must_be_silent(self, what: str, text: str) -> None:
        """Nothing about a person."""
        if company.CANARY in text or company.MAIL in text or re.search(r"カナリア|ck_world|cs_world", text):
            self.world.fail(f"{what} tells of a person or a secret: {text[:200]}")

    # at the end

    def at_rest(self) -> None:
        for args in self.world.broker.sent:
            if not all(isinstance(value, int) for value in args):
                self.world.fail(f"a message holds more than numbers: {args}")
        for name, labels in self.side.execute("SELECT name, labels FROM integrations_metricsum"):
            self.must_be_silent("a metric", f"{name} {labels}")
        codes = Counter(row[0] for row in self.side.execute("SELECT email FROM employees_employee WHERE email <> ''"))
        if any(number > 1 for number in codes.values()):
            self.world.fail("an address is there twice")
        for wrong in self.world.stage.by_itself.judge():
            self.world.fail(wrong)

    def begin_quiet(self) -> None:
        self.highest = max(self.jobs, default=0)
        self.updates = len(self.sheets.updates)

    def has_ended(self) -> bool:
        rows = [row for row in self.jobs.values() if row.pk > self.highest]
        return bool(rows) and all(row.status in ENDS for row in rows)

    def end_quiet(self, kind: str, *, is_second: bool) -> None:
        row = self.jobs[max(self.jobs)]
        if row.status not in COMPLETED:
            message = self.ask("SELECT message FROM integrations_syncjob WHERE id = ?", row.pk)
            self.world.fail(f"the quiet run of {kind} is {row.status}: {message}")
            return
        if kind == "results":
            self.sheets.judge_rest(row)
            tested = self.ask("SELECT count(DISTINCT employee_id) FROM assessments_assessment")
            if sum(row.counts) != tested:
                self.world.fail(f"{tested} people have results, and {sum(row.counts)} have an outcome")
        if not is_second:
            return
        if row.created or row.updated:
            self.world.fail(f"a second run of {kind} changes something: {row.counts}")
        if len(self.sheets.updates) > self.updates:
            self.world.fail(f"a second run of {kind} sends an update")
        if changes := self.ask("SELECT count(*) FROM integrations_syncchange WHERE job_id = ?", row.pk):
            self.world.fail(f"a second run of {kind} notes {changes} changes")
