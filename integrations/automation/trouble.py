"""What is wrong now, and what is certainly well, of the link to カオナビ: from rows, for the rules of notices."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from django.db.models import Exists, Max, OuterRef
from django.urls import reverse
from django.utils import timezone

from integrations import kinds
from integrations.models import AutomationSettings, KaonaviConnection, NoticeSettings, SyncIssue, SyncJob
from integrations.reasons import Severity
from integrations.reasons.codes import BY_EXCEPTION
from integrations.rules.notice_words import Facts
from integrations.rules.notices import KEYS, Matter, Occasion, Told, Trouble

Status = SyncJob.Status
State = KaonaviConnection.State
SYNCS = kinds.codes(lambda kind: kind.needs_connection)
WENT_WRONG = (Status.FAILED, Status.INTERRUPTED)
LOOKED_AT = timedelta(hours=1)  # for so long nobody is told of a plan that somebody wanted to see


@dataclass(slots=True)
class Situation:
    """`facts` and `links` are of each matter that is in trouble or over."""

    troubles: list[Trouble] = field(default_factory=list)
    over: set[Matter] = field(default_factory=set)
    facts: dict[Matter, Facts] = field(default_factory=dict)
    links: dict[Matter, str] = field(default_factory=dict)

    def is_wrong(self, trouble: Trouble, facts: Facts, link: str) -> None:
        self.troubles.append(trouble)
        self.facts[trouble.matter], self.links[trouble.matter] = facts, link

    def is_well(self, matter: Matter, facts: Facts, link: str) -> None:
        self.over.add(matter)
        self.facts[matter], self.links[matter] = facts, link


def situation(chosen: NoticeSettings, told: Mapping[Matter, Sequence[Told]], now: datetime) -> Situation:
    """Of the occasions that are chosen. Where the company is not connected nothing is wrong and nothing is well, but
    that what the schedule is to run does not succeed.
    """
    found = Situation()
    state = KaonaviConnection.objects.state()
    if not state:
        if chosen.warned_after:
            look_at_silence(found, chosen, now, is_connected=False)
        return found
    if chosen.of_keys:
        look_at_keys(found, state)
    for run in newest_runs():
        if chosen.of_failures:
            look_at_end(found, run, chosen)
        if chosen.of_problems:
            look_at_problems(found, run, chosen, told.get(Matter(Occasion.PROBLEMS, run.kind), ()))
    if chosen.of_held:
        look_at_held(found, now)
    if chosen.warned_after:
        look_at_silence(found, chosen, now, is_connected=True)
    return found


def look_at_keys(found: Situation, state: str) -> None:
    if state == State.BROKEN:
        found.is_wrong(Trouble(KEYS), Facts(), reverse("integrations:connection"))
    else:
        found.is_well(KEYS, Facts(), reverse("home"))


def newest_runs() -> list[SyncJob]:
    """Of each kind of sync the newest run that came to an end of its own: not one that a person stopped."""
    decided = SyncJob.objects.filter(kind__in=SYNCS, status__in=[*SyncJob.COMPLETED, *WENT_WRONG])
    newest = decided.order_by().values("kind").annotate(newest=Max("pk")).values("newest")
    return list(SyncJob.objects.filter(pk__in=newest).defer("options", "state", "message").order_by("pk"))


def is_told_of(run: SyncJob, chosen: NoticeSettings) -> bool:
    is_new = run.finished_at is not None and run.finished_at >= chosen.counts_from
    return is_new and bool(run.cause or not chosen.only_automatic)


def look_at_end(found: Situation, run: SyncJob, chosen: NoticeSettings) -> None:
    matter = Matter(Occasion.FAILED, run.kind)
    if run.status in SyncJob.COMPLETED:
        found.is_well(matter, facts_of(run), run.get_absolute_url())
    elif is_told_of(run, chosen):
        reasons = run.issues.filter(severity=Severity.ERROR).order_by("-pk").values_list("reason", flat=True)
        found.is_wrong(Trouble(matter, reasons.first() or "", run.pk), facts_of(run), run.get_absolute_url())


def look_at_problems(found: Situation, run: SyncJob, chosen: NoticeSettings, told: Sequence[Told]) -> None:
    """Those that no run has told until the last one that was looked at for this."""
    looked_at = told[0].mark if told else run.pk - 1
    if run.status != Status.PARTIAL or not is_told_of(run, chosen) or looked_at >= run.pk:
        return
    before = SyncIssue.objects.filter(fingerprint=OuterRef("fingerprint"), job__lte=looked_at)
    errors = run.issues.filter(severity=Severity.ERROR, fingerprint__isnull=False).exclude(reason__in=BY_EXCEPTION)
    problems = Counter(errors.filter(~Exists(before)).values_list("reason", flat=True))
    trouble = Trouble(Matter(Occasion.PROBLEMS, run.kind), "", run.pk, is_nothing=not problems)
    link = f"{reverse('integrations:problems')}?kind={run.kind}"
    found.is_wrong(trouble, facts_of(run, problems), link)


def look_at_held(found: Situation, now: datetime) -> None:
    """Of a plan that somebody asked to see nobody else is told, unless they leave it there: it keeps others waiting."""
    for run in SyncJob.objects.filter(status=Status.HELD).defer("state", "message"):
        options = run.run_options
        if options.question or not options.dry_run or now - run.created_at >= LOOKED_AT:
            trouble = Trouble(Matter(Occasion.HELD, run.kind), str(run.pk), run.pk)
            found.is_wrong(trouble, facts_of(run), run.get_absolute_url())


def look_at_silence(found: Situation, chosen: NoticeSettings, now: datetime, *, is_connected: bool) -> None:
    """Of each kind that has once succeeded, and of those that the schedule runs since notices were turned on."""
    completed = SyncJob.objects.filter(kind__in=SYNCS, status__in=SyncJob.COMPLETED, undone_at=None)
    last = dict(completed.order_by().values_list("kind").annotate(last=Max("finished_at")))
    automation = AutomationSettings.objects.current()
    for kind in SYNCS:
        succeeded_at = last.get(kind)
        is_scheduled = automation.is_scheduled and kind in automation.chain
        begun_at = succeeded_at or (chosen.counts_from if is_scheduled else None)
        if begun_at is None or not (is_connected or is_scheduled):
            continue
        matter = Matter(Occasion.SILENCE, kind)
        at = timezone.localtime(succeeded_at) if succeeded_at else None
        facts = Facts(
            label=label_of(kind),
            status=Status.SUCCEEDED.label,
            at=at,
            days=(now - begun_at).days,
            is_connected=is_connected,
        )
        if now - begun_at >= cast("timedelta", chosen.warned_after):
            found.is_wrong(Trouble(matter), facts, reverse("home" if is_connected else "integrations:connection"))
        else:
            found.is_well(matter, facts, reverse("home"))


def facts_of(run: SyncJob, problems: Mapping[str, int] | None = None) -> Facts:
    """Words and numbers of the run, and nothing that it says."""
    return Facts(
        label=label_of(run.kind),
        status=run.get_status_display(),
        at=timezone.localtime(run.finished_at or run.created_at),
        by_itself=bool(run.cause),
        counts=run.counts,
        problems=problems or {},
    )


def label_of(kind: str) -> str:
    return str(SyncJob.Kind(kind).label)
