"""自動実行 > 通知: by which ways, and what became of the last messages."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from integrations.channels import Outcome, Target, chat, mail
from integrations.models import Notice, NoticeDelivery, NoticeSettings

SHOWN = 5
State = NoticeDelivery.State


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message on its way to one target, in words."""

    target: str
    words: str
    is_sent: bool
    is_bad: bool

    @classmethod
    def of(cls, row: NoticeDelivery) -> "Arrival":
        target = Target("mail" if row.channel == "mail" else "chat", row.target).label
        outcome = Outcome(row.outcome) if row.outcome in set(Outcome) else None
        if row.state == State.SENDING or outcome is None:
            return cls(target, row.get_state_display(), is_sent=False, is_bad=False)
        words = f"{outcome.sentence}{outcome.remedy}"
        if row.state == State.WAITING:
            words = f"{outcome.sentence}もう一度送信します。"
        return cls(target, words, is_sent=outcome is Outcome.SENT, is_bad=outcome is not Outcome.SENT)


@dataclass(frozen=True, slots=True)
class Message:
    """One notice, and what became of it."""

    notice: Notice
    arrivals: Sequence[Arrival]

    @property
    def sent(self) -> int:
        return sum(arrival.is_sent for arrival in self.arrivals)

    @property
    def state(self) -> str:
        """How it stands in a word or two."""
        if not self.others:
            return "送信済み"
        return "送れない送り先あり" if any(arrival.is_bad for arrival in self.arrivals) else "送信中"

    @property
    def look(self) -> str:
        return {"送信済み": "good", "送信中": "busy"}.get(self.state, "bad")

    @property
    def others(self) -> list[Arrival]:
        """Those that are not known to have arrived."""
        return [arrival for arrival in self.arrivals if not arrival.is_sent]


@dataclass(frozen=True, slots=True)
class Notices:
    """`server` is the mail server, "" where there is none; `chats` are the schemes of their addresses."""

    settings: NoticeSettings
    server: str
    chats: Sequence[str]
    last: Sequence[Message]

    @property
    def has_way(self) -> bool:
        return bool(self.server or self.chats)

    @property
    def sentence(self) -> str:
        """What will happen."""
        if not self.settings.is_on:
            return "通知は送りません。"
        whom = [f"メール{len(self.settings.addresses)}件" * bool(self.settings.addresses), *self.chats]
        return f"{'、'.join(filter(None, whom))}に知らせます。同じことは1日に1度まで、復旧したときは1度だけ知らせます。"


def notices() -> Notices:
    """As it is set, and the last messages. Three statements."""
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if mail.is_set() else ""
    told = Notice.objects.exclude(subject="").prefetch_related("deliveries")[:SHOWN]
    last = [Message(notice, [Arrival.of(row) for row in notice.deliveries.all()]) for notice in told]
    chats = [chat.scheme_of(name) for name in chat.addresses()]
    return Notices(NoticeSettings.objects.current(), server, chats, last)
