"""What must hold of カオナビ's sheets, by its own book of calls.

The history question: each update rests on a look at the sheet that shows all that earlier updates did. Then the runs
might as well have been made one after the other.
"""

from collections import defaultdict
from typing import Any, NamedTuple
from uuid import UUID

from tests.world import outside
from tests.world.network import Seen
from tests.world.outside import LINK, MEMO, of_link
from tests.world.scheduler import EPOCH

OWNERS = """SELECT a.public_id, e.employee_number, a.taken_on, a.completed_at, a.id FROM assessments_assessment a
    JOIN employees_employee e ON e.id = a.employee_id"""
SENT = """SELECT e.employee_number FROM employees_employee e WHERE e.employee_number <> '' AND NOT e.is_retired
    AND e.missing_since IS NULL
    AND NOT EXISTS (SELECT 1 FROM integrations_syncexception x WHERE x.employee_id = e.id)
    AND EXISTS (SELECT 1 FROM assessments_assessment a WHERE a.employee_id = e.id)"""
WINDOW, LIMIT = 60.0, 5
SLOWEST = 60.0  # seconds until an update shows, unless it is stuck


class Update(NamedTuple):
    """One update that カオナビ took."""

    at: float
    job: int
    codes: tuple[str, ...]
    sheet: int
    looked_at: float
    task: Any


