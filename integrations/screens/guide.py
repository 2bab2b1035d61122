"""The first-time guide on 設定: what is done and what comes next, from what we know ourselves. カオナビ is not asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q
from django.urls import reverse

from assessments.models import Assessment
from integrations import kinds
from integrations.models import KaonaviConnection, SyncJob
from integrations.rules.results.sheets import KINDS


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the guide. `page` is the address of the page on which the step is taken."""

    title: str
    explanation: str
    page: str
    link: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Guide:
    """The lines in order, and the first one that is still to be done."""

    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def is_complete(self) -> bool:
        return self.done == len(self.steps)

    @property
    def next(self) -> Step | None:
        return next((step for step in self.steps if not step.is_done), None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is stored: the connection, the last check's lines as key → status, and when each kind last went through.

    An upload that had nothing to send has shown nothing, and is not among these.
    """

    connection: KaonaviConnection | None
    completed: dict[str, datetime]
    has_results: bool

    @property
    def is_connected(self) -> bool:
        return self.connection is not None and self.connection.state == KaonaviConnection.State.ACTIVE

    def was_fine(self, *keys: str) -> bool:
        """Whether the last check looked at all of these lines and found each of them right."""
        found = self.connection.check_lines if self.connection else {}
        return all(found.get(key) == "ok" for key in keys)

    def went_through_since_check(self, *codes: str) -> bool:
        """Whether runs of all these kinds went through with this connection, after the last check of it."""
        if self.connection is None:
            return False
        since = self.connection.checked_at or self.connection.connected_at
        return all(code in self.completed and self.completed[code] >= since for code in codes)


def read_facts() -> Facts:
    """The facts as they are stored now: three statements, however many runs there are."""
    connection = KaonaviConnection.objects.current()
    runs = SyncJob.objects.filter(
        status__in=SyncJob.COMPLETED, kind__in=kinds.codes(lambda kind: kind.needs_connection)
    ).order_by()
    had_something = Q(created__gt=0) | Q(updated__gt=0) | Q(unchanged__gt=0)
    runs = runs.filter(had_something | ~Q(kind=SyncJob.Kind.RESULTS))
    newest = runs.values_list("kind").annotate(at=Max("finished_at"))
    return Facts(connection, dict(newest), Assessment.objects.exists())


def guide() -> Guide:
    """キー → 取得 → 部署 → 社員 → 結果の取込 → シート → 取得・更新 → 結果の登録, each ticked from what is really so."""
    return Guide(tuple(steps(read_facts())))


def steps(facts: Facts) -> Iterator[Step]:
    """The lines, in the order of the manual. A sheet's line is ticked when one of the two sheets can be used."""
    imports_ran = facts.went_through_since_check(SyncJob.Kind.DEPARTMENTS, SyncJob.Kind.EMPLOYEES)
    results_ran = facts.went_through_since_check(SyncJob.Kind.RESULTS)
    yield Step(
        "キーの登録",
        "カオナビの Consumer Key と Consumer Secret を入力します。",
        reverse("integrations:connection"),
        "入力画面を開く",
        facts.is_connected,
    )
    yield Step(
        "操作対象の「取得」",
        "カオナビの「操作対象の管理」で、メンバー情報の「取得」にチェックマークを加えます。",
        reverse("integrations:check"),
        "設定を確かめる",
        facts.is_connected and (facts.was_fine("members", "departments") or imports_ran),
    )
    yield Step(
        "部署の同期",
        "社員より先に、部署を最新にします。",
        reverse("departments:list"),
        "部署の画面を開く",
        SyncJob.Kind.DEPARTMENTS in facts.completed,
    )
    yield Step(
        "社員の同期",
        "メールアドレスを基に、社員を登録・更新します。",
        reverse("employees:list"),
        "社員の画面を開く",
        SyncJob.Kind.EMPLOYEES in facts.completed,
    )
    yield Step(
        "検査結果の取込",
        "ミキワメの検査結果を、検査結果CSVで取り込みます。カオナビへ登録するのは、ここにある検査結果です。",
        reverse("integrations:import", args=["results"]),
        "取込の画面を開く",
        facts.has_results,
    )
    yield Step(
        "シートの作成",
        "カオナビのテンプレートから、検査結果を入れるシートを作成します。",
        reverse("integrations:check"),
        "シートを確かめる",
        facts.is_connected and (any(facts.was_fine(kind.key, f"{kind.key}:read") for kind in KINDS) or results_ran),
    )
    yield Step(
        "シートの「取得」と「更新」",
        "カオナビの「操作対象の管理」で、作成したシートの「取得」と「更新」にチェックマークを加えます。",
        reverse("integrations:check"),
        "許可を確かめる",
        facts.is_connected
        and (any(facts.was_fine(f"{kind.key}:read", f"{kind.key}:update") for kind in KINDS) or results_ran),
    )
    yield Step(
        "検査結果の登録",
        "性格検査結果をカオナビのシートへ登録します。",
        reverse("employees:list"),
        "社員の画面を開く",
        SyncJob.Kind.RESULTS in facts.completed,
    )
