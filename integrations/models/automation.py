"""自動実行: what administrators have set, and a row for each start that nobody clicked."""

from datetime import time
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.urls import reverse
from django.utils import timezone

from accounts.locks import LockableQuerySet
from integrations.models.jobs import SyncJob
from integrations.rules.schedule import DAYS, Schedule, Window, clock

STEPS = (
    SyncJob.Kind.DEPARTMENTS,
    SyncJob.Kind.EMPLOYEES,
    SyncJob.Kind.RESULTS,
)  # in the order in which a chain has them


class AutomationSettingsQuerySet(LockableQuerySet["AutomationSettings"]):
    def current(self) -> "AutomationSettings":
        """What is set; the defaults, not stored, where nobody has set anything: then all is off."""
        return self.first() or AutomationSettings(**self.hours())

    def lock_the_one(self, **defaults: object) -> "AutomationSettings":
        return super().lock_the_one(**self.hours(), **defaults)

    @staticmethod
    def hours() -> dict[str, time]:
        """Those of カオナビ's maintenance until somebody sets others."""
        start, end = settings.KAONAVI_MAINTENANCE
        return {"maintenance_from": start, "maintenance_to": end}


class AutomationSettings(models.Model):
    """One row at most; without it nothing runs by itself."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    is_stopped = models.BooleanField("自動実行の停止", default=False)
    is_scheduled = models.BooleanField("スケジュールで自動実行する", default=False)
    weekdays = models.JSONField("曜日", default=list, blank=True, help_text="0 is Monday")
    times = models.JSONField("時刻", default=list, blank=True, help_text='as "07:00"')
    skips_holidays = models.BooleanField("祝日は実行しない", default=True)
    sends_results = models.BooleanField("検査結果もカオナビに登録する", default=False)
    # times up to this moment are not made up: they passed before the schedule was as it is now
    counts_from = models.DateTimeField(default=timezone.now, editable=False)
    maintenance_from = models.TimeField("メンテナンスの開始", default=time(1))
    maintenance_to = models.TimeField("メンテナンスの終了", default=time(6))

    objects = AutomationSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "自動実行"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="integrations_automationsettings_at_most_one")]

    def __str__(self) -> str:
        return "自動実行"

    def get_absolute_url(self) -> str:
        return reverse("integrations:automation")

    def clean(self) -> None:
        if self.is_scheduled and not (self.weekdays and self.times):
            raise ValidationError("スケジュールで自動実行するには、曜日と時刻を指定してください。")

    @property
    def schedule(self) -> Schedule:
        """When something is due, for the rules; whether it is turned on, `is_scheduled` says."""
        return Schedule(
            weekdays=frozenset(self.weekdays),
            times=tuple(sorted(time.fromisoformat(each) for each in self.times)),
            skips_holidays=self.skips_holidays,
        )

    def in_words(self) -> dict[str, Any]:
        """What administrators set, for the audit trail."""
        return {
            "is_scheduled": self.is_scheduled,
            "weekdays": [DAYS[day] for day in self.weekdays],
            "times": [clock(each) for each in self.schedule.times],
            "skips_holidays": self.skips_holidays,
            "sends_results": self.sends_results,
            "maintenance_from": clock(self.maintenance_from),
            "maintenance_to": clock(self.maintenance_to),
        }

    @property
    def chain(self) -> list[str]:
        """What the schedule runs, in this order."""
        return list(STEPS if self.sends_results else STEPS[:2])

    @property
    def maintenance(self) -> Window:
        """When カオナビ may be away for its own maintenance, each night."""
        return Window(self.maintenance_from, self.maintenance_to)


class AutomaticRun(models.Model):
    """One start that nobody clicked: kinds of runs one after the other. Its jobs point at it.

    That a row of this cause and moment is there means that the start has happened, whatever became of it.
    """

    class Outcome(models.TextChoices):
        DONE = "done", "終了"
        ASKS = "asks", "確認待ちになりました"
        BROKEN_OFF = "broken_off", "成功または一部エラーで終わりませんでした"
        HELD = "held", "確認待ちの処理があります"
        NOT_CONNECTED = "not_connected", "カオナビと連携していません"
        BUSY = "busy", "ほかの処理が終わりませんでした"
        STOPPED = "stopped", "自動実行が止められました"

    cause = models.CharField("きっかけ", max_length=20, choices=SyncJob.Cause)
    due_at = models.DateTimeField("予定日時")
    missed = models.PositiveIntegerField("まとめた回数", default=0, help_text="earlier times that this one makes up")
    kinds = models.JSONField("実行内容", default=list)
    created_at = models.DateTimeField("開始日時", default=timezone.now, db_index=True)
    # since when the next step waits for somebody else's run
    waits_since = models.DateTimeField("待機の開始", null=True, blank=True)
    ended_at = models.DateTimeField("終了日時", null=True, blank=True)
    outcome = models.CharField("結果", max_length=20, choices=Outcome, blank=True, default="")

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "自動実行の記録"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["cause", "due_at"], name="integrations_automaticrun_once"),
            # an index over a constant: a second one that has not ended cannot exist
            models.UniqueConstraint(
                IsNull(F("cause"), False), condition=Q(ended_at=None), name="integrations_automaticrun_one_unfinished"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="integrations_automaticrun_ended_has_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} #{self.pk}"
