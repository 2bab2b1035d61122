"""What a 部署CSV makes of our departments."""

import pytest

from integrations.rules.departments.file import NEEDED, DepartmentColumn
from integrations.rules.headings import find_columns
from integrations.rules.wording import in_words
from tests.integrations.rules.departments.company import ours
from tests.integrations.rules.departments.files import news, outcomes, plan, problems

SALES = ours(1, "10", "営業部")
EAST = ours(2, "11", "東日本課", parent=1, order=3)


def test_it_adds_departments_whatever_the_order_of_lines_and_columns():
    made = plan(
        ["10", "7", "東日本課", "11"],
        ["", "", "営業部", "10"],
        header=["親部署コード", "表示順", "部署名", "部署コード"],
    )
    assert news(made) == {
        "10": {"code": "10", "name": "営業部", "parent": "", "order": None},
        "11": {"code": "11", "name": "東日本課", "parent": "10", "order": 7},
    }
    assert outcomes(made) == ["created", "created"]


def test_names_of_columns_are_compared_without_width_and_blanks():
    columns, found = find_columns(["部署 コード", "部署名　", "メモ"], DepartmentColumn, NEEDED)
    assert (columns.places, list(columns.unknown), found) == ({"部署コード": 0, "部署名": 1}, [2], [])


@pytest.mark.parametrize(
    ("header", "reasons"),
    [
        (["部署名"], ["FILE_COLUMN_MISSING"]),
        (["表示順"], ["FILE_COLUMN_MISSING", "FILE_COLUMN_MISSING"]),
        (["部署コード", "部署名", "部署名 "], ["FILE_COLUMN_AMBIGUOUS"]),
    ],
)
def test_a_header_that_could_be_misread_is_refused(header, reasons):
    _, found = find_columns(header, DepartmentColumn, NEEDED)
    assert [problem.reason for problem in found] == reasons


def test_the_file_wins_and_a_blank_cell_is_a_blank_value():
    made = plan(["11", "関東課", "", ""], local=[SALES, EAST])
    assert news(made) == {"11": {"name": "関東課", "parent": "", "order": None}}
    assert outcomes(made) == ["updated"]


def test_what_the_file_has_no_column_for_stays():
    made = plan(["11", "関東課"], local=[SALES, EAST], header=["部署コード", "部署名"])
    assert news(made) == {"11": {"name": "関東課"}}


def test_a_short_line_is_blank_at_its_end():
    assert news(plan(["11", "東日本課"], local=[SALES, EAST])) == {"11": {"parent": "", "order": None}}


def test_departments_that_the_file_does_not_have_are_not_touched():
    made = plan(["10", "営業部", "", "1"], local=[SALES, EAST])
    assert (made.changes, made.vanished, made.issues, outcomes(made)) == ((), (), (), ["unchanged"])


def test_a_department_that_kaonavi_has_lost_stays_so():
    made = plan(["10", "営業部", "", "1"], local=[ours(1, "10", "営業部", missing=True)])
    assert (made.changes, outcomes(made)) == ((), ["unchanged"])


def test_two_departments_may_swap_their_names():
    made = plan(["10", "総務部", "", "1"], ["20", "営業部", "", "1"], local=[SALES, ours(2, "20", "総務部")])
    assert news(made) == {"10": {"name": "総務部"}, "20": {"name": "営業部"}}


def test_a_line_without_a_code_is_left_out():
    made = plan(["", "営業部", "", ""], ["11", "東日本課", "10", "3"], local=[SALES, EAST])
    assert problems(made) == [("DEPARTMENT_CODE_MISSING", "2")]
    assert outcomes(made) == ["skipped", "unchanged"]


def test_the_parent_may_be_named_where_its_code_is_blank():
    codeless = ours(3, "", "準備室")
    header = ["部署コード", "部署名", "親部署コード", "親部署名"]
    made = plan(["31", "一課", "", "準備室"], ["32", "二課", "10", "準備室"], local=[SALES, codeless], header=header)
    assert {code: fields["parent"] for code, fields in news(made).items()} == {"31": "（コードなし）準備室", "32": "10"}


def test_a_parent_may_be_named_that_another_line_of_the_file_brings():
    made = plan(["二課", "32", "一課"], ["一課", "31", ""], header=["部署名", "部署コード", "親部署名"])
    assert {code: fields["parent"] for code, fields in news(made).items()} == {"31": "", "32": "31"}
    assert made.issues == ()


