"""The queue: messages that may be lost, doubled or late. Its truth is worth nothing, as the product has it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.world.scheduler import NEVER, Event, Scheduler

Chance = Callable[[], str]  # "", "lost", "doubled", "late", "away"


class Message(NamedTuple):
    due: float
    number: int
    args: tuple[Any, ...]


class BrokerAwayError(Exception):
    pass


class Broker:
    def __init__(self, scheduler: Scheduler) -> None:
        self.scheduler = scheduler
        self.waiting: list[Message] = []
        self.arrived = Event(scheduler)
        self.sent: list[tuple[Any, ...]] = []
        self.chance: Chance = lambda: ""

    def send(self, args: tuple[Any, ...], *, countdown: float = 0, retry: bool = False) -> None:
        """In place of Celery's `apply_async`."""
        del retry
        self.scheduler.point(f"message {args}")
        fate = self.chance()
        self.sent.append(args)
        if fate:
            self.scheduler.tell("broker", f"message {args}: {fate}")
        if fate == "away":
            raise BrokerAwayError
        if fate == "lost":
            return
        late = self.scheduler.dice.uniform(5, 60) if fate == "late" else 0.01
        for _ in range(2 if fate == "doubled" else 1):
            self.put(args, countdown + late)

    def put(self, args: tuple[Any, ...], seconds: float) -> None:
        number = len(self.sent) * 10 + len(self.waiting)
        self.waiting.append(Message(self.scheduler.now + seconds, number, args))
        self.scheduler.at(seconds, self.arrived.set)

    def take(self) -> Message:
        """The next message that is due; waits for one."""
        while True:
            due = [message for message in self.waiting if message.due <= self.scheduler.now]
            if due:
                message = min(due)
                self.waiting.remove(message)
                return message
            self.arrived.clear()
            self.arrived.wait(None if not self.waiting else NEVER)
