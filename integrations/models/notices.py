"""通知: to whom and of what, what was told, and what became of it on its way."""

from datetime import timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.locks import LockableQuerySet
from integrations.rules.notices import Matter, Occasion


class NoticeSettingsQuerySet(LockableQuerySet["NoticeSettings"]):
    def current(self) -> "NoticeSettings":
        """What is set; the defaults, not stored, where nobody has set anything: then nothing is sent."""
        return self.first() or NoticeSettings()


class NoticeSettings(models.Model):
    """One row at most; without it nothing is sent. Which chats there are the variable NOTIFY_URLS says."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    is_on = models.BooleanField("通知を送る", default=False)
    addresses = models.JSONField("送り先のメールアドレス", default=list, blank=True)
    sender = models.EmailField("差出人のメールアドレス", blank=True, default="")
    of_failures = models.BooleanField("失敗・失敗（中断）", default=True)
    of_problems = models.BooleanField("一部エラーで、新しい問題があるとき", default=True)
    of_held = models.BooleanField("確認待ち", default=True)
    of_keys = models.BooleanField("連携が切れたとき（認証情報が使えない）", default=True)
    silent_days = models.PositiveSmallIntegerField(
        "成功していない日数",
        null=True,
        blank=True,
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    only_automatic = models.BooleanField("自動実行の処理だけ", default=False)
    # what ended before is not told: notices were not on, or told somebody else's
    counts_from = models.DateTimeField(default=timezone.now, editable=False)

    objects = NoticeSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="integrations_noticesettings_at_most_one")]

    def __str__(self) -> str:
        return "通知"

    def get_absolute_url(self) -> str:
        return f"{reverse('integrations:automation')}#notices"

    def in_words(self) -> dict[str, object]:
        """For the audit trail, which keeps its words for ever: of addresses their number."""
        names = ("is_on", "of_failures", "of_problems", "of_held", "of_keys", "silent_days", "only_automatic")
        told = {name: getattr(self, name) for name in names}
        return told | {"addresses": f"{len(self.addresses)}件", "sender": "指定あり" if self.sender else "指定なし"}

    @property
    def warned_after(self) -> timedelta | None:
        """For how long a kind of run may be without a success; None where nobody is to be told of that."""
        return timedelta(days=self.silent_days) if self.is_on and self.silent_days else None


class Notice(models.Model):
    """A message that was told, in the words that went out. Where the row is there, it is nobody else's to send.

    Whoever finds something to tell takes the next number of the matter; of two who see the same, one gets it.
    """

    occasion = models.CharField("きっかけ", max_length=10)  # as `telling`, one of `rules.notices`
    kind = models.CharField(max_length=20, blank=True, default="")
    number = models.PositiveIntegerField()
    telling = models.CharField(max_length=10)
    sort = models.CharField(max_length=50, blank=True, default="")
    mark = models.BigIntegerField(default=0)
    told_at = models.DateTimeField("通知した日時")
    subject = models.CharField("件名", max_length=200, blank=True, default="")  # blank where another one says it
    text = models.TextField("内容", blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "送信した通知"
        ordering = ["-told_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["occasion", "kind", "number"], name="integrations_notice_told_once")
        ]

    def __str__(self) -> str:
        return self.subject or f"{self.occasion} {self.kind} #{self.number}"

    @property
    def matter(self) -> Matter:
        return Matter(Occasion(self.occasion), self.kind)


class NoticeDelivery(models.Model):
    """One notice on its way to one target: a mail address, or a chat by its scheme and a digest of its address.

    It is sent by whoever turns `waiting` into `sending`: so at most once, unless it certainly did not arrive.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "送信待ち"
        SENDING = "sending", "送信中"
        ENDED = "ended", "終了"

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField("方法", max_length=10, choices=[("mail", "メール"), ("chat", "チャット")])
    target = models.CharField("送り先", max_length=254)
    state = models.CharField("状態", max_length=10, choices=State, default=State.WAITING)
    outcome = models.CharField("結果", max_length=20, blank=True, default="")  # a `channels.Outcome`
    tries = models.PositiveSmallIntegerField("回数", default=0)
    due_at = models.DateTimeField("次の送信")
    begun_at = models.DateTimeField("送信の開始", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知の送信"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel", "target"], name="integrations_noticedelivery_once")
        ]
        indexes = [models.Index(fields=["due_at"], condition=~Q(state="ended"), name="integrations_notice_due")]

    def __str__(self) -> str:
        return f"{self.notice} {self.channel}"
