"""What nobody clicks: the schedule, カオナビ's events, notices (whose channel only counts), and the errands of the night."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from integrations import tasks
from integrations.automation import events
from integrations.automation.tasks import look
from integrations.channels import Message, Outcome, Target
from integrations.models import AutomationSettings, NoticeSettings, Webhook
from tests.world.scheduler import EPOCH

AUTOMATION = "automation"  # the processes that look whether something is due
TWICE = """SELECT automatic_run_id, kind FROM integrations_syncjob WHERE automatic_run_id IS NOT NULL
    GROUP BY automatic_run_id, kind HAVING count(*) > 1"""
STARTS = "SELECT cause, count(*) FROM integrations_automaticrun GROUP BY cause"
NOTICES = """SELECT n.subject, n.text, d.target, count(*), sum(d.tries) FROM integrations_noticedelivery d
    JOIN integrations_notice n ON n.id = d.notice_id GROUP BY n.subject, n.text, d.target"""


class ByItself:
    def __init__(self, world: Any, stage: Any) -> None:
        self.world, self.stage, self.dice = world, stage, world.dice
        self.is_there = self.dice.random() < 0.25
        self.has_nights = self.dice.random() < 0.2
        self.events = 0
        self.calls: Counter[tuple[str, str, str]] = Counter()
        self.arrived: Counter[tuple[str, str, str]] = Counter()

    def furnish(self) -> None:
        """One start of the schedule is due from the first moment on: it is nine o'clock in Tokyo."""
        settings.WEBHOOK_DELAY = 5
        if not self.is_there:
            return
        before = datetime.fromtimestamp(EPOCH - 60, UTC)
        AutomationSettings.objects.create(
            is_scheduled=self.dice.random() < 0.7,
            weekdays=list(range(7)),
            times=["09:00"],
            skips_holidays=False,
            sends_results=self.dice.random() < 0.5,
            counts_from=before,
        )
        Webhook.objects.create(digest="0" * 64, made_at=before)
        addresses = ["operator@example.jp", "other@example.jp"][: self.dice.randint(1, 2)]
        NoticeSettings.objects.create(is_on=True, addresses=addresses, sender="us@example.jp", counts_from=before)

    def open(self) -> None:
        stage = self.stage
        if self.is_there:
            for _ in range(self.dice.randint(1, 2)):
                stage.live(stage.process(AUTOMATION), "looks", self.look_again_and_again)
            stage.live(stage.web, "webhook", self.bring_events)
        if self.has_nights:
            stage.live(stage.process("the night"), "errands", self.do_errands)

    def again(self, seconds: float) -> Iterator[None]:
        scheduler = self.world.scheduler
        while scheduler.now < self.stage.horizon and not self.stage.is_calm:
            scheduler.rest(self.dice.expovariate(1 / seconds))
            if not self.stage.is_calm:
                yield
            connections.close_all()

    def look_again_and_again(self) -> None:
        for _ in self.again(4):
            look()

    def bring_events(self) -> None:
        for _ in self.again(10):
            self.events += 1
            self.world.tell("カオナビ", "sends an event")
            try:
                events.take(timezone.now())
            except DatabaseError:
                self.world.tell("カオナビ", "is told to send it again")

    def do_errands(self) -> None:
        for _ in self.again(10):
            self.world.tell("the night", "does its errands")
            try:
                tasks.remove_old_jobs()
            except DatabaseError:
                self.world.tell("the night", "the database is busy")

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
        starts = dict(ask(STARTS).fetchall())
        if starts.get("schedule", 0) > 1:
            yield f"the schedule was due once and has started {starts['schedule']} times"
        if starts.get("webhook", 0) > self.events:
            yield f"{self.events} events have asked for {starts['webhook']} runs"
        written = {tuple(row[:3]): row[3:] for row in ask(NOTICES).fetchall()}
        for key, number in self.calls.items():
            notices, tries = written.get(key, (0, 0))
            if number > tries or self.arrived[key] > notices:
                yield f"a notice went out {number} times, and was to do so {tries} times ({key[0]})"