def test_a_parent_by_a_name_that_two_lines_bring_is_unknown():
    lines = (["三課", "33", "一課"], ["一課", "31", ""], ["一課", "32", ""])
    made = plan(*lines, header=["部署名", "部署コード", "親部署名"])
    assert ("DEPARTMENT_PARENT_UNKNOWN", "2") in problems(made)


def test_a_parent_by_a_name_that_nobody_has_is_unknown():
    made = plan(["31", "一課", "幽霊室"], header=["部署コード", "部署名", "親部署名"])
    assert problems(made) == [("DEPARTMENT_PARENT_UNKNOWN", "2")]


def test_without_any_column_for_parents_a_child_of_a_department_without_a_code_stays_there():
    made = plan(
        ["31", "壱課"],
        local=[ours(3, "", "準備室"), ours(4, "31", "一課", parent=3)],
        header=["部署コード", "部署名"],
    )
    assert news(made) == {"31": {"name": "壱課"}}


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([["10", "a", "", ""], ["20", "b", "", ""], ["10", "a", "", ""]], ["DEPARTMENT_CODE_DUPLICATE"] * 2),
        ([["10", " ", "", ""]], ["DEPARTMENT_NAME_MISSING"]),
        ([["1" * 51, "営業部", "", ""]], ["DEPARTMENT_VALUE_TOO_LONG"]),
        ([["10", "営" * 201, "", ""]], ["DEPARTMENT_VALUE_TOO_LONG"]),
        ([["10", "営業部", "99", ""]], ["DEPARTMENT_PARENT_UNKNOWN"]),
        ([["10", "営業部", "10", ""]], ["DEPARTMENT_PARENT_LOOP"]),
        ([["10", "", "", ""], ["11", "東日本課", "10", ""]], ["DEPARTMENT_NAME_MISSING", "DEPARTMENT_PARENT_REFUSED"]),
        ([[str(n), f"{n}階", str(n - 1) if n else "", ""] for n in range(11)], ["DEPARTMENT_TOO_DEEP"]),
        ([["10", "営業部", "", ""], ["11", "営業部", "", ""]], ["DEPARTMENT_NAME_TAKEN"]),
        ([["10", "営業\0部", "", ""]], ["DEPARTMENT_UNREADABLE"]),
        ([["10", "営業部", "", "", "あふれ"]], ["DEPARTMENT_UNREADABLE"]),
        *(
            [[["10", "営業部", "", order]], ["DEPARTMENT_UNREADABLE"]]
            for order in ("一", "-1", "1.5", "2147483648", "１")
        ),
    ],
)
def test_bad_lines_have_the_sync_s_reasons(lines, found):
    made = plan(*lines)
    assert [reason for reason, _ in problems(made)] == found
    assert len(made.outcomes) == len(lines)


def test_every_issue_has_its_line_and_they_come_in_order():
    made = plan(
        ["20", "b", "99", ""],
        ["10", "a", "", ""],
        ["", "名前だけ", "", ""],
        ["10", "a", "", ""],
        ["30", "c", "", "x"],
        ["10", "別名", "", ""],
    )
    assert problems(made) == [
        ("DEPARTMENT_PARENT_UNKNOWN", "2"),
        ("DEPARTMENT_CODE_DUPLICATE", "3"),
        ("DEPARTMENT_CODE_MISSING", "4"),
        ("DEPARTMENT_CODE_DUPLICATE", "5"),
        ("DEPARTMENT_UNREADABLE", "6"),
        ("DEPARTMENT_CODE_DUPLICATE", "7"),
    ]


def test_an_issue_speaks_of_the_file():
    problem = in_words(*plan(["10", "営業部", "99", ""]).issues, of_file=True)
    assert problem.sentence == "2行目：親部署「99」がファイルにもミキワメにもありません。"
    assert (problem.field, problem.value) == ("親部署コード", "99")
    assert problem.remedy.startswith("ファイルのこの行の親部署コードを直すか")


def test_a_huge_cell_is_refused_and_cut_for_the_error_file():
    problem = in_words(*plan(["1" * 10_000_000, "営業部", "", ""]).issues, of_file=True)
    assert "10000000文字" in problem.sentence
    assert max(map(len, (problem.subject_key, problem.value, problem.sentence, problem.remedy))) < 400
