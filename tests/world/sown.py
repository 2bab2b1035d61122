"""Faults as people make them, sown into the product's source one at a time: does a world find them?

Each replaces a piece of one module as it is imported, in a process of its own; no file is changed.
"""

import importlib.abc
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Fault(NamedTuple):
    """In `module` the text `was` becomes `now`."""

    name: str
    module: str
    was: str
    now: str

    @property
    def path(self) -> Path:
        return ROOT / f"{self.module.replace('.', '/')}.py"

    @property
    def source(self) -> str:
        return self.path.read_text().replace(self.was, self.now)


FAULTS = [
    Fault(
        "writing without the fence of the lease",
        "integrations.jobs.lease",
        "job = self.mine.lock().first()",
        "job = SyncJob.objects.filter(pk=self.job.pk).lock().first()",
    ),
    Fault(
        "two who look at once both claim the step",
        "integrations.jobs.lease",
        "taken = free.update(",
        "taken = SyncJob.objects.filter(pk=job_id).update(",
    ),
    Fault(
        "a step is laid down whoever has the run now",
        "integrations.jobs.lease",
        'done = self.mine.update(worker=""',
        'done = SyncJob.objects.filter(pk=self.job.pk).update(worker=""',
    ),
    Fault(
        "a run that is taken over keeps its lease number",
        "integrations.jobs.runner",
        "        job.lease += 1\n        job.attempts += died",
        "        job.attempts += died",
    ),
    Fault(
        "a cancelled run keeps its lease number and its place",
        "integrations.jobs.ending",
        "    job.lease += 1\n    records.write_issues(job, [problem])\n    end(job, status, message)",
        "    records.write_issues(job, [problem])\n    job.message = message\n    job.save()",
    ),
    Fault(
        "中止 also ends what has ended",
        "integrations.jobs.ending",
        "        if not job.is_unfinished:\n            return None\n",
        "",
    ),
    Fault(
        "a run that breaks off says nowhere why",
        "integrations.jobs.ending",
        "    records.write_issues(job, [problem])\n    end(job, status, message)",
        "    end(job, status, message)",
    ),
    Fault(
        "an update needs no permit",
        "integrations.jobs.permit",
        "if not self.lease.is_held():",
        "if False:",
    ),
    Fault(
        "the permit is asked for once a minute",
        "integrations.jobs.permit",
        "        self.fresh = settings.JOB_DEAD_AFTER / 20",
        "        self.fresh = 60.0",
    ),
    Fault(
        "lost messages are not sent again",
        "integrations.supervisor",
        "            self.sends and not job.worker",
        "            False and not job.worker",
    ),
    Fault(
        "nobody takes over from the dead",
        "integrations.supervisor",
        "if (job.worker or job.owner) and self.still_for >= settings.JOB_DEAD_AFTER:",
        "if False and self.still_for >= settings.JOB_DEAD_AFTER:",
    ),
    Fault(
        "one update more than the limit",
        "integrations.connection.remote_state",
        "    if calls.count() < window.limit:\n        return 0.0\n    return room_in(",
        "    if calls.count() <= window.limit:\n        return 0.0\n    return room_in(",
    ),
    Fault(
        "a call whose answer was lost counts for nothing",
        "integrations.connection.remote_state",
        "Q(returned_at__gt=since) | Q(returned_at=None, reserved_at__gt=since - window.patience)",
        "Q(returned_at__gt=since)",
    ),
    Fault(
        "the window of the limit is a tenth too short",
        "integrations.connection.limits",
        "MARGIN = 1.02",
        "MARGIN = 0.9",
    ),
    Fault(
        "a result that was deleted before its call is sent",
        "integrations.upload.sending",
        " or has_lost_a_result(job, chunk.sheet, sends, state)",
        "",
    ),
    Fault(
        "an update whose answer is lost is sent again",
        "integrations.upload.sending",
        "        if error.outcome_unknown:\n            return note_lost(lease, state, chunk)\n",
        "",
    ),
    Fault(
        "an update is not noted before it is sent",
        "integrations.upload.sending",
        "chunk.state, chunk.sent_at = State.SENDING, timezone.now()",
        "chunk.state, chunk.sent_at = State.PLANNED, timezone.now()",
    ),
    Fault(
        "after a lost answer the next update is sent without a look",
        "integrations.upload.sending",
        '        state.stage = "survey"\n        state.lost += 1',
        "        state.lost += 1",
    ),
    Fault(
        "what an earlier run has under way is not waited for",
        "integrations.upload.steps",
        "if not state.has_planned and (left := in_flight_of_others(lease)):",
        "if (left := None):",
    ),
    Fault(
        "a step that died while it was sending is begun anew",
        "integrations.upload.steps",
        "        return note_lost(lease, state, chunk)  # a step ended between the call and its answer",
        "        with lease.writing():\n            chunk.state = State.PLANNED\n            chunk.save()\n"
        "        return 0.0",
    ),
    Fault(
        "the oldest result counts as the latest",
        "integrations.rules.results.plan",
        "return latest_record(before, results[-1], shown.sheet, terms)",
        "return latest_record(before, results[0], shown.sheet, terms)",
    ),
    Fault(
        "records that are not ours are dropped",
        "integrations.rules.results.plan",
        "wanted = (*(record for record in claims.foreign if any(record.values.values())), *claims.strays, *ours)",
        "wanted = (*claims.strays, *ours)",
    ),
    Fault(
        "what people noted on our records is emptied",
        "integrations.rules.results.plan",
        "ours.append(Record(columns_of_others(shown, sheet) | values))",
        "ours.append(Record(values))",
    ),
    Fault(
        "only what differs on the list of a member is sent",
        "integrations.rules.results.plan",
        "    return Wanted(wanted, issues=issues)",
        "    return Wanted(tuple(record for record in wanted if record not in before), issues=issues)",
    ),
    Fault(
        "an upload with errors is called 成功",
        "integrations.upload.outcome",
        "has_errors = job.issues.filter(severity=Severity.ERROR).exists()",
        "has_errors = False",
    ),
    Fault(
        "an import with errors is called 成功",
        "integrations.imports.apply",
        "has_errors = any(problem.severity is Severity.ERROR for problem in issues)",
        "has_errors = False",
    ),
    Fault(
        "somebody without フリガナ counts as absent",
        "integrations.rules.absence",
        '    present = set(mails) - {""}\n',
        '    present = {mail for member, mail in zip(members.items, mails, strict=True) if member.name_kana} - {""}\n',
    ),
    Fault(
        "the mark of the missing stays",
        "integrations.imports.employees",
        "seen, marks = ((now, None), SEEN) if links else ((), ())",
        "seen, marks = ((now,), SEEN[:1]) if links else ((), ())",
    ),
    Fault(
        "capitals make two addresses of one",
        "integrations.rules.employees.groups",
        "return member.mail.strip().lower()",
        "return member.mail.strip()",
    ),
    Fault(
        "of two with one address the last is taken",
        "integrations.rules.employees.groups",
        "        if tally[mail] > 1:\n            sharers[mail].append(member)",
        "        if tally[mail] > 2:\n            sharers[mail].append(member)",
    ),
    Fault(
        "a department's parent is set only when it is new",
        "integrations.imports.departments",
        '            if field == "parent":\n                row.parent_id = numbers.get(new)\n            elif',
        '            if field == "parent":\n                pass\n            elif',
    ),
    Fault(
        "the log of a call has the token's keys",
        "integrations.kaonavi.client",
        '"path": call.path, "status": status',
        '"path": call.path + self._key, "status": status',
    ),
    Fault(
        "the log of a call has what カオナビ answered",
        "integrations.kaonavi.client",
        "return wire.Answer(response.status_code, headers, self._body(call, response))",
        "body = self._body(call, response)\n                status += body.decode(errors='replace')\n"
        "                return wire.Answer(response.status_code, headers, body)",
    ),
    Fault(
        "a worker that has lost its run goes on saying that it lives",
        "integrations.jobs.lease",
        "ours = self.lease.mine.update(",
        "ours = SyncJob.objects.filter(pk=self.lease.job.pk).update(",
    ),
    Fault(
        "the schedule starts again what it has started",
        "integrations.automation.schedule",
        "due(settings.schedule, handled_until(settings, now), now)) is not None:\n        starting.start(\n"
        "            cause=SyncJob.Cause.SCHEDULE, chain=settings.chain, due_at=found.at,",
        "due(settings.schedule, settings.counts_from, now)) is not None:\n        starting.start(\n"
        "            cause=SyncJob.Cause.SCHEDULE, chain=settings.chain, due_at=now,",
    ),
    Fault(
        "the schedule starts nothing while a person's run is under way",
        "integrations.automation.starting",
        "        return wait(run, now)\n    except actions.SomethingHeld:",
        "        return end(run, Outcome.BUSY, now)\n    except actions.SomethingHeld:",
    ),
    Fault(
        "an event that comes while a run is under way is forgotten",
        "integrations.automation.webhook",
        "SyncJob.objects.unfinished().exists():\n        return",
        "SyncJob.objects.unfinished().exists():\n        Webhook.objects.update(first_event_at=None, waiting=0)\n"
        "        return",
    ),
    Fault(
        "a notice of which nobody knows whether it arrived is sent again",
        "integrations.automation.deliveries",
        "is_again = outcome.may_be_tried_again and",
        "is_again = outcome is not Outcome.SENT and",
    ),
    Fault(
        "the night drops what waits for a person since today",
        "integrations.jobs.dropping",
        "status=SyncJob.Status.HELD, created_at__lt=timezone.now() - HELD_FOR)",
        "status=SyncJob.Status.HELD)",
    ),
    Fault(
        "the night removes what is of today",
        "integrations.erasure.retention",
        "    return timezone.now() - timedelta(days=days) if days > 0 else None",
        "    return timezone.now()",
    ),
    Fault(
        "where all is kept the night removes it",
        "integrations.erasure.retention",
        "    return timezone.now() - timedelta(days=days) if days > 0 else None",
        "    return timezone.now() - timedelta(days=days)",
    ),
    Fault(
        "what is told of people stays for ever",
        "integrations.erasure.old_runs",
        "        issues.filter(reason=reason, field=field).update(\n            field=label,\n"
        '            subject_key="",\n            subject_name=FADED,',
        "        issues.filter(reason=reason, field=field).update(\n            field=label,\n"
        '            subject_key="",',
    ),
    Fault(
        "an update empties the columns that are not ours",
        "integrations.rules.results.plan",
        "    return Wanted((Record(values),))",
        '    return Wanted((Record(dict.fromkeys(now, ("",)) | values),))',
    ),
]