class Sheets:
    def __init__(self, world: Any) -> None:
        self.world, self.tenant = world, world.tenant
        self.updates: list[Update] = []
        self.counted: list[float] = []
        self.read: dict[tuple[int, int], tuple[float, dict[str, list[Any]]]] = {}  # job and sheet → when, and what
        self.owners_then: dict[tuple[int, int], dict[str, str]] = {}
        self.owners_noted: dict[int, dict[str, str]] = {}  # by the job, when it last wrote to its ledger
        self.by_sheet: dict[tuple[int, str], list[Update]] = defaultdict(list)
        self.unanswered: dict[int, float] = {}  # sheet → since when nobody knows what became of an update

    def send(self, job: int, path: str) -> None:
        """An update leaves. After one without an answer the sheet has been looked at."""
        sheet = sheet_of(path)
        looked_at, _ = self.read.get((job, sheet), (-1.0, {}))
        if looked_at < self.unanswered.get(sheet, -1.0):
            self.world.fail(f"run {job} sends an update without a look at what became of the last one")
        self.unanswered[sheet] = self.world.scheduler.now

    def hear(self, method: str, path: str) -> None:
        """Whoever sent an update has its answer."""
        if method == "PATCH":
            self.unanswered.pop(sheet_of(path), None)

    def see(self, call: Seen) -> None:
        if not call.path.startswith("/sheets/") or call.step is None:
            return
        sheet, job = sheet_of(call.path), call.step[0]
        if call.method == "GET" and call.status == 200:
            rows = {row["code"]: row["records"] for row in call.answer["member_data"]}
            self.read[job, sheet] = (call.at, rows)
            self.owners_then[job, sheet] = self.owners()
        elif call.method == "PATCH":
            self.keep_to_the_limit(call)
            if call.status == 200:
                self.judge_update(call, job, sheet)
            else:
                self.unanswered.pop(sheet, None)  # refused: it has changed nothing, whatever becomes of the answer

    def keep_to_the_limit(self, call: Seen) -> None:
        """カオナビ refuses one too many, also where another vendor's come before; those that it refused do not count."""
        if len(self.counted) >= LIMIT and call.at - self.counted[-LIMIT] < WINDOW:
            self.world.fail(f"{LIMIT + 1} updates within {call.at - self.counted[-LIMIT]:.1f} s")
        if call.status != 429:
            self.counted.append(call.at)

    def judge_update(self, call: Seen, job: int, sheet: int) -> None:
        """It rests on a look at the sheet, after which nothing of ours was sent, and leaves what is not ours alone."""
        looked_at, rows = self.read.get((job, sheet), (-1.0, {}))
        sent = {member["code"]: member["records"] for member in call.sent["member_data"]}
        for code in sent:
            for update in self.by_sheet[sheet, code]:
                if self.ended(update) > looked_at:
                    self.world.fail(
                        f"run {job} updates {code} without having looked at what run {update.job} sent before"
                    )
        owners = self.owners()
        found = self.tenant.state.sheet(sheet)
        link = found.item(LINK).id
        for code, records in sent.items():
            self.judge_records(
                job,
                code,
                records,
                (owners, self.owners_then.get((job, sheet), {}), self.owners_noted.get(job, {})),
                link,
            )
            if found.record_type == 1:
                self.judge_foreign(job, code, records, rows.get(code, []), link)
                self.judge_notes(job, code, records, rows.get(code, []), found)
        task = next(task for task in self.tenant.state.tasks if task.id == call.answer["task_id"])
        update = Update(call.at, job, tuple(sent), sheet, looked_at, task)
        self.updates.append(update)
        for code in sent:
            self.by_sheet[sheet, code].append(update)

    def ended(self, update: Update) -> float:
        """When カオナビ had carried it out. One whose task we were never told, or that never ends, cannot be waited for."""
        known = "SELECT count(*) FROM integrations_uploadchunk WHERE task_id = ?"
        if update.task.stuck or not self.world.checks.ask(known, update.task.id):
            return update.at
        return float(update.task.done_at) - EPOCH

    def judge_records(
        self, job: int, code: str, records: list[Any], owners: tuple[dict[str, str], ...], link: int
    ) -> None:
        is_noted = job in self.owners_noted and self.world.database.writes_alone
        for record in records:
            public = ours(record, link)
            if public and is_noted and public not in self.owners_noted[job] and not self.is_undo(job):
                self.world.fail(f"run {job} sends {code} a result that was deleted before it noted the call")
            if public and not any(known.get(public) == code for known in owners):
                whose = owners[0].get(public, "nobody")
                if not self.is_undo(job):
                    self.world.fail(f"run {job} writes a result of {whose} to the sheet of {code}")

    def judge_foreign(self, job: int, code: str, records: list[Any], before: list[Any], link: int) -> None:
        kept = [plain(record) for record in records]
        for record in before:
            if not ours(record, link) and plain(record) not in kept:
                self.world.fail(f"run {job} takes a record away from {code} that is not ours")

    def judge_notes(self, job: int, code: str, records: list[Any], before: list[Any], sheet: Any) -> None:
        """What people noted on a record of ours stays on it."""
        link, memo = sheet.item(LINK).id, sheet.item(MEMO).id
        for record in before:
            note = dict(plain(record)).get(memo)
            again = [dict(plain(other)).get(memo) for other in records if ours(other, link) == ours(record, link) != ""]
            if note and again and note not in again:
                self.world.fail(f"run {job} takes a note away from a record of ours about {code}")

    def is_undo(self, job: int) -> bool:
        return self.world.checks.jobs[job].kind == "undo"

    def owners(self) -> dict[str, str]:
        """Public id of each result → the 社員番号 of the person."""
        return {str(UUID(public)): number for public, number, *_ in self.world.database.side.execute(OWNERS)}

    def judge_rest(self, row: Any) -> None:
        """After a quiet run the sheets show our results, each with the person whose it is, and once."""
        side, tenant = self.world.database.side, self.tenant
        tenant.settle()
        told = {
            key for (key,) in side.execute("SELECT subject_key FROM integrations_syncissue WHERE job_id = ?", [row.pk])
        }
        results = defaultdict(list)
        for public, number, *order in side.execute(OWNERS):
            results[number].append((order[0], order[1] or "", order[2], str(UUID(public))))
        members = {member.code for member in tenant.state.members}
        wanted = {number for (number,) in side.execute(SENT)} & members - told
        for sheet in tenant.state.sheets:
            link = sheet.item(LINK).id
            for code in wanted:
                shown = sorted(filter(None, (of_link(record.get(link)) for record in sheet.rows.get(code, []))))
                mine = sorted(each[-1] for each in results[code])
                if sheet.record_type == 0:
                    mine = [max(results[code])[-1]]
                if shown != mine:
                    self.world.fail(f"{sheet.name} shows {shown} of {code}, and ours are {mine}")
        for (code, key), (moment, memo) in self.world.stage.foreign.items():
            sheet = tenant.state.sheet(key)
            found = outside.memos(sheet, code)
            # an update is a whole list: what people change between its look and its end it cannot know of
            crossed = any(u.looked_at < moment < u.at + SLOWEST for u in self.by_sheet[key, code])
            if found != ([memo] if memo else []) and not crossed:
                self.world.fail(f"the memo of {code} on {sheet.name} was {memo or 'none'} and is {found}")


def sheet_of(path: str) -> int:
    return int(path.rpartition("/")[2])


def ours(record: Any, link: int) -> str:
    values = next((field["values"] for field in record["custom_fields"] if field["id"] == link), None)
    return of_link(values)


def plain(record: Any) -> frozenset[tuple[int, tuple[str, ...]]]:
    return frozenset((field["id"], tuple(field["values"])) for field in record["custom_fields"] if any(field["values"]))
