"""CSV files as people save them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.files.read_csv import read_csv
from integrations.files.refusals import FileRefusedError
from integrations.rules.headings import Headings
from tests.factories.findings import file_sentence

HEADER = ["社員番号", "受検日", "コメント"]
ROW = ["0012", "2025/06/02", "髙橋さんは①番"]
TEXT = "社員番号,受検日,コメント\r\n0012,2025/06/02,髙橋さんは①番\r\n"


def rows(content):
    table = read_csv(content)
    return table.header, list(table.rows)


def refusal(content):
    with pytest.raises(FileRefusedError) as caught:
        rows(content)
    [problem] = caught.value.issues
    assert problem.reason == "FILE_UNREADABLE"
    return file_sentence(problem).removeprefix("ファイルを読み取れませんでした。")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_it_reads_each_encoding_with_each_line_end(encoding, line_end):
    assert rows(TEXT.replace("\r\n", line_end).encode(encoding)) == (HEADER, [(2, ROW)])


def test_the_last_line_needs_no_end():
    assert rows(TEXT.rstrip().encode()) == (HEADER, [(2, ROW)])


def test_quotes_hold_commas_quotes_and_line_ends():
    content = 'a,b\r\n"1,2","い\r\n""ろ"""\r\n3,4\r\n'.encode()
    assert rows(content) == (["a", "b"], [(2, ["1,2", 'い\r\n"ろ"']), (4, ["3", "4"])])


def test_blank_lines_are_no_rows_but_count_as_lines():
    assert rows(b"\n,,\na,b\n\n , \n1,2\n,\n") == (["a", "b"], [(6, ["1", "2"])])


def test_a_header_alone_is_a_file_without_rows():
    assert rows(TEXT.splitlines()[0].encode()) == (HEADER, [])


@pytest.mark.parametrize("content", [b"", b"\r\n", b" , ,\n\n", "\ufeff".encode()])
def test_a_file_with_nothing_in_it_is_refused(content):
    assert refusal(content) == "ファイルが空です。"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (TEXT.encode("utf-16")[:-1], "文字コードは UTF-16 ですが、途中で切れているか壊れています。"),
        (TEXT.encode("utf-16-le"), "文字コードが UTF-16（BOM なし）のようです。"),
        (TEXT.encode("utf-32"), "文字コードが UTF-32 です。"),
        (b"\xd0\xcf\x11\xe0" + bytes(50) + "EncryptedPackage".encode("utf-16-le"), "パスワードで暗号化された"),
        (b"\xd0\xcf\x11\xe0" + bytes(50) + "WordDocument".encode("utf-16-le"), "Word 文書（.doc）です。"),
        (b"\xef\xbb\xbf\r\n<HTML xmlns:x=''><body><table><tr><td>1</td></table>", "Web ページ（HTML）です。"),
        (b"<table><tr><td>x</td></tr></table>", "Web ページ（HTML）です。"),
        (
            b'<?xml version="1.0"?><x xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "XML スプレッドシート 2003",
        ),
        (b"MIME-Version: 1.0\r\n", "Web アーカイブ（MHTML）です。"),
        (b"%PDF-1.7\n", "PDF です。"),
        (b'[{"a": 1}]', "JSON です。"),
        (b"\x1f\x8b\x08", "圧縮ファイル（.gz）です。"),
        (TEXT.encode("iso2022_jp", errors="replace"), "文字コードが JIS（ISO-2022-JP） です。"),
        (b"PK\x03\x04" + bytes(50), "Excel ブック（.xlsx）です。"),
        (b"\xd0\xcf\x11\xe0" + bytes(50), "Excel ブック（.xls）です。"),
    ],
)
def test_other_formats_are_called_by_their_names(content, told):
    assert refusal(content).startswith(told)


def test_euc_jp_is_called_by_its_name():
    columns = Headings.of(HEADER, [HEADER])
    with pytest.raises(FileRefusedError, match="文字コードが EUC-JP です。"):
        read_csv(TEXT.replace("髙", "高").replace("①", "1").encode("euc_jp"), columns)


