"""A message to many targets at once, with an end to the waiting: one that hangs costs a thread, and no time."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Literal, NamedTuple

from integrations.channels import chat, mail
from integrations.channels.outcomes import Outcome

PATIENCE = 20.0  # seconds for all targets together

Channel = Literal["mail", "chat"]


class Message(NamedTuple):
    """What is sent: a line that names it, and the lines themselves."""

    subject: str
    text: str


class Target(NamedTuple):
    """Where to: a mail address, or the name of a chat (`chat.name_of`)."""

    channel: Channel
    name: str

    @property
    def label(self) -> str:
        """What people may see of it."""
        return self.name if self.channel == "mail" else chat.scheme_of(self.name)


def targets(addresses: Sequence[str]) -> list[Target]:
    """These mail addresses and every chat there is."""
    return [*(Target("mail", address) for address in addresses), *(Target("chat", name) for name in chat.addresses())]


class Delivery:
    """What is known so far of one message. Once closed nothing more is begun."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.is_closed = False
        self.begun: set[Target] = set()
        self.found: dict[Target, Outcome] = {}

    def begin(self, target: Target) -> bool:
        with self.lock:
            if not self.is_closed:
                self.begun.add(target)
            return not self.is_closed

    def note(self, target: Target, outcome: Outcome) -> None:
        with self.lock:
            if not self.is_closed:
                self.found[target] = outcome

    def close(self, wanted: Sequence[Target]) -> Mapping[Target, Outcome]:
        """What became of each; of one that was begun and has no answer nobody knows whether it arrived."""
        with self.lock:
            self.is_closed = True
            return {
                target: self.found.get(target, Outcome.UNCERTAIN if target in self.begun else Outcome.LATE)
                for target in wanted
            }


def deliver(
    message: Message, wanted: Sequence[Target], *, sender: str = "", patience: float = PATIENCE
) -> Mapping[Target, Outcome]:
    """Send it to each target, all chats and all mails at the same time; what became of each. Raises nothing.

    It takes no longer than `patience` seconds. Touches no database: its threads have no connection.
    """
    delivery = Delivery()
    sender = sender or mail.default_sender()
    mails = [target for target in wanted if target.channel == "mail"]
    ways: list[Callable[[], None]] = [partial(send_mails, delivery, message, mails, sender)] if mails else []
    ways += [partial(send_chat, delivery, message, target) for target in wanted if target.channel == "chat"]
    threads = [threading.Thread(target=way, daemon=True) for way in ways]
    end = time.monotonic() + patience
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return delivery.close(wanted)


def send_mails(delivery: Delivery, message: Message, mails: Sequence[Target], sender: str) -> None:
    def begin(address: str) -> bool:
        return delivery.begin(Target("mail", address))

    addresses = [target.name for target in mails]
    for address, outcome in mail.send(message.subject, message.text, addresses, sender=sender, begin=begin):
        delivery.note(Target("mail", address), outcome)


def send_chat(delivery: Delivery, message: Message, target: Target) -> None:
    if delivery.begin(target):
        delivery.note(target, chat.send(message.subject, message.text, target.name))
