"""What waits is sent, outside any transaction. A row says whose it is to send: so nothing goes out twice.

A try that certainly did not arrive is made again, a few times; one of which nobody knows is not.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import F

from integrations.channels import Message, Outcome, Target, deliver
from integrations.models import NoticeDelivery

State = NoticeDelivery.State
PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))  # before the second try, the third, the last
LOST_AFTER = timedelta(minutes=2)  # a worker that sends for so long is gone
EXPIRED_AFTER = timedelta(days=1)  # nobody wants to hear it any more
BUDGET = 20.0  # seconds of a look in which another message is begun: a worker has runs to do, too


def send_waiting(sender: str, now: datetime) -> None:
    """Send what is due. While another worker does so, this one does not: two that hang would hold up the runs."""
    rows = list(NoticeDelivery.objects.exclude(state=State.ENDED).select_related("notice").order_by("notice_id", "pk"))
    if any(row.state == State.SENDING and not is_lost(row, now) for row in rows):
        return
    end = time.monotonic() + BUDGET
    for notice, group in groupby(rows, key=lambda row: row.notice):
        if time.monotonic() > end:
            return
        mine = [row for row in group if not give_up(row, now) and row.due_at <= now and claim(row, now)]
        if mine:
            send(Message(notice.subject, notice.text), mine, sender, now)


def is_lost(row: NoticeDelivery, now: datetime) -> bool:
    """Whether the worker that sends it is gone; one of the future was by a clock that ran ahead."""
    return row.begun_at is not None and abs(now - row.begun_at) > LOST_AFTER


def give_up(row: NoticeDelivery, now: datetime) -> bool:
    """End what a worker had begun that is gone, and what nobody could send for a day."""
    is_begun = row.state == State.SENDING
    if not is_begun and abs(now - row.notice.told_at) <= EXPIRED_AFTER:
        return False
    outcome = Outcome.UNCERTAIN if is_begun else row.outcome or Outcome.LATE
    same = NoticeDelivery.objects.filter(pk=row.pk, state=row.state, tries=row.tries)
    same.update(state=State.ENDED, outcome=outcome)
    return True


def claim(row: NoticeDelivery, now: datetime) -> bool:
    """Whether it is ours to send."""
    waiting = NoticeDelivery.objects.filter(pk=row.pk, state=State.WAITING)
    return bool(waiting.update(state=State.SENDING, begun_at=now, tries=F("tries") + 1))


def send(message: Message, rows: Sequence[NoticeDelivery], sender: str, now: datetime) -> None:
    """One message to all who are to have it, and what became of each."""
    wanted = {Target("mail" if row.channel == "mail" else "chat", row.target): row for row in rows}
    for target, outcome in deliver(message, list(wanted), sender=sender).items():
        row = wanted[target]
        is_again = outcome.may_be_tried_again and row.tries < len(PAUSES)
        NoticeDelivery.objects.filter(pk=row.pk, state=State.SENDING).update(
            outcome=outcome,
            state=State.WAITING if is_again else State.ENDED,
            due_at=now + PAUSES[row.tries] if is_again else row.due_at,
        )
