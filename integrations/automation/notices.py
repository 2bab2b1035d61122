"""Notices: tells what there is to tell, once, and sends what waits. Any number of workers may look at the same time."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from accounts.site import is_practice, site_url
from integrations.automation.deliveries import send_waiting
from integrations.automation.trouble import Situation, situation
from integrations.channels import Target, targets
from integrations.models import AutomationSettings, Notice, NoticeDelivery, NoticeSettings
from integrations.rules.notice_words import words
from integrations.rules.notices import DAY, Due, Matter, Telling, Told, due

logger = logging.getLogger(__name__)


def look(now: datetime) -> None:
    """Outside a transaction, since it talks to servers. Nothing is told while notices, or all of 自動実行, are off."""
    chosen = NoticeSettings.objects.current()
    if not chosen.is_on or AutomationSettings.objects.current().is_stopped:
        return
    if chosen.counts_from > now + DAY:  # turned on by a clock that ran ahead
        chosen.counts_from = now
        chosen.save(update_fields=["counts_from"])
    wanted = targets(chosen.addresses)
    if wanted:
        tell(chosen, wanted, now)
    send_waiting(chosen.sender, now)


def tell(chosen: NoticeSettings, wanted: Sequence[Target], now: datetime) -> None:
    """Write down what is due. What was told is read first: who finds something newer meanwhile takes the number."""
    told = told_so_far(now)
    found = situation(chosen, told, now)
    for each in due(found.troubles, found.over, told, now=now, since=chosen.counts_from):
        note(each, found, wanted, now)


def told_so_far(now: datetime) -> Mapping[Matter, Sequence[Told]]:
    """The last message of each matter, and those of the last day; the newest first. One statement."""
    newest = Notice.objects.order_by().values("occasion", "kind").annotate(newest=Max("pk")).values("newest")
    told: dict[Matter, list[Told]] = defaultdict(list)
    for row in Notice.objects.filter(Q(pk__in=newest) | Q(told_at__gt=now - DAY)).order_by("-number"):
        message = Told(Telling(row.telling), row.told_at, row.number, row.sort, row.mark, is_silent=not row.subject)
        told[row.matter].append(message)
    return told


def note(each: Due, found: Situation, wanted: Sequence[Target], now: datetime) -> None:
    """The row, with a delivery for each target. Where somebody else has that number, it is theirs to send."""
    subject, text = "", ""
    if not each.is_silent:
        link = f"{site_url()}{found.links[each.matter]}"
        subject, text = words(each, found.facts[each.matter], link, is_practice=is_practice())
    try:
        with transaction.atomic():
            notice = Notice.objects.create(
                occasion=each.matter.occasion,
                kind=each.matter.kind,
                number=each.number,
                telling=each.telling,
                sort=each.sort,
                mark=each.mark,
                told_at=now,
                subject=subject,
                text=text,
            )
            NoticeDelivery.objects.bulk_create(
                NoticeDelivery(notice=notice, channel=target.channel, target=target.name, due_at=now)
                for target in wanted
                if not each.is_silent
            )
    except IntegrityError:
        logger.info("a notice of %s was told by somebody else", each.matter.occasion)
