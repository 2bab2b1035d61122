"""自動実行 > Webhook: whether カオナビ's notifications are received, what has come, and what comes of it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from accounts.site import site_url
from integrations.automation import webhook
from integrations.models import Webhook

EVENTS = ("メンバーの登録（member_created）", "メンバーの更新（member_updated）", "メンバーの削除（member_deleted）")


@dataclass(frozen=True)
class WebhookPart:
    """The part of the page. `row` is None while nothing is received."""

    row: Webhook | None
    address: str
    events: tuple[str, ...]
    due_at: datetime | None

    @property
    def is_http(self) -> bool:
        """Whether カオナビ would not take the address."""
        return not self.address.startswith("https://")

    @property
    def delay(self) -> str:
        """The silence after which a run starts, in words."""
        minutes, seconds = divmod(settings.WEBHOOK_DELAY, 60)
        return "".join([f"{minutes}分" if minutes else "", f"{seconds}秒" if seconds else ""])


def webhook_part(now: datetime) -> WebhookPart:
    row = Webhook.objects.first()
    return WebhookPart(
        row=row,
        address=f"{site_url()}{reverse('integrations:webhook')}",
        events=EVENTS,
        due_at=webhook.due(row, now) if row is not None else None,
    )
