"""バックグラウンド処理一覧: the runs of a page by the day on which they were asked for, each with what tells it from others."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from django.utils import timezone

from integrations.models import SyncJob
from integrations.reasons import Severity
from integrations.screens.problem_groups import title_of
from integrations.screens.redaction import Redaction
from integrations.screens.run_summary import in_short, went_idle

WITHOUT_SUCCESS = (SyncJob.Status.FAILED, SyncJob.Status.INTERRUPTED)
WEEKDAYS = "月火水木金土日"


class ListedJob(NamedTuple):
    """A run with its counts (label, number), why it came to nothing, and the name of its file; each may be none."""

    job: SyncJob
    counts: Sequence[tuple[str, int]]
    why: str
    file_name: str

    @property
    def is_planned(self) -> bool:
        """Whether the counts are of what it would do."""
        return self.job.status == SyncJob.Status.HELD

    @property
    def is_idle(self) -> bool:
        """Whether it went through and there was nothing to do."""
        return went_idle(self.job)


class Day(NamedTuple):
    """A day and its runs."""

    label: str
    jobs: Sequence[ListedJob]


def by_day(jobs: Iterable[SyncJob], today: date, redaction: Redaction) -> list[Day]:
    """The runs, which come newest first and have `first_reason` (`WITHOUT_SUCCESS` alone), under the days in Japan."""
    days = groupby(jobs, key=lambda job: timezone.localtime(job.created_at).date())
    return [Day(day_label(day, today), [listed(job, redaction) for job in its]) for day, its in days]


def listed(job: SyncJob, redaction: Redaction) -> ListedJob:
    reason = getattr(job, "first_reason", None)
    why = title_of(reason) if reason else ""
    return ListedJob(job, in_short(job), why, redaction.file_name(job))


def why_it_failed(job: SyncJob) -> str:
    """In the words of the list: the first error of a run that came to nothing; "" of any other."""
    if job.status not in WITHOUT_SUCCESS:
        return ""
    first = job.issues.filter(severity=Severity.ERROR).order_by("pk").values_list("reason", flat=True).first()
    return title_of(first) if first else ""


def day_label(day: date, today: date) -> str:
    """「今日 4月8日（水）」; another year is told."""
    word = {today: "今日 ", today - timedelta(days=1): "昨日 "}.get(day, "")
    year = f"{day.year}年" if day.year != today.year else ""
    return f"{word}{year}{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"
