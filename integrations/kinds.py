"""The table of the kinds of runs: what the product must know of a kind stands here, and nowhere else.

Functions are named by their dotted path, as Django's settings name them: the engine looks them up when a run is due.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db.models import Q

from integrations.models import SyncChange, SyncJob

What = SyncChange.What
SHEETS = (What.LATEST_SHEET, What.ALL_SHEET)
UNDO_OF_IMPORT = "integrations.imports.undo.run.undo_import"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of run.

    `step` takes one step of a run: with the lease, and where the kind `needs_connection` with カオナビ's client. It gives
    the seconds until the next step, or None when the run has ended or is held. A run that `is_resumable` goes on where
    a dead worker left it; any other begins anew. `how_far` tells what such a run has done when it ends before its time.

    `slug` is the address of the page where a `file` of the kind is taken in, "" for a kind that a button starts;
    `columns` are those that it may have. `menu` is the page in whose menu the kind stands, in the words `start` and,
    where it writes something, `preview` for a look that does not; `again` is said once it has run. `undo` takes one
    step of a run that takes back one of this kind, "" where none can be taken back.
    """

    code: str
    step: str
    writes: tuple[What, ...]
    needs_connection: bool = False
    is_resumable: bool = False
    how_far: str = ""
    slug: str = ""
    file: str = ""
    columns: str = ""
    menu: str = ""
    start: str = ""
    preview: str = "同期内容を確認する"
    again: str = "もう一度同期する"
    icon: str = "arrow-path"
    result_page: str = "employees:list"
    result_words: str = "自社社員管理で結果を確認する"
    undo: str = ""

    @property
    def has_button(self) -> bool:
        """Whether a button or a command starts it by its name alone."""
        return bool(self.menu) and not self.takes_file

    @property
    def takes_file(self) -> bool:
        return bool(self.slug)

    @property
    def writes_people(self) -> bool:
        """Whether it finds out who is who, and makes people."""
        return What.EMPLOYEE in self.writes

    @property
    def shows_results(self) -> bool:
        """Whether what it finds and writes quotes people's results."""
        return not {What.ASSESSMENT, *SHEETS}.isdisjoint(self.writes)

    @property
    def sends(self) -> bool:
        """Whether it writes to カオナビ."""
        return not set(SHEETS).isdisjoint(self.writes)

    @property
    def page_title(self) -> str:
        return f"{self.file}を取り込む"

    @property
    def again_words(self) -> str:
        """What starts it once more, on the page of a run."""
        return f"{self.file}をもう一度取り込む" if self.takes_file else self.again


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            code=SyncJob.Kind.DEPARTMENTS,
            step="integrations.imports.departments.sync_departments",
            writes=(What.DEPARTMENT,),
            needs_connection=True,
            menu="departments",
            start="カオナビと同期",
            result_page="departments:list",
            result_words="部署管理で結果を確認する",
            undo=UNDO_OF_IMPORT,
        ),
        Kind(
            code=SyncJob.Kind.EMPLOYEES,
            step="integrations.imports.employees.sync_employees",
            writes=(What.EMPLOYEE,),
            needs_connection=True,
            menu="employees",
            start="カオナビと同期",
            undo=UNDO_OF_IMPORT,
        ),
        Kind(
            code=SyncJob.Kind.RESULTS,
            step="integrations.upload.steps.advance_results",
            how_far="integrations.upload.outcome.stop_results",
            writes=SHEETS,
            needs_connection=True,
            is_resumable=True,
            menu="employees",
            start="カオナビに性格検査結果を登録する",
            preview="送信内容を確認する",
            again="もう一度登録する",
            icon="arrow-up-tray",
            undo="integrations.upload.steps.advance_undo",
        ),
        Kind(
            code=SyncJob.Kind.DEPARTMENTS_FILE,
            step="integrations.imports.department_file.import_departments",
            writes=(What.DEPARTMENT,),
            slug="departments",
            file="部署CSV",
            columns="integrations.files.columns.DEPARTMENTS",
            menu="departments",
            start="部署CSVを取り込む",
            result_page="departments:list",
            result_words="部署管理で結果を確認する",
            undo=UNDO_OF_IMPORT,
        ),
        Kind(
            code=SyncJob.Kind.EMPLOYEES_FILE,
            step="integrations.imports.employee_file.import_employees",
            writes=(What.EMPLOYEE,),
            slug="employees",
            file="社員CSV",
            columns="integrations.files.columns.EMPLOYEES",
            menu="employees",
            start="社員CSVを取り込む",
            undo=UNDO_OF_IMPORT,
        ),
        Kind(
            code=SyncJob.Kind.ASSESSMENTS_FILE,
            step="integrations.imports.assessment_file.import_assessments",
            writes=(What.ASSESSMENT,),
            slug="results",
            file="検査結果CSV",
            columns="integrations.files.columns.RESULTS",
            menu="employees",
            start="検査結果を取り込む",
            undo=UNDO_OF_IMPORT,
        ),
        Kind(code=SyncJob.Kind.UNDO, step=UNDO_OF_IMPORT, writes=()),
    )
}


def undo_of(kind: Kind) -> Kind:
    """What the product must know of a run that takes back one of this kind."""
    return replace(
        KINDS[SyncJob.Kind.UNDO],
        step=kind.undo,
        writes=kind.writes,
        needs_connection=kind.sends,
        is_resumable=kind.is_resumable,
        how_far=kind.how_far,
        result_page=kind.result_page,
        result_words=kind.result_words,
    )


UNDOING = {code: undo_of(kind) for code, kind in KINDS.items() if kind.undo}


def of(job: SyncJob) -> Kind:
    """The run's kind; of an undo what it is by the kind of the run that it takes back.

    Raises KeyError for one that only another version knows.
    """
    return UNDOING[job.undone_kind] if job.undone_kind else KINDS[job.kind]


def codes(chosen: Callable[[Kind], bool]) -> list[str]:
    """The codes of the kinds that are chosen, for a query."""
    return [code for code, kind in KINDS.items() if chosen(kind)]


SENDING = codes(lambda kind: kind.sends)
THAT_SEND = Q(kind__in=SENDING) | Q(undone_kind__in=SENDING)  # the runs that write to カオナビ, for a query
FILES_OF_PEOPLE = codes(lambda kind: kind.takes_file and (kind.writes_people or kind.shows_results))
FILES_OF_RESULTS = codes(lambda kind: kind.takes_file and kind.shows_results)
