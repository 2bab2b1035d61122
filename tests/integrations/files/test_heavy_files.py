"""A file that would cost too much ends in one sentence, whatever makes it so, and costs little until then."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from employees.models import Employee
from integrations.files import limits, read_csv, xlsx_book, xlsx_package, xlsx_sheet
from integrations.files.refusals import FileRefusedError
from integrations.imports import assessment_file
from integrations.imports.source_file import read_table
from tests.factories.findings import file_sentence
from tests.integrations.files.files import csv_file, take_file, workbook
from tests.integrations.files.heavy import HEADER, NAMED, OTHERS, UNREADABLE, book, short_rows

Form = Callable[..., bytes]
Reader = Callable[[bytes], tuple[int, str]]
LARGEST_PROCESS = 200  # MB
REAL_SIZE = 100  # hundredths
# These end at the number of tags as `many values of one cell`, or at that of other elements as `many elements among the
# cells`: one meter counts them, and nothing of them is kept, wherever they stand.
AS_ANOTHER = {
    "many pieces of one text",
    "many elements behind the cells",
    "many elements of the workbook itself",
    "many elements of the relations",
    "many elements among the texts",
    "many elements among the styles",
}
SENTENCE = "ファイルが取込の上限を超えているため、取り込みませんでした（"
SIZES = {
    limits: ("MOST_LINES", "MOST_CELLS", "MOST_CHARACTERS", "MOST_BLANK_CELLS", "MOST_TAGS", "MOST_OTHER_ELEMENTS"),
    read_csv: ("LONGEST_ROW", "MOST_VALUES"),
    xlsx_book: ("MOST_SHEETS", "MOST_TEXTS", "MOST_STYLES"),
    xlsx_package: ("MEGABYTE", "LARGEST_UNPACKED", "LARGEST_OTHER", "MOST_PARTS"),
    xlsx_sheet: ("MOST_MERGED", "LONGEST_ROW"),
}
# A process that has all that reading needs, and reads each file in a child of its own: its peak is that file's.
READER = """
import os, re, sys
import django; django.setup()
from integrations.files.refusals import FileRefusedError
from integrations.imports.source_file import read_table
from tests.factories.findings import file_sentence
for path in sys.stdin:
    if not os.fork():
        try:
            list(read_table(open(path.strip(), "rb").read()).rows)
        except FileRefusedError as refused:
            peak = re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())
            print(int(peak[1]) // 1024, file_sentence(refused.issues[0]), flush=True)
        os._exit(0)
    os.wait()
    print(flush=True)
"""


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every size that a file may have is a hundredth of the real one."""
    for module, names in SIZES.items():
        for name in names:
            monkeypatch.setattr(module, name, getattr(module, name) // REAL_SIZE)
    parts = {name: size // REAL_SIZE for name, size in xlsx_package.LARGEST_PARTS.items()}
    monkeypatch.setattr(xlsx_package, "LARGEST_PARTS", parts)


def in_small(words: str) -> str:
    """The words with the sizes of `_small`; megabytes are small ones there."""
    return re.sub(r"\d+(,\d{3})+", lambda size: f"{int(size[0].replace(',', '')) // REAL_SIZE:,}", words)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Reads a file in a process: the megabytes that it took, and the sentence that ended it."""
    file = tmp_path_factory.mktemp("heavy") / "file"
    with subprocess.Popen(
        [sys.executable, "-c", READER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=Path(__file__).parents[3],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONIOENCODING": "utf-8"},
    ) as process:

        def read(content: bytes) -> tuple[int, str]:
            file.write_bytes(content)
            process.stdin.write(f"{file}\n")
            process.stdin.flush()
            peak, _, sentence = process.stdout.readline().partition(" ")
            assert process.stdout.readline() == "\n"
            return int(peak), sentence

        yield read
        process.stdin.close()


def refusal(content: bytes) -> str:
    with pytest.raises(FileRefusedError) as caught:
        list(read_table(content).rows)
    [problem] = caught.value.issues
    return file_sentence(problem)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in NAMED if name != "300,000 short rows"])  # as those of CSV are
def test_it_ends_as_a_run_with_one_sentence_and_nobody_taken(name: str):
    make, words = NAMED[name]
    job = take_file("employees_file", make())
    [problem] = job.issues.all()
    assert (job.status, problem.reason, Employee.objects.count()) == ("failed", "FILE_TOO_LARGE", 0)
    assert problem.sentence == job.message
    assert problem.sentence.startswith(SENTENCE)
    assert words in problem.sentence
    assert "分けてから" in problem.remedy


@pytest.mark.django_db
@pytest.mark.parametrize("form", [csv_file, workbook])
def test_results_may_have_more_rows_since_each_score_may_be_one(form: Form, monkeypatch: pytest.MonkeyPatch):
    people, scales, tests = 3_000, 30, 3
    assert people * scales * tests <= limits.MOST_SCORES < 300_000  # at which each file ends, by the specification
    monkeypatch.setattr(assessment_file, "MOST_SCORES", 5)  # the header is a row
    header = ["社員番号", "受検日", "尺度", "偏差値"]
    rows = [["1", "2026/04/01", scale, "50"] for scale in ("傾聴傾向", "社交性", "社交欲求", "感情記憶志向")]
    assert take_file("assessments_file", form(header, *rows)).total == 4
    job = take_file("assessments_file", form(header, *rows, rows[0]))
    assert (job.status, job.message) == ("failed", f"{SENTENCE}5行まで）。")


@pytest.mark.django_db
@pytest.mark.parametrize("content", [book(rows=short_rows(30)), HEADER + b"a@a.jp,x\r\n" * 30], ids=["xlsx", "csv"])
def test_too_many_rows_of_results_are_refused_before_a_rule_sees_one(content: bytes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(assessment_file, "MOST_SCORES", 28)
    monkeypatch.setattr(assessment_file, "read_row", Mock(side_effect=AssertionError("a row is looked at")))
    job = take_file("assessments_file", content)
    assert (job.status, job.message) == ("failed", f"{SENTENCE}28行まで）。")


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize("name", OTHERS)
def test_the_rest_of_the_kind_ends_so_too(name: str):
    make, words = OTHERS[name]
    told = refusal(make(1))
    assert told.startswith(SENTENCE)
    assert in_small(words) in told


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in (*NAMED, *OTHERS) if name not in AS_ANOTHER])
def test_a_process_that_reads_the_real_size_stays_small(name: str, reader: Reader):
    content, words = (
        (NAMED[name][0](), NAMED[name][1]) if name in NAMED else (OTHERS[name][0](REAL_SIZE), OTHERS[name][1])
    )
    megabytes, told = reader(content)
    assert told.startswith(SENTENCE)
    assert words in told
    assert megabytes <= LARGEST_PROCESS


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_would_never_end_is_refused_at_once(name: str):
    make, words = UNREADABLE[name]
    if words:
        assert words in refusal(make())
    else:
        assert list(read_table(make()).rows) == []


def test_blank_cells_far_to_the_right_are_no_columns():
    styled = b'<row r="3"><c r="A3" t="str"><v>b@example.co.jp</v></c><c r="XFD3" s="1"/></row>'
    assert [cells for _, cells in read_table(book(rows=(styled,))).rows][-1] == ["b@example.co.jp"]
    trailing = csv_file(["a", "b"], ["1", "2", *[""] * 16_382])
    [(line, cells)] = read_table(trailing).rows
    assert (line, len(cells), cells[:2]) == (2, limits.MOST_COLUMNS, ["1", "2"])


def test_texts_that_cells_share_are_read_without_how_they_sound():
    texts = "<si><t>氏</t><rPh><t>シ</t></rPh></si><si><r><t>一_x000D_</t></r><r><t>二_x005F_x000D_</t></r></si>"
    rows = b'<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="s"><v>1</v></c></row>'
    table = read_table(book(texts=(texts.encode(),), rows=(rows,)))
    assert list(table.rows)[-1] == (3, ["氏", "一\r二_x000D_"])


def test_reading_has_a_deadline(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "READ_SECONDS", -1.0)
    assert "秒以上かかりました" in refusal(book())
    assert "秒以上かかりました" in refusal(csv_file(["a"], *[["1"]] * limits.ROWS_BETWEEN_LOOKS))


@pytest.mark.django_db
def test_what_unknown_columns_hold_is_not_kept_and_still_told():
    job = take_file("employees_file", book())
    assert (job.status, job.created) == ("succeeded", 1)
    assert job.issues.get().sentence == "列「備考」は取り込みませんでした。"
