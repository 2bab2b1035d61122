"""自動実行: what will happen by itself, what keeps it from happening, and what has happened."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from integrations.automation import schedule, starting
from integrations.models import AutomaticRun, AutomationSettings, SyncJob, Webhook
from integrations.operations import checks
from integrations.rules.schedule import LAST_YEAR_OF_HOLIDAYS, clock, in_words

Outcome = AutomaticRun.Outcome
SHOWN = 5
LATE = timedelta(minutes=2)  # less is the time between two looks
HOURS = round(starting.PATIENCE.total_seconds() / 3600)
BEFORE = {  # why nothing more was started
    Outcome.HELD: "確認待ちの処理があったため",
    Outcome.NOT_CONNECTED: "カオナビとの連携が使えなかったため",
    Outcome.BUSY: f"ほかの処理が{HOURS}時間たっても終わらなかったため",
    Outcome.STOPPED: "自動実行が止められたため",
}
NOW = {  # why nothing would be started
    Outcome.HELD: "確認待ちの処理があるため、自動実行は何も開始しません。確認して実行するか、中止してください。",
    Outcome.NOT_CONNECTED: "カオナビとの連携が使えないため、自動実行は何も開始しません。",
    Outcome.STOPPED: "自動実行は止められています。再開するまで、新しい処理は何も開始せず、通知も送りません。",
}
PASSED = "その間に過ぎたスケジュールの予定は、あとから実行しません。"  # a start that could not be made is over


@dataclass(frozen=True)
class Line:
    """One start that nobody clicked."""

    run: AutomaticRun
    jobs: list[SyncJob]

    @property
    def is_late(self) -> bool:
        return self.run.created_at - self.run.due_at >= LATE

    @property
    def state(self) -> str:
        """The same in a word, for the badge; `look` is how that is drawn."""
        if not self.run.outcome:
            return "待機中" if self.run.waits_since else "実行中"
        if self.run.outcome == Outcome.DONE:
            return "完了"
        return "途中で終了" if self.jobs else "開始せず"

    @property
    def look(self) -> str:
        return {"": "busy", Outcome.DONE: "good"}.get(self.run.outcome, "care")

    @property
    def words(self) -> str:
        """What became of it."""
        if self.run.outcome == Outcome.DONE:
            return "最後まで実行しました"
        last = self.jobs[-1] if self.jobs else None
        if self.run.outcome in (Outcome.ASKS, Outcome.BROKEN_OFF) and last is not None:
            return f"「{last.get_kind_display()}」が「{self.ending}」になったため、続きを開始しませんでした"
        if self.run.outcome:
            what = "続きを開始しませんでした" if self.jobs else "開始しませんでした"
            return f"{BEFORE.get(Outcome(self.run.outcome), '途中の処理の記録がないため')}、{what}"
        if self.run.waits_since:
            return f"ほかの処理が終わるのを待っています（最長{HOURS}時間）"
        return "実行しています"

    @property
    def ending(self) -> str:
        """How its last step stood when the chain ended: what was held then may have been decided since."""
        if self.run.outcome == Outcome.ASKS:
            return SyncJob.Status.HELD.label
        return self.jobs[-1].get_status_display()


@dataclass(frozen=True)
class Overview:
    """The page 自動実行."""

    settings: AutomationSettings
    sentence: str
    next_at: datetime | None
    hindrance: str
    hindered_by: Outcome | None
    at_night: str
    is_clock_away: bool
    last: list[Line]

    @property
    def knows_holidays(self) -> bool:
        """Whether the library has the holidays of the year to come."""
        return self.next_at is None or self.next_at.year < LAST_YEAR_OF_HOLIDAYS


def overview(now: datetime) -> Overview:
    """As it is now, in few statements."""
    settings = AutomationSettings.objects.current()
    runs = AutomaticRun.objects.prefetch_related("jobs")[:SHOWN]
    is_on = settings.is_scheduled or Webhook.objects.exists()
    hindrance = starting.hindrance() if settings.is_stopped or is_on else None
    why = NOW[hindrance] + PASSED * settings.is_scheduled if hindrance else ""
    return Overview(
        settings=settings,
        sentence=in_words(settings.schedule, sends_results=settings.sends_results) if settings.is_scheduled else "",
        next_at=schedule.next_start(settings, now),
        hindrance=why,
        hindered_by=hindrance,
        at_night=times_at_night(settings) if settings.is_scheduled else "",
        is_clock_away=is_on and checks.beat() is not None,
        last=[Line(run, sorted(run.jobs.all(), key=lambda job: job.pk)) for run in runs],
    )


def times_at_night(settings: AutomationSettings) -> str:
    """The times of the schedule at which カオナビ may be away."""
    return "と".join(clock(each) for each in settings.schedule.times if each in settings.maintenance)
