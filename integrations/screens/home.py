"""ホーム: is all well, and if not, what is to be done? Each figure leads to exactly the rows that it counts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.rights import Account, Right, is_administrator, may
from departments.scope import reach
from employees.search import Listing
from integrations import kinds
from integrations.kinds import Kind
from integrations.models import KaonaviConnection, NoticeSettings, SyncJob
from integrations.screens.open_problems import Problems

State = KaonaviConnection.State
Status = SyncJob.Status
Look = Literal["good", "care", "bad", "busy"]
STRIP = 20  # runs
SYNCS = [kind for kind in kinds.KINDS.values() if kind.needs_connection]
WENT_WRONG = {Status.FAILED, Status.INTERRUPTED}
# which of 自社社員管理 are counted; whoever has left needs no test
UNSENT, UNTESTED = "kaonavi=unregistered", "kaonavi=untested&retired=no"
ANSWERS: Mapping[Look, str] = {
    "bad": "うまくいっていないことがあります",
    "care": "確認していただきたいことがあります",
    "busy": "問題はありません。残っているのは、次のことだけです",
    "good": "すべて順調です。対応が必要なことはありません",
}


class Task(NamedTuple):
    """Something to do, worst first. `page` is where, "" for somebody who may not go there."""

    look: Look
    words: str
    page: str


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of sync. `taken` is its newest completed run, `runs` the last ones, oldest first."""

    kind: Kind
    taken: SyncJob | None
    runs: Sequence[SyncJob]
    problems: int = 0
    new: int = 0
    is_silent: bool = False  # for as long as somebody wants to be told

    @property
    def label(self) -> str:
        return SyncJob.Kind(self.kind.code).label

    @property
    def days(self) -> int:
        """Since its last success."""
        return (timezone.now() - self.taken.finished_at).days if self.taken and self.taken.finished_at else 0

    @property
    def last(self) -> SyncJob | None:
        """The last run, where it is not the completed one."""
        return self.runs[-1] if self.runs and self.runs[-1] != self.taken else None


class Figure(NamedTuple):
    """A number, of what, and the page that shows them."""

    label: str
    number: int
    page: str
    look: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What decides what is to be done. `state` is the connection's; `problems` are open, `new` of them new."""

    state: str
    may_connect: bool
    lines: Sequence[Line]
    held: Sequence[SyncJob]
    problems: int
    new: int
    unsent: int


@dataclass(frozen=True, slots=True)
class Home:
    """What somebody may see of it. Without the right to see runs there is no answer but how old カオナビ's data is."""

    state: str
    lines: Sequence[Line]
    tasks: Sequence[Task]
    figures: Sequence[Figure]
    sees_runs: bool

    @property
    def look(self) -> Look:
        return next((look for look in ("bad", "care", "busy") if any(task.look == look for task in self.tasks)), "good")

    @property
    def answer(self) -> str:
        if self.sees_runs:
            return ANSWERS[self.look]
        taken = next((line.taken for line in self.lines if line.taken), None)
        if taken is None or taken.finished_at is None:
            return "社員情報は、カオナビからまだ取り込まれていません"
        return f"社員情報は、{timezone.localtime(taken.finished_at):%Y/%m/%d %H:%M} 時点のカオナビのものです"

    @property
    def has_runs(self) -> bool:
        return any(line.runs for line in self.lines)

    @property
    def is_new(self) -> bool:
        """Whether people or departments were never taken over: then the first steps are the way."""
        return any(line.taken is None for line in self.lines if not line.kind.sends)


def home(user: Account, state: str) -> Home:
    """How things stand for this reader; `state` is the connection's, "" where there is none."""
    unsent, untested = counted(user, UNSENT), counted(user, UNTESTED)
    people = [
        Figure("カオナビに未登録の検査結果", unsent, page_of_people(UNSENT), "care" if unsent else ""),
        Figure("検査結果のない在籍者", untested, page_of_people(UNTESTED)),
    ]
    figures = people if may(user, Right.VIEW_RESULTS) and may(user, Right.VIEW_EMPLOYEES) else []
    if not may(user, Right.VIEW_JOBS):
        (of_people,) = (kind for kind in SYNCS if kind.writes_people)
        taken = SyncJob.objects.completed(of_people.code).defer("options", "state", "message").first()
        return Home(state, [Line(of_people, taken, ())], (), figures, sees_runs=False)
    problems = Problems.now()
    told = problems.open_by_kind()
    warned_after = NoticeSettings.objects.current().warned_after
    lines = [line_of(kind, problems, told, runs, warned_after) for kind, runs in last_runs()]
    held = list(SyncJob.objects.filter(status=Status.HELD).defer("options", "state", "message"))
    opened, new = (sum(counts[place] for counts in told.values()) for place in (0, 1))
    facts = Facts(
        state=state,
        may_connect=is_administrator(user),
        lines=lines,
        held=held,
        problems=opened,
        new=new,
        unsent=unsent if figures else 0,
    )
    return Home(
        state,
        lines,
        list(tasks_of(facts)),
        [
            Figure("要対応", opened, reverse("integrations:problems"), "care" if opened else ""),
            Figure("うち新規", new, f"{reverse('integrations:problems')}?since=new", "care" if new else ""),
            Figure("確認待ち", len(held), page_of_runs(held), "care" if held else ""),
            *figures,
        ],
        sees_runs=True,
    )


