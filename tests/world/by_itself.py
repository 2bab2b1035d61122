"""What nobody clicks: the schedule, カオナビ's events, notices (whose channel only counts), and the errands of the night."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from integrations import tasks
from integrations.automation import events, starting
from integrations.automation.tasks import look
from integrations.channels import Message, Outcome, Target
from integrations.models import AutomaticRun, AutomationSettings, NoticeDelivery, NoticeSettings, SyncJob, Webhook
from tests.world import company
from tests.world.scheduler import EPOCH

AUTOMATION = "automation"  # the processes that look whether something is due
NIGHT = "the night"
LONG_AGO = 400  # days
TOLD = "SELECT count(*) FROM integrations_syncissue WHERE job_id = ? AND subject_name = ?"
TWICE = """SELECT automatic_run_id, kind FROM integrations_syncjob WHERE automatic_run_id IS NOT NULL
    GROUP BY automatic_run_id, kind HAVING count(*) > 1"""
IN_ANSWER = """SELECT max(j.created_at) FROM integrations_syncjob j JOIN integrations_automaticrun r
    ON r.id = j.automatic_run_id WHERE r.cause = 'webhook'"""
GIVEN_UP = "SELECT id, created_at, ended_at FROM integrations_automaticrun WHERE outcome = 'busy'"
STARTS = "SELECT cause, count(*) FROM integrations_automaticrun GROUP BY cause"
NOTICES = """SELECT n.subject, n.text, d.target, count(*), sum(d.tries) FROM integrations_noticedelivery d
    JOIN integrations_notice n ON n.id = d.notice_id GROUP BY n.subject, n.text, d.target"""


class ByItself:
    def __init__(self, world: Any, stage: Any) -> None:
        self.world, self.stage, self.dice = world, stage, world.dice
        self.is_there = self.dice.random() < stage.sort.automation
        self.has_nights = self.dice.random() < stage.sort.nights
        self.nights = 0  # that came to their end
        self.old: int | None = None  # a run of long ago, where there are nights
        self.is_scheduled = False
        self.sent = 0  # events
        self.events: list[datetime] = []  # those of which カオナビ was told that they were taken
        self.calls: Counter[tuple[str, str, str]] = Counter()
        self.arrived: Counter[tuple[str, str, str]] = Counter()

    def furnish(self) -> None:
        """One start of the schedule is due from the first moment on: it is nine o'clock in Tokyo."""
        settings.WEBHOOK_DELAY = 5
        settings.JOB_RETENTION_DAYS = self.dice.choice((0, 1, LONG_AGO - 1))
        if self.has_nights:
            self.old = self.leave_old_run()
        if not self.is_there:
            return
        before = datetime.fromtimestamp(EPOCH - 60, UTC)
        self.is_scheduled = self.dice.random() < 0.7
        AutomationSettings.objects.create(
            is_scheduled=self.is_scheduled,
            weekdays=list(range(7)),
            times=["09:00"],
            skips_holidays=False,
            sends_results=self.dice.random() < 0.5,
            counts_from=before,
        )
        Webhook.objects.create(digest="0" * 64, made_at=before)
        addresses = ["operator@example.jp", "other@example.jp"][: self.dice.randint(1, 2)]
        NoticeSettings.objects.create(is_on=True, addresses=addresses, sender="us@example.jp", counts_from=before)

    def leave_old_run(self) -> int:
        """Somebody's file of long ago, with what was told of a person in it."""
        then = datetime.fromtimestamp(EPOCH, UTC) - timedelta(days=LONG_AGO)
        kind, status = SyncJob.Kind.EMPLOYEES_FILE, self.dice.choice(SyncJob.COMPLETED)
        job = SyncJob.objects.create(kind=kind, status=status, created_at=then, started_at=then, finished_at=then)
        job.issues.create(severity="error", reason="MEMBER_MAIL_DUPLICATE", subject_name=company.CANARY)
        return job.pk

    def open(self) -> None:
        stage = self.stage
        if self.is_there:
            for _ in range(self.dice.randint(1, 2)):
                stage.live(stage.process(AUTOMATION), "looks", self.look_again_and_again)
        if self.has_nights:
            stage.live(stage.process(NIGHT), "errands", self.do_errands)

    def again(self, seconds: float) -> Iterator[None]:
        scheduler = self.world.scheduler
        while scheduler.now < self.stage.horizon and not self.stage.is_calm:
            scheduler.rest(self.dice.expovariate(1 / seconds))
            if not self.stage.is_calm:
                yield
            connections.close_all()

    def look_again_and_again(self) -> None:
        for _ in self.again(6):
            look()

    def bring_events(self) -> None:
        for _ in self.again(10):
            now = timezone.now()
            self.world.tell("カオナビ", "sends an event")
            self.sent += 1
            try:
                events.take(now)
            except DatabaseError:
                self.world.tell("カオナビ", "is told to send it again")
            else:
                self.events.append(now)

    def look_at_last(self) -> None:
        """Once the world is calm: until nothing is due any more."""
        scheduler, pause = self.world.scheduler, 12.0
        while any(strand.process.frozen_until > scheduler.now for strand in scheduler.strands):
            scheduler.rest(pause)  # somebody who is stopped may hold the database
        while True:
            scheduler.rest(pause)
            look()
            pause = min(4 * pause, 600.0)
            left = events.folder().is_dir() and any(events.folder().iterdir())  # nobody has brought them in yet
            waits = Webhook.objects.exclude(first_event_at=None).exists() and starting.hindrance() is None
            under_way = AutomaticRun.objects.filter(ended_at=None).exists() or SyncJob.objects.unfinished().exists()
            unsent = NoticeDelivery.objects.exclude(state=NoticeDelivery.State.ENDED).exists()
            connections.close_all()
            if not (left or waits or under_way or unsent):
                return

    def do_errands(self) -> None:
        for _ in self.again(10):
            self.world.tell("the night", "does its errands")
            try:
                tasks.remove_old_jobs()
            except DatabaseError:
                self.world.tell("the night", "the database is busy")
            else:
                self.nights += 1

    def deliver(self, message: Message, wanted: Sequence[Target], *, sender: str) -> Mapping[Target, Outcome]:
        """In place of the channels."""
        del sender
        self.world.checks.must_be_silent("a notice", f"{message.subject} {message.text}")
        outcomes = {}
        for target in wanted:
            self.world.scheduler.point(f"notice to {target.name}", weight=5.0)
            key = (message.subject, message.text, target.name)
            outcomes[target] = self.dice.choice((Outcome.SENT, Outcome.SENT, Outcome.BUSY, Outcome.UNCERTAIN))
            self.calls[key] += 1
            self.arrived[key] += outcomes[target] is not Outcome.BUSY
        return outcomes

    def judge(self) -> Iterator[str]:
        """What is wrong with what happened by itself."""
        ask = self.world.database.side.execute
        for run, kind in ask(TWICE).fetchall():
            yield f"automatic run {run} has started {kind} twice"
        for run, began, ended in ask(GIVEN_UP).fetchall():
            if moment(ended) - moment(began) < timedelta(hours=2):
                yield f"automatic run {run} has not waited for two hours"
        starts = dict(ask(STARTS).fetchall())
        by_schedule = starts.get("schedule", 0)
        if by_schedule != self.is_scheduled:
            yield f"the schedule was due {int(self.is_scheduled)} times and has started {by_schedule} times"
        yield from self.judge_nights()
        yield from self.judge_events(starts.get("webhook", 0))
        yield from self.judge_notices()

    def judge_nights(self) -> Iterator[str]:
        """What is told of people goes when it is old, and nothing does where all is kept."""
        ask, days = self.world.database.side.execute, settings.JOB_RETENTION_DAYS
        if self.old is None:
            return
        if not days and not ask("SELECT count(*) FROM integrations_syncjob WHERE id = ?", [self.old]).fetchone()[0]:
            yield "all is kept, and a run of long ago is gone"
        if days and self.nights and ask(TOLD, [self.old, company.CANARY]).fetchone()[0]:
            yield f"{days} days are kept, and it is still told whom a run was about {LONG_AGO} days ago"

    def judge_events(self, starts: int) -> Iterator[str]:
        """A run has begun after the last of them, unless they still wait for what is in its way."""
        ask = self.world.database.side.execute
        if starts > self.sent:
            yield f"{self.sent} events have asked for {starts} runs"
        if not self.events or ask("SELECT count(*) FROM integrations_webhook WHERE waiting > 0").fetchone()[0]:
            return
        (began,) = ask(IN_ANSWER).fetchone()
        if began is None or moment(began) < self.events[-1]:
            yield f"an event of {self.events[-1]:%X} is forgotten: the last run because of one is of {began or 'never'}"

    def judge_notices(self) -> Iterator[str]:
        ask = self.world.database.side.execute
        written = {tuple(row[:3]): row[3:] for row in ask(NOTICES).fetchall()}
        for key, number in self.calls.items():
            notices, tries = written.get(key, (0, 0))
            if number > tries or self.arrived[key] > notices:
                yield f"a notice went out {number} times, and was to do so {tries} times ({key[0]})"


def moment(text: str) -> datetime:
    """As the database tells it, in SQLite without the zone."""
    told = datetime.fromisoformat(text)
    return told if told.tzinfo else told.replace(tzinfo=UTC)
