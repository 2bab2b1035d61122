"""Workbooks and text files that are not quite what is asked for: taken where that is safe, else refused by what they
are.
"""

import io
import zipfile

import pytest
from openpyxl import Workbook

from employees.models import Employee
from integrations.files import formats
from tests.integrations.files.books import book, with_part
from tests.integrations.files.files import csv_file, reasons, take_file, workbook

pytestmark = pytest.mark.django_db

HEADER = ["社員番号", "姓", "メールアドレス"]
AOYAMA = ["0012", "青山", "a@example.co.jp"]
INOUE = ["0013", "井上", "b@example.co.jp"]


def taken(content):
    return take_file("employees_file", content)


def numbers():
    return list(Employee.objects.order_by("employee_number").values_list("employee_number", flat=True))


def hide(title, state="hidden"):
    def change(made: Workbook) -> None:
        made[title].sheet_state = state
        made.active = next(place for place, sheet in enumerate(made.worksheets) if sheet.sheet_state == "visible")

    return change


def test_a_summary_before_the_list_is_passed_over_and_told():
    job = taken(book({"集計": [["部署", "人数"], ["営業", 3]], "社員": [HEADER, AOYAMA]}))
    assert (job.created, reasons(job)) == (1, ["FILE_SHEET_CHOSEN"])
    assert job.issues.get().sentence == (
        "シート「社員」を読み取りました。1枚目のシート「集計」に必要な列名がありません。"
    )


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_list_before_a_visible_one_is_passed_over_and_both_are_told(state):
    job = taken(book({"旧": [HEADER, INOUE], "社員": [HEADER, AOYAMA]}, hide("旧", state)))
    assert (job.created, numbers()) == (1, ["0012"])
    assert reasons(job) == ["FILE_SHEET_CHOSEN", "FILE_SHEETS_IGNORED"]
    assert "シート「旧」にも列名がありますが" in job.issues.last().sentence


def test_a_hidden_list_is_taken_where_there_is_no_other_and_told():
    job = taken(book({"表紙": [["社員名簿"]], "社員": [HEADER, AOYAMA]}, hide("社員")))
    assert (job.created, reasons(job)) == (1, ["FILE_SHEET_CHOSEN"])
    assert "非表示のシートです。" in job.issues.get().sentence


def test_a_second_list_is_told_since_it_is_not_taken():
    job = taken(book({"本社": [HEADER, AOYAMA], "支社": [HEADER, INOUE]}))
    assert (numbers(), reasons(job)) == (["0012"], ["FILE_SHEET_CHOSEN", "FILE_SHEETS_IGNORED"])


def test_other_sheets_without_columns_of_ours_are_nothing_to_tell():
    job = taken(book({"社員": [HEADER, AOYAMA], "メモ": [["x"]]}))
    assert (job.created, job.issues.count()) == (1, 0)


def test_where_no_sheet_has_the_columns_it_is_told_what_is_missing():
    job = taken(book({"表紙": [[]], "社員": [["社員番号", "名字"], ["1", "青山"]]}))
    assert (job.status, reasons(job)) == ("failed", ["FILE_COLUMN_MISSING", "FILE_COLUMN_MISSING"])
    assert "（ファイルの1行目で見つかった列名：社員番号）" in job.message


@pytest.mark.parametrize("kind", ["employees_file", "departments_file", "assessments_file"])
def test_a_first_line_that_is_no_header_is_quoted_nowhere(kind: str):
    line = ["CANARY-7", "金糸雀", "歌子", "canary@example.co.jp", "1991-09-09", "傾聴傾向", "77.7"]
    job = take_file(kind, csv_file(line, line))
    told = job.message + "".join(map(str, job.issues.values_list("detail", "remedy", "value", "field")))
    assert set(reasons(job)) == {"FILE_COLUMN_MISSING"}
    assert "ファイルの1行目に、取り込む列名がありません" in job.message
    assert [cell for cell in line if cell in told] == []


