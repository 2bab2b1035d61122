"""What カオナビ tells us by itself: that it has, and when. Of whom is not kept."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Webhook(models.Model):
    """One row while カオナビ's notifications are received, none while they are not. A new secret makes a new row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    digest = models.CharField("秘密の文字列のハッシュ", max_length=64, editable=False)
    made_at = models.DateTimeField("秘密の文字列を発行した日時", default=timezone.now, editable=False)
    # of the events for which no run has been asked yet; null where there is none
    first_event_at = models.DateTimeField("待っている最初の通知", null=True, editable=False)
    waiting = models.PositiveIntegerField("待っている通知", default=0, editable=False)
    # of all since the secret was made
    last_event_at = models.DateTimeField("最後の通知", null=True, editable=False)
    received = models.PositiveIntegerField("受け取った通知", default=0, editable=False)
    last_refused_at = models.DateTimeField("最後に断った通知", null=True, editable=False)
    refused = models.PositiveIntegerField("断った通知", default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "カオナビのWebhook"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="integrations_webhook_at_most_one")]

    def __str__(self) -> str:
        return "カオナビのWebhook"