def last_runs() -> Iterator[tuple[Kind, list[SyncJob]]]:
    """Of each kind of sync the last runs, oldest first. One statement."""
    numbered = SyncJob.objects.filter(kind__in=[kind.code for kind in SYNCS]).annotate(
        place=Window(RowNumber(), partition_by="kind", order_by=[F("created_at").desc(), F("pk").desc()])
    )
    last = list(numbered.filter(place__lte=STRIP).defer("options", "state", "message").order_by("created_at", "pk"))
    for kind in SYNCS:
        yield kind, [run for run in last if run.kind == kind.code]


def line_of(
    kind: Kind,
    problems: Problems,
    told: Mapping[str, tuple[int, int]],
    runs: Sequence[SyncJob],
    warned_after: timedelta | None,
) -> Line:
    newest = problems.newest.get(kind.code)
    taken = newest.run if newest else None
    at = taken.finished_at if taken else None
    is_silent = at is not None and warned_after is not None and timezone.now() - at >= warned_after
    return Line(kind, taken, runs, *told.get(kind.code, (0, 0)), is_silent=is_silent)


def tasks_of(facts: Facts) -> Iterator[Task]:
    """What is to be done. Pure."""
    connection = reverse("integrations:connection") if facts.may_connect else ""
    if facts.state == State.BROKEN:
        yield Task("bad", "カオナビとの連携が切れています。新しい認証情報を入力すると、再開できます。", connection)
    elif not facts.state:
        yield Task("care", "カオナビと連携していません。連携すると、同期と登録を行えます。", connection)
    for line in facts.lines:
        if (last := line.last) and last.status in WENT_WRONG:
            how = f"{last.get_status_display()}で終わりました（{moment(last.finished_at)}）"
            yield Task("bad", f"「{line.label}」が{how}。理由と対処方法を確認してください。", last.get_absolute_url())
    yield from silences(facts.lines)
    for job in facts.held:
        words = f"「{job.get_kind_display()}」が確認待ちです。内容を確認して、実行または中止を選んでください。"
        yield Task("care", words, job.get_absolute_url())
    if facts.problems:
        new = f"（うち新規{facts.new:,}件）" if facts.new else ""
        yield Task("care", f"要対応が{facts.problems:,}件あります{new}。", reverse("integrations:problems"))
    for line in facts.lines:
        if facts.state and not line.runs and not line.kind.sends:
            yield Task("care", f"「{line.label}」をまだ実行していません。", reverse(line.kind.result_page))
    if facts.unsent:
        yield Task("busy", f"カオナビに登録していない検査結果が{facts.unsent:,}名分あります。", page_of_people(UNSENT))


def silences(lines: Sequence[Line]) -> Iterator[Task]:
    for line in lines:
        if line.is_silent:
            words = f"「{line.label}」が{line.days}日間成功していません。最近の処理と自動実行を確認してください。"
            yield Task("care", words, reverse("integrations:jobs"))


def counted(user: Account, query: str) -> int:
    """How many people the list shows to this reader at that query."""
    seen, tested = reach(user, Right.VIEW_EMPLOYEES), reach(user, Right.VIEW_RESULTS)
    if (seen is not None and not seen) or (tested is not None and not tested):
        return 0
    return Listing(QueryDict(query), [], seen, tested=tested).people().order_by().count()


def page_of_runs(held: Sequence[SyncJob]) -> str:
    return held[0].get_absolute_url() if len(held) == 1 else f"{reverse('integrations:jobs')}?status={Status.HELD}"


def page_of_people(query: str) -> str:
    return f"{reverse('employees:list')}?{query}"


def moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y/%m/%d %H:%M}" if at else ""
