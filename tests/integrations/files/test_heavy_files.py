"""A file that would cost too much ends in one sentence, whatever makes it so, and costs little until then."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest

from employees.models import Employee
from integrations.files import limits
from integrations.files.refusals import FileRefusedError
from integrations.imports import assessment_file
from integrations.imports.source_file import read_table
from tests.factories.findings import file_sentence
from tests.integrations.files.files import csv_file, take_file, workbook
from tests.integrations.files.heavy import NAMED, OTHERS, SLOW, UNREADABLE, book

Form = Callable[..., bytes]
LARGEST_PROCESS = 200  # MB
SENTENCE = "ファイルが取込の上限を超えているため、取り込みませんでした（"
OF_ITS_OWN = """
import re, sys
import django; django.setup()
from integrations.files.refusals import FileRefusedError
from integrations.imports.source_file import read_table
try:
    list(read_table(sys.stdin.buffer.read()).rows)
except FileRefusedError:
    peak = re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())  # `getrusage` counts whoever started us
    print(int(peak[1]) // 1024)
"""
OTHER_FILES = [pytest.param(name, marks=pytest.mark.long if name in SLOW else ()) for name in OTHERS]


def refusal(content: bytes) -> str:
    with pytest.raises(FileRefusedError) as caught:
        list(read_table(content).rows)
    [problem] = caught.value.issues
    return file_sentence(problem)


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMED)
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
@pytest.mark.parametrize("name", ["300,000 short rows", "300,000 short rows of CSV"])
def test_too_many_rows_of_results_are_refused_before_a_rule_sees_one(name: str, monkeypatch: pytest.MonkeyPatch):
    make, _ = NAMED[name]
    monkeypatch.setattr(assessment_file, "read_row", Mock(side_effect=AssertionError("a row is looked at")))
    job = take_file("assessments_file", make())
    assert (job.status, job.message) == ("failed", f"{SENTENCE}280,000行まで）。")


@pytest.mark.parametrize("name", OTHER_FILES)
def test_the_rest_of_the_kind_ends_so_too(name: str):
    make, words = OTHERS[name]
    told = refusal(make())
    assert told.startswith(SENTENCE)
    assert words in told


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_would_never_end_is_refused_at_once(name: str):
    make, words = UNREADABLE[name]
    if words:
        assert words in refusal(make())
    else:
        assert list(read_table(make()).rows) == []


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.long) for name in (*NAMED, *OTHERS)])
def test_a_process_stays_small_meanwhile(name: str):
    make, _ = (NAMED | OTHERS)[name]
    told = subprocess.run(
        [sys.executable, "-c", OF_ITS_OWN],
        input=make(),
        capture_output=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        check=True,
    )
    assert int(told.stdout) <= LARGEST_PROCESS


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