def test_a_broken_line_tells_whom_it_is_about_only_where_that_is_known():
    Employee.objects.create(employee_number="0001", email="p1@example.co.jp", last_name="青山", first_name="直樹")
    broken = ["CANARY-7", "金糸雀", "1991-09-09", "x@example.co.jp", "鳥係", "あふれ"]
    known = ["0001", "青山", "直樹", "p1@example.co.jp", "課長", "あふれ"]
    job = take_file("employees_file", csv_file(["社員番号", "姓", "名", "メールアドレス", "役職"], broken, known))
    told = list(job.issues.values_list("reason", "subject_key", "subject_name", "email"))
    assert told == [("MEMBER_UNREADABLE", "", "", ""), ("MEMBER_UNREADABLE", "0001", "青山 直樹", "p1@example.co.jp")]
    header = ["社員番号", "メールアドレス", "受検日"]
    job = take_file(
        "assessments_file", csv_file(header, ["CANARY-7", "1991-09-09", "c@d.jp", "x"], ["0001", "", "", "x"])
    )
    told = list(job.issues.values_list("reason", "subject_key", "email"))
    assert told == [("ASSESSMENT_ROW_BROKEN", "", ""), ("ASSESSMENT_ROW_BROKEN", "0001", "")]


@pytest.mark.parametrize("cells", ["A2:A3", "B2:C2", "A3:C3", "C3:D4"])
def test_merged_cells_are_refused_by_their_place(cells):
    job = taken(book({"社員": [HEADER, AOYAMA, INOUE]}, lambda made: made.active.merge_cells(cells)))
    assert (job.status, reasons(job), numbers()) == ("failed", ["FILE_CELLS_MERGED"], [])
    assert f"（{cells}）" in job.message


@pytest.mark.parametrize("cells", ["E1:F3", "D2:D3"])
def test_merged_cells_beside_the_list_do_no_harm(cells):
    assert taken(book({"社員": [HEADER, AOYAMA]}, lambda made: made.active.merge_cells(cells))).created == 1


def test_rows_that_a_filter_hides_are_taken_and_told():
    def change(made: Workbook) -> None:
        made.active.row_dimensions[3].hidden = True

    job = taken(book({"社員": [HEADER, AOYAMA, INOUE]}, change))
    assert (job.created, reasons(job)) == (2, ["FILE_ROWS_HIDDEN"])
    assert "非表示の行（フィルターで隠れた行など）が1行" in job.issues.get().sentence


@pytest.mark.parametrize("sign", ["\t", ";"])
def test_tabs_and_semicolons_part_cells_too(sign):
    lines = [sign.join(row) for row in (HEADER, AOYAMA)]
    assert taken("\r\n".join([f"sep={sign}", *lines]).encode("utf-16")).created == 1
    assert taken("\r\n".join(lines).encode("cp932")).unchanged == 1
    assert numbers() == ["0012"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "パスワードで暗号化された"),
        (b"\xd0\xcf\x11\xe0" + bytes(600) + "Workbook".encode("utf-16-le"), "Excel ブック（.xls）です。"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "Web ページ（HTML）です。"),
        ("社員番号\u3000姓".encode("utf-16-le"), ""),
    ],
)
def test_what_is_no_list_is_refused_by_what_it_is(content, told):
    job = taken(content)
    assert job.status == "failed"
    assert told in job.message


def zipped(*names):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["[Content_Types].xml", "xl/workbook.bin"], "Excel バイナリブック（.xlsb）です。"),
        (["[Content_Types].xml", "word/document.xml"], "Word 文書（.docx）です。"),
        (["[Content_Types].xml", "ppt/presentation.xml"], "PowerPoint（.pptx）です。"),
        (["mimetype", "content.xml"], "OpenDocument（.ods など）です。"),
        (["Index/Document.iwa"], "Numbers の書類です。"),
        (["社員.csv"], "ZIP ファイルです。"),
    ],
)
def test_what_is_packed_is_called_by_its_name(names, told):
    job = taken(zipped(*names))
    assert (job.status, reasons(job)) == ("failed", ["FILE_UNREADABLE"])
    assert told in job.message


def test_a_strict_workbook_is_called_by_its_name():
    content = with_part(
        workbook(HEADER, AOYAMA),
        "xl/workbook.xml",
        lambda xml: xml.replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"
        ),
    )
    assert "Strict Open XML" in taken(content).message


def test_every_name_of_a_format_says_what_to_do_or_is_plain():
    assert all(told.endswith("。") for told in [*formats.PARTS.values(), *formats.BY_FIRST_BYTES.values()])


def test_two_files_put_together_are_read_with_the_mark_between_them():
    job = taken(csv_file(HEADER, AOYAMA, encoding="utf-8-sig") + csv_file(INOUE, encoding="utf-8-sig"))
    assert (numbers(), reasons(job)) == (["0012", "0013"], ["FILE_INVISIBLE_CHARACTER"])