@pytest.mark.parametrize("marks", ["\ufeff", "\ufeff\ufeff", "\ufeff\ufeff\ufeff"])
def test_any_number_of_byte_order_marks_is_passed_over(marks):
    assert rows((marks + TEXT).encode()) == (HEADER, [(2, ROW)])


@pytest.mark.parametrize("sign", [",", "\t", ";"])
@pytest.mark.parametrize("told", ["", "sep={}\r\n", '"sep={}"\r\n'])
def test_commas_tabs_and_semicolons_part_the_cells(sign, told):
    content = "\ufeff" + told.format(sign) + TEXT.replace(",", sign)
    table = read_csv(content.encode(), Headings.of(HEADER, [HEADER]))
    assert (table.header, list(table.rows)) == (HEADER, [(3 if told else 2, ROW)])


def test_the_sign_is_the_one_that_parts_the_columns_we_look_for():
    content = "社員番号;氏名, 部署;受検日\n0012;青山, 営業;2025/06/02\n"
    table = read_csv(content.encode(), Headings.of(HEADER, [HEADER]))
    assert list(table.rows) == [(2, ["0012", "青山, 営業", "2025/06/02"])]


def test_a_damaged_file_is_refused_with_the_line():
    damaged = TEXT.encode() + b"0013,2025/06/03,\xe9\xab\r\n"
    assert refusal(damaged).startswith("3行目に、UTF-8 でも Shift_JIS（CP932）でもない文字があります。")


def test_a_damaged_file_in_utf8_is_not_taken_for_cp932():
    text = TEXT.encode() + b"0013,2025/06/03,\xb1\r\n"  # which CP932 would read as a letter
    assert refusal(text).startswith("3行目に、")


def test_a_damaged_file_in_cp932_is_refused_with_the_line():
    assert refusal(TEXT.encode("cp932") + b"\x81\xff,,\r\n").startswith("3行目に、")


@pytest.mark.parametrize("broken", ['0013,2025/06/03,"いつまでも\r\n', '0013,"2025"/06/03,\r\n'])
def test_quotes_that_do_not_close_are_refused_with_the_line_on_which_the_row_begins(broken):
    assert refusal((TEXT + broken).encode()).startswith('3行目からの行で、引用符「"」の使い方が正しくありません。')


def test_nothing_is_said_of_the_content():
    assert "秘密" not in refusal((TEXT + '0013,"秘密').encode())


def test_a_cell_of_ten_megabytes_is_read():
    huge = "あ" * 3_500_000
    assert rows(f"a,b\n1,{huge}\n".encode()) == (["a", "b"], [(2, ["1", huge])])


ONE_WAY = "¢£¬‖−〜"  # CP932 has these, but they come back as their full-width twins
cells = st.text(st.characters(codec="cp932", exclude_characters=ONE_WAY), max_size=8) | st.sampled_from(
    ["", '"', ",", "=1+1", "@SUM(A1)", "a\nb", "a\r\nb", "\0", "\t"]
)
tables = st.integers(1, 5).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=8))


# Python before 3.13 quotes no line end but the file's own, so that a file with another one needs quotes everywhere.
formats = st.sampled_from([("\r\n", csv.QUOTE_MINIMAL), *((end, csv.QUOTE_ALL) for end in ("\r\n", "\n", "\r"))])


@given(tables, st.sampled_from(["utf-8", "utf-8-sig", "cp932"]), formats)
def test_whatever_the_cells_they_come_back_as_they_were_written(table, encoding, form):
    line_end, quoting = form
    table = [HEADER, *table]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator=line_end, quoting=quoting).writerows(table)
    header, read = rows(buffer.getvalue().encode(encoding))
    assert header == HEADER
    assert [cells for _, cells in read] == [cells for cells in table[1:] if any(cell.strip() for cell in cells)]
    assert [line for line, _ in read] == sorted({line for line, _ in read})


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: TEXT.encode("cp932") + tail))
def test_whatever_the_bytes_a_file_is_read_or_refused(content):
    try:
        header, _ = rows(content)
    except FileRefusedError as error:
        header, reasons = [], [problem.reason for problem in error.issues]
    else:
        reasons = []
    assert reasons == ([] if any(cell.strip() for cell in header) else ["FILE_UNREADABLE"])
