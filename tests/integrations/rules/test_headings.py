"""The header of a file: which column holds what, and what is told of it."""

from collections.abc import Sequence

import pytest

from integrations.reasons import Reason
from integrations.rules.headings import ANY_HEADER, HeadedColumns, Headings, find_columns, ignored, read_header
from integrations.rules.plan import Finding, finding

KNOWN = ["姓", "姓（カナ）", "メールアドレス", "社員番号"]
NEEDED = [["姓"], ["メールアドレス", "社員番号"]]
NOTHING = "（ファイルの1行目に、取り込む列名がありません）"


def columns_of(*header: str) -> HeadedColumns:
    return find_columns(header, KNOWN, [])[0]


def problems(*header: str) -> list[Finding]:
    return find_columns(header, KNOWN, NEEDED)[1]


def missing(field: str, detail: str) -> Finding:
    return finding(Reason.FILE_COLUMN_MISSING, field=field, detail=detail)


def test_columns_are_found_in_any_order_width_and_with_blanks_and_others_are_none_of_ours():
    columns, told = find_columns([" 社員 番号", "備考", "姓(ｶﾅ)", "\ufeff姓", ""], iter(KNOWN), NEEDED)
    assert told == []
    assert columns.names() == columns.places == {"社員番号": 0, "姓（カナ）": 2, "姓": 3}
    assert list(columns.unknown) == [1, 4]


def test_a_column_that_is_needed_is_asked_for_with_what_was_found():
    assert problems("社員番号", "姓（カナ）") == [
        missing("姓", "（ファイルの1行目で見つかった列名：社員番号、姓（カナ））")
    ]
    assert problems("青山", "直樹") == [missing("姓", NOTHING), missing("メールアドレスまたは社員番号", NOTHING)]


def test_whoever_wrote_a_name_that_only_looks_right_is_told_which():
    hint = "見た目がよく似た「メールアドレス」があります（「一」（U+4E00）と「ー」（U+30FC）が違います）。"
    found = "（ファイルの1行目で見つかった列名：姓）"
    assert problems("姓", "メ一ルアドレス") == [
        missing("メールアドレスまたは社員番号", f"{found}列「メ一ルアドレス」と{hint}")
    ]
    (twice,) = problems("姓", "メ一ルアドレス", "x", "メ一ルアドレス")
    assert twice.detail == f"{found}列「メ一ルアドレス」と{hint}列「メ一ルアドレス」と{hint}"


def test_what_two_columns_claim_to_be_is_nobodys_guess():
    assert problems("社員番号", "姓", " 社員番号", "姓\0", "社員 番号", "姓 ") == [
        finding(Reason.FILE_COLUMN_AMBIGUOUS, field="社員番号", value="社員番号、社員番号、社員 番号", times=3),
        finding(Reason.FILE_COLUMN_AMBIGUOUS, field="姓", value="姓、姓", times=2),
    ]


def test_a_column_of_ours_that_is_there_twice_counts_as_there():
    assert columns_of("姓", "姓").places == {"姓": 0}


@pytest.mark.parametrize(
    ("cells", "text", "trimmed"),
    [
        (["x", " 1001 ", "y"], " 1001 ", "1001"),
        (["x", " 1001 "], " 1001 ", "1001"),
        (["x"], "", ""),
        ([], "", ""),
        (["x", "", "y"], "", ""),
    ],
)
def test_a_line_may_be_shorter_than_the_header(cells: list[str], text: str, trimmed: str):
    columns = columns_of("姓", "社員番号", "メールアドレス")
    assert (columns.text(cells, "社員番号"), columns.cell(cells, "社員番号")) == (text, trimmed)


@pytest.mark.parametrize("cells", [["a", "b"], ["a", "b", "c"], []])
def test_a_column_that_the_file_does_not_have_is_blank_in_every_line(cells: list[str]):
    columns = columns_of("姓", "社員番号")
    assert columns.text(cells, "姓（カナ）") == columns.cell(cells, "姓（カナ）") == ""


def test_a_column_is_called_as_the_file_has_it_and_one_without_a_name_by_its_place():
    columns = columns_of(" 姓 ", "", "　", "備\0考")
    assert [columns.name(place) for place in range(4)] == ["姓", "2列目", "3列目", "備␀考"]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["青山", "1001"], ""),
        (["青山"], ""),
        (["青山", "1001", "", " 　"], ""),
        (["青山", "1001", "x"], "値の数（3）が列名の数（2）より多いため、どの列の値か分かりません。"),
        (["青山", "1001", "", "x"], "値の数（4）が列名の数（2）より多いため、どの列の値か分かりません。"),
    ],
)
def test_a_line_with_more_values_than_columns_is_nobodys_guess(cells: Sequence[str], told: str):
    assert columns_of("姓", "社員番号").overflow(cells) == told


def test_columns_that_were_not_taken_are_told_in_their_order_with_what_was_meant():
    columns = columns_of("姓", "備考", "", "メ一ルアドレス")
    hint = "見た目がよく似た「メールアドレス」があります（「一」（U+4E00）と「ー」（U+30FC）が違います）。"
    assert list(ignored(columns, {3, 1, 2})) == [
        finding(Reason.FILE_COLUMN_UNKNOWN, field="備考"),
        finding(Reason.FILE_COLUMN_UNKNOWN, field="3列目"),
        finding(Reason.FILE_COLUMN_UNKNOWN, field="メ一ルアドレス", detail=hint),
    ]
    assert list(ignored(columns, set())) == []


def test_several_names_may_mean_one_thing():
    found, unknown = read_header(["氏 名", "x", "ＮＡＭＥ"], {"氏名": "name", "name": "name"})
    assert (found, unknown) == ({"name": [0, 2]}, [1])


def test_a_line_is_the_header_where_it_has_what_is_needed_and_the_likeliest_has_the_most_of_ours():
    headings = Headings.of(iter(KNOWN), iter(NEEDED))
    assert headings.are_in(["x", "姓\u200b", "社員 番号"])
    assert headings.are_in(["メールアドレス", "姓", ""])
    assert not headings.are_in(["姓", "姓（カナ）"])
    assert not headings.are_in(["社員番号", "メールアドレス"])
    assert headings.count(["x", "姓\u200b", " 社員番号", "姓", ""]) == 3
    assert headings.count([]) == 0


def test_where_nothing_is_needed_any_line_with_a_text_is_a_header():
    assert ANY_HEADER.are_in(["", "x"])
    assert not ANY_HEADER.are_in(["", " \u200b"])
    assert not ANY_HEADER.are_in([])
    assert ANY_HEADER.count(["x", ""]) == 0