class Sower(importlib.abc.MetaPathFinder):
    """Makes the module of the fault from the changed source."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != self.fault.module:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None:
            spec.loader = Changed(name, str(self.fault.path), self.fault)
        return spec


class Changed(SourceFileLoader):
    def __init__(self, name: str, path: str, fault: Fault) -> None:
        super().__init__(name, path)
        self.fault = fault

    def get_code(self, fullname: str) -> CodeType:
        del fullname
        return compile(self.fault.source, str(self.fault.path), "exec")


def sow(name: str) -> None:
    """From now on that module is imported with the fault of this name."""
    fault = next(fault for fault in FAULTS if fault.name == name)
    sys.meta_path.insert(0, Sower(fault))


def count(faults: Sequence[Fault], *, minutes: float) -> int:
    """Sow each, two at a time, and tell which a world has shown. 1 where one was not found."""
    with ThreadPoolExecutor(2) as two:
        found = list(two.map(partial(is_found, minutes=minutes), faults))
    sys.stdout.write(f"{sum(found)} of {len(found)} found\n")
    return 0 if all(found) else 1


def is_found(fault: Fault, *, minutes: float) -> bool:
    arguments = [sys.executable, "-m", "tests.world", str(minutes), "--fault", fault.name]
    told = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False)
    last = told.stdout.strip().splitlines()[-1:] or [told.stderr[-300:]]
    sys.stdout.write(f"| {fault.name} | {last[0]} |\n")
    sys.stdout.flush()
    return told.returncode == 1
