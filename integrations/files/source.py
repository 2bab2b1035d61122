"""The file of a job: opened whatever its kind, and refused as a whole where it cannot be taken."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from integrations import records
from integrations.files.quoting import unquoted
from integrations.files.reader import FileRefusedError, Table, read_csv, refusal
from integrations.files.workbook import read_workbook
from integrations.lease import Lease
from integrations.mapping.file_columns import find_columns, ignored
from integrations.mapping.plan import Issue
from integrations.models import SourceFile, SyncJob
from integrations.sync.imports import end

NO_ROWS = "列名の行の下に、取り込む行がありません。"
WORKBOOK = b"PK\x03\x04"  # a zip file, which an .xlsx is


def content_of(job: SyncJob) -> bytes:
    return bytes(SourceFile.objects.values_list("content", flat=True).get(job=job))


def read_table(content: bytes) -> Table:
    """The cells of a CSV file or a workbook, as they were before an export made them harmless.

    Raises FileRefusedError, also from `rows`, when a part that cannot be read is reached.
    """
    table = read_workbook(content) if content.startswith(WORKBOOK) else read_csv(content)
    rows = ((line, [unquoted(cell) for cell in cells]) for line, cells in table.rows)
    return Table([unquoted(name) for name in table.header], rows)


class Source:
    """The lines of a file with fixed columns: gathered first, then taken once, each with its number and its cells.

    What is taken is forgotten, so that a large file is not in memory twice, as cells and as what was made of them.
    """

    def __init__(self, lease: Lease, known: Iterable[str], needed: Iterable[Sequence[str]]) -> None:
        """Open the file of the lease's job. Raises FileRefusedError where it is unreadable or lacks columns."""
        self.lease = lease
        self.table = read_table(content_of(lease.job))
        self.columns, problems = find_columns(self.table.header, known, needed)
        if problems:
            raise FileRefusedError(*problems)
        self.filled: set[int] = set()
        self.lines: deque[tuple[int, list[str]]] = deque()

    def gather(self) -> Self:
        """Read all lines, and report the progress.

        Raises FileRefusedError where the file cannot be read any further or has no line below its header.
        """
        for done, (line, cells) in enumerate(self.table.rows, start=1):
            self.filled.update(place for place in self.columns.unknown if place < len(cells) and cells[place].strip())
            self.lines.append((line, cells))
            self.lease.report("ファイルの読み取り", done=done)
        if not self.lines:
            raise refusal(NO_ROWS)
        return self

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        while self.lines:
            yield self.lines.popleft()

    def remarks(self) -> list[Issue]:
        """Warnings about columns that mean nothing to us, once all lines are gathered."""
        return list(ignored(self.columns, self.filled))


def refuse(lease: Lease, issues: Sequence[Issue]) -> None:
    """End the run as 失敗: the file cannot be taken at all, and nothing of it was. Raises LeaseLostError."""
    with lease.writing() as job:
        records.clear(job)
        records.write_issues(job, issues)
        end(job, SyncJob.Status.FAILED, issues[0].detail)
