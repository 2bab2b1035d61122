"""The file of a job: opened whatever its kind, and refused as a whole where it cannot be taken."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from integrations.files.formats import WORKBOOK
from integrations.files.judge_cells import judged
from integrations.files.limits import MOST_ROWS, Meter
from integrations.files.read_csv import SourceTable, read_csv
from integrations.files.read_xlsx import read_workbook
from integrations.files.refusals import FileRefusedError, refusal
from integrations.files.safe_cell import unquoted
from integrations.files.xlsx_package import rows_in
from integrations.imports.apply import Planner, carry_out
from integrations.jobs import records
from integrations.jobs.ending import end
from integrations.jobs.lease import Lease
from integrations.models import SourceFile, SyncJob
from integrations.rules.cells import Cells, Sort, sorts_of
from integrations.rules.headings import ANY_HEADER, HeadedColumns, Headings, find_columns, ignored
from integrations.rules.plan import Finding

T = TypeVar("T")

NO_ROWS = "列名の行の下に、取り込む行がありません。"


def content_of(job: SyncJob) -> bytes:
    return bytes(SourceFile.objects.values_list("content", flat=True).get(job=job))


def read_table(content: bytes, headings: Headings = ANY_HEADER, most_rows: int = MOST_ROWS) -> SourceTable:
    """The cells of a CSV file or a workbook, as they were before an export made them harmless.

    `headings` tell the sheet and the delimiter. What is not to be stored is a text of its own kind (`rules.cells`).
    Raises FileRefusedError, also from `rows`, when a part that cannot be read is reached.
    """
    meter = Meter(most_rows)
    is_csv = not content.startswith(WORKBOOK)
    table = read_csv(content, headings, meter) if is_csv else read_workbook(content, headings, meter)
    is_cp932 = table.encoding == "cp932"
    rows = ((line, judged(cells, is_csv=is_csv, is_cp932=is_cp932)) for line, cells in table.rows)
    return table._replace(header=[unquoted(name) for name in table.header], rows=rows)


def refuse_too_many_rows(content: bytes, headings: Headings, most_rows: int) -> None:
    """Count the rows of a file that seems to have too many, before any rule costs time for one.

    Whatever seems to have fewer is not read. Raises FileRefusedError.
    """
    seeming = rows_in(content) if content.startswith(WORKBOOK) else content.count(b"\n")
    if seeming > most_rows:
        deque(read_table(content, headings, most_rows).rows, maxlen=0)


class Lines:
    """The lines below the header of a file, read as they are asked for.

    Iterating gives each line's number and cells, reports the progress, and raises FileRefusedError where the file
    cannot be read any further or has no line below its header. A cell that must not be stored is a `Refused`.
    """

    def __init__(self, lease: Lease, table: SourceTable, columns: HeadedColumns, sorts: Mapping[int, Sort]) -> None:
        self.lease, self.table, self.columns = lease, table, columns
        self.cells = Cells(sorts)
        self.filled: set[int] = set()

    def __iter__(self) -> Iterator[tuple[int, Sequence[str]]]:
        done = 0
        for done, (line, cells) in enumerate(self.table.rows, start=1):
            self.filled.update(place for place in self.columns.unknown if place < len(cells) and cells[place].strip())
            yield line, self.cells.settled(self.without_unknown(cells))
            self.lease.report("ファイルの読み取り", done=done)
        if not done:
            raise refusal(NO_ROWS)

    def without_unknown(self, cells: Sequence[str]) -> Sequence[str]:
        """The cells without those of unknown columns: a large file is kept until all of it is read."""
        if not self.columns.unknown:
            return cells
        kept = list(cells)
        for place in self.columns.unknown:
            if place < len(kept):
                kept[place] = ""
        return kept

    def remarks(self) -> list[Finding]:
        """Warnings about the file and its columns, once all lines are read."""
        return [*self.table.notes, *self.cells.remarks(self.columns.name)]


class Source:
    """The lines of a file with fixed columns: all are read, then taken once, each with its number and its cells.

    What is taken is forgotten, so that a large file is not in memory twice, as cells and as what was made of them.
    """

    def __init__(
        self, lease: Lease, known: Iterable[str], needed: Iterable[Sequence[str]], sorts: Mapping[str, Sort]
    ) -> None:
        """Read the file of the lease's job, and report the progress.

        Raises FileRefusedError where it is unreadable, lacks columns, or has no line below its header.
        """
        lease.report("ファイルの読み取り")
        known, needed = tuple(known), tuple(needed)
        table = read_table(content_of(lease.job), Headings.of(known, needed))
        self.columns, problems = find_columns(table.header, known, needed)
        if problems:
            raise FileRefusedError(*problems)
        self.read = Lines(lease, table, self.columns, sorts_of(self.columns.places, sorts))
        self.lines = deque(self.read)

    def __iter__(self) -> Iterator[tuple[int, Sequence[str]]]:
        while self.lines:
            yield self.lines.popleft()

    def remarks(self) -> list[Finding]:
        """Warnings about the file and its columns."""
        return [*self.read.remarks(), *ignored(self.columns, self.read.filled)]


def carry_out_file(lease: Lease, read: Callable[[], T], plan: Planner[T]) -> None:
    """One whole run, as `carry_out`; 失敗 where the file cannot be taken at all. Raises LeaseLostError."""
    try:
        carry_out(lease, read, plan)
    except FileRefusedError as error:
        with lease.writing() as job:
            records.clear(job)
            records.write_issues(job, error.issues)
            end(job, SyncJob.Status.FAILED, records.issue_of(job, error.issues[0]).sentence)
