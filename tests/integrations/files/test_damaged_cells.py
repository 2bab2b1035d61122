"""What a spreadsheet or an encoding made of a value is told by a code of its own, in files of all kinds, and never
stored.
"""

import re
from datetime import date

import pytest

from assessments.models import Assessment
from departments.models import Department
from employees.models import Employee
from tests.factories.pairs import pairs
from tests.integrations.files.books import SHEET, STYLES, formatted, with_part
from tests.integrations.files.files import csv_file, reasons, take_file, workbook

pytestmark = pytest.mark.django_db

DEPARTMENTS = ["部署コード", "部署名", "親部署コード", "表示順"]
PEOPLE = ["社員番号", "姓", "名", "メールアドレス", "生年月日", "役職", "部署コード"]
RESULTS = ["社員番号", "検査名", "受検日", "完了日時", "傾聴傾向", "コメント", "判定"]
SECRETARIAT = ["9", "秘書室", "", "1"]
AOYAMA = ["2001", "青山", "直樹", "a@example.co.jp", "1990/04/01", "課長", ""]
SPRING = ["1001", "春", "2025/06/02", "", "61.5", "落ち着いている", "A"]
KINDS = {
    "departments_file": (DEPARTMENTS, SECRETARIAT, Department),
    "employees_file": (PEOPLE, AOYAMA, Employee),
    "assessments_file": (RESULTS, SPRING, Assessment),
}
TEXTS = [
    ("departments_file", "部署コード"),
    ("departments_file", "部署名"),
    ("departments_file", "親部署コード"),
    ("employees_file", "社員番号"),
    ("employees_file", "姓"),
    ("employees_file", "役職"),
    ("employees_file", "部署コード"),
    ("assessments_file", "社員番号"),
    ("assessments_file", "検査名"),
    ("assessments_file", "判定"),
]
ALL = [*TEXTS, ("departments_file", "表示順"), ("employees_file", "生年月日"), ("assessments_file", "傾聴傾向")]
ALL += [("assessments_file", "受検日"), ("assessments_file", "コメント")]
AT_EACH_CHANGE = {("departments_file", "部署名"), ("employees_file", "社員番号"), ("assessments_file", "検査名")}
AT_EACH_CHANGE |= {("employees_file", "生年月日"), ("assessments_file", "傾聴傾向")}


def columns(places):
    return [pytest.param(*place, marks=() if place in AT_EACH_CHANGE else pytest.mark.long) for place in places]


@pytest.fixture(autouse=True)
def somebody(db):
    Employee.objects.create(employee_number="1001", email="x@example.co.jp", last_name="社員")


def rows(kind, column, value):
    header, row, _ = KINDS[kind]
    return header, [value if name == column else cell for name, cell in zip(header, row, strict=True)]


def check_refused(kind, content, column, reason):
    """The line is refused for this reason alone, with its column and a remedy, and nothing is stored of it."""
    model = KINDS[kind][2]
    before = list(model.objects.values())
    job = take_file(kind, content)
    assert (job.status, job.failed, reasons(job)) == ("partial", 1, [reason])
    problem = job.issues.get()
    assert (problem.severity, problem.field) == ("error", column)
    assert problem.sentence.startswith("2行目：")
    assert problem.remedy
    assert list(model.objects.values()) == before
    return problem


@pytest.mark.parametrize(("kind", "column"), columns(ALL))
def test_an_error_of_a_spreadsheet_is_told(kind, column):
    check_refused(kind, workbook(*rows(kind, column, "#N/A")), column, "FILE_CELL_ERROR")
    check_refused(kind, csv_file(*rows(kind, column, " #N/A ")), column, "FILE_CELL_ERROR")


@pytest.mark.parametrize("error", ["#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "########"])
def test_so_is_every_other_one(error):
    check_refused("employees_file", csv_file(*rows("employees_file", "役職", error)), "役職", "FILE_CELL_ERROR")
    content = with_part(
        workbook(*rows("employees_file", "役職", "課長")),
        SHEET,
        lambda xml: re.sub(r'<c r="F2".*?</c>', f'<c r="F2" t="e"><v>{error}</v></c>', xml),
    )
    check_refused("employees_file", content, "役職", "FILE_CELL_ERROR")


@pytest.mark.parametrize(("kind", "column"), columns(ALL))
def test_a_formula_without_a_result_is_told(kind, column):
    check_refused(kind, workbook(*rows(kind, column, "=VLOOKUP(A2,X!A:B,2,0)")), column, "FILE_FORMULA_WITHOUT_RESULT")
    content = csv_file(*rows(kind, column, "=VLOOKUP(A2,X!A:B,2,0)"))
    check_refused(kind, content, column, "FILE_FORMULA_WITHOUT_RESULT")


@pytest.mark.parametrize("formula", ["=A1&B1", "=+$C$4", "=SUM(1,2)", "='一 覧'!A1", "=一覧!A1"])
def test_formulas_in_a_csv_are_known_by_what_they_refer_to(formula):
    content = csv_file(*rows("employees_file", "役職", formula))
    check_refused("employees_file", content, "役職", "FILE_FORMULA_WITHOUT_RESULT")


def test_a_formula_whose_result_is_a_text_without_letters_is_a_blank():
    content = with_part(
        workbook(*rows("employees_file", "役職", "x")),
        SHEET,
        lambda xml: re.sub(r'<c r="F2".*?</c>', '<c r="F2" t="str"><f>IF(1,"")</f><v></v></c>', xml),
    )
    assert take_file("employees_file", content).created == 1
    assert Employee.objects.get(email="a@example.co.jp").position == ""


@pytest.mark.parametrize(("kind", "column"), columns(TEXTS))
def test_a_number_without_its_digits_is_told(kind, column):
    check_refused(kind, csv_file(*rows(kind, column, "1.23E+05")), column, "FILE_NUMBER_ROUNDED")
    check_refused(kind, workbook(*rows(kind, column, "1.23457E+11")), column, "FILE_NUMBER_ROUNDED")
    check_refused(kind, workbook(*rows(kind, column, 1234567890123456789)), column, "FILE_NUMBER_ROUNDED")


@pytest.mark.parametrize(("kind", "column"), columns(TEXTS))
def test_a_date_in_the_place_of_a_text_is_told(kind, column):
    check_refused(kind, workbook(*rows(kind, column, date(2025, 1, 2))), column, "FILE_CELL_IS_DATE")
    for made in ("1月2日", "2-Jan", "Jan-02"):
        check_refused(kind, csv_file(*rows(kind, column, made)), column, "FILE_CELL_IS_DATE")


@pytest.mark.parametrize(
    ("cell", "lost"),
    pairs(
        [pair for pair in TEXTS if pair[1] not in {"部署コード", "親部署コード"}],
        [("?田", "?"), ("髙?", "?"), ("〓田", "〓"), ("&#134047;田", "&#134047;")],
    ),
)
def test_a_character_that_cp932_lost_is_told(cell, lost):
    (kind, column), (text, sign) = cell, lost
    content = csv_file(*rows(kind, column, text), encoding="cp932")
    assert f"（「{sign}」）" in check_refused(kind, content, column, "FILE_CHARACTER_LOST").sentence


def test_a_question_in_a_comment_is_no_lost_character_but_a_sign_before_a_letter_is():
    content = csv_file(*rows("assessments_file", "コメント", "本当ですか? はい"), encoding="cp932")
    assert take_file("assessments_file", content).created == 1
    assert Assessment.objects.get().comment == "本当ですか? はい"
    content = csv_file(*rows("assessments_file", "コメント", "?田さんは"), encoding="cp932")
    check_refused("assessments_file", content, "コメント", "FILE_CHARACTER_LOST")


def test_a_question_mark_in_utf8_is_one():
    assert take_file("employees_file", csv_file(*rows("employees_file", "役職", "係長?"))).created == 1


def test_a_replacement_character_is_a_lost_one_in_every_file():
    content = csv_file(*rows("employees_file", "姓", "青\ufffd"))
    check_refused("employees_file", content, "姓", "FILE_CHARACTER_LOST")


@pytest.mark.parametrize(
    ("kind", "column", "value", "code", "stored"),
    [
        ("employees_file", "社員番号", 12, '"A"0000', "A0012"),
        ("employees_file", "社員番号", 12, "00000;@", "00012"),
        ("employees_file", "社員番号", 1234, "000-000", "001-234"),
        ("departments_file", "部署コード", 12, "00000;@", "00012"),
        ("departments_file", "部署コード", 12, '"A"0000', "A0012"),
        ("assessments_file", "判定", 1, '"A"0', "A1"),
    ],
)
def test_a_number_that_is_shown_as_a_text_is_taken_as_shown_and_told(kind, column, value, code, stored):
    header, row = rows(kind, column, value)
    content = formatted([header, row], {f"{'ABCDEFG'[header.index(column)]}2": code})
    job = take_file(kind, content)
    assert (job.created, reasons(job)) == (1, ["FILE_NUMBER_FORMATTED"])
    told = job.issues.get()
    assert (told.severity, told.value) == ("warning", re.sub(r"\d", "0", stored))  # how it looks, and not whose it is
    assert stored in str(list(KINDS[kind][2].objects.values()))


def test_so_a_result_finds_its_person():
    Employee.objects.create(employee_number="A0012", email="y@example.co.jp", last_name="別")
    header, row = rows("assessments_file", "社員番号", 12)
    assert take_file("assessments_file", formatted([header, row], {"A2": '"A"0000'})).created == 1
    assert Assessment.objects.get().employee.employee_number == "A0012"


@pytest.mark.parametrize(
    ("kind", "column", "value", "code"),
    [
        ("assessments_file", "傾聴傾向", 0.5, "0%"),
        ("employees_file", "社員番号", 12345, "#,##0,"),
        ("employees_file", "役職", 1, '"部長";;'),
    ],
)
def test_a_number_that_is_shown_as_another_value_is_refused(kind, column, value, code):
    header, row = rows(kind, column, value)
    content = formatted([header, row], {f"{'ABCDEFG'[header.index(column)]}2": code})
    check_refused(kind, content, column, "FILE_NUMBER_SHOWN_DIFFERENTLY")


def test_a_unit_behind_a_score_is_no_part_of_it():
    header, row = rows("assessments_file", "傾聴傾向", 61)
    assert take_file("assessments_file", formatted([header, row], {"E2": '0"点"'})).created == 1
    assert Assessment.objects.get().scores == {"listening": 61.0}


@pytest.mark.parametrize(
    ("number", "cell"),
    pairs(
        [*range(27, 32), *range(34, 37), *range(50, 59)],
        [("employees_file", "生年月日"), ("assessments_file", "受検日")],
    ),
)
def test_the_dates_of_japanese_excel_are_dates(number, cell):
    kind, column = cell
    header, row = rows(kind, column, 45810)
    place = "E2" if kind == "employees_file" else "C2"
    content = formatted([header, row], {place: "0.0000"})
    content = with_part(content, STYLES, lambda xml: re.sub(r'numFmtId="16\d"(?! format)', f'numFmtId="{number}"', xml))
    assert take_file(kind, content).created == 1
    stored = KINDS[kind][2].objects.last()
    assert date(2025, 6, 2) in {getattr(stored, "birth_date", None), getattr(stored, "taken_on", None)}


@pytest.mark.parametrize("code", ["[$-411]ge.m.d", '[$-411]ggge"年"m"月"d"日"', "[$-411]e", 'yyyy"年"m"月"d"日"'])
def test_so_are_custom_ones_with_eras(code):
    header, row = rows("employees_file", "生年月日", 45810)
    assert take_file("employees_file", formatted([header, row], {"E2": code})).created == 1
    assert Employee.objects.get(email="a@example.co.jp").birth_date == date(2025, 6, 2)


def test_a_csv_cell_that_was_kept_from_excel_is_its_text():
    header, row = rows("employees_file", "社員番号", '="0012"')
    assert take_file("employees_file", csv_file(header, row)).created == 1
    assert Employee.objects.get(email="a@example.co.jp").employee_number == "0012"


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_that_is_not_taken_may_hold_anything(kind):
    header, row, _ = KINDS[kind]
    job = take_file(kind, workbook([*header, "備考"], [*row, "#N/A"]))
    assert (job.created, reasons(job)) == (1, ["FILE_COLUMN_UNKNOWN"])


@pytest.mark.parametrize(
    ("cell", "sign"),
    pairs(
        [
            ("departments_file", "部署名"),
            ("employees_file", "姓"),
            ("employees_file", "メールアドレス"),
            ("assessments_file", "社員番号"),
            ("assessments_file", "検査名"),
        ],
        ["\u200b", "\u200e", "\ufeff", "\u2060"],
    ),
)
def test_what_nobody_sees_is_taken_away_and_named(cell, sign):
    kind, column = cell
    header, row, model = KINDS[kind]
    clean = row[header.index(column)]
    job = take_file(kind, csv_file(*rows(kind, column, sign + clean[:1] + sign + clean[1:])))
    assert (job.created, reasons(job)) == (1, ["FILE_INVISIBLE_CHARACTER"])
    problem = job.issues.get()
    assert (problem.severity, problem.field, f"U+{ord(sign):04X}" in problem.value) == ("warning", column, True)
    assert sign not in str(list(model.objects.values()))
    again = take_file(kind, csv_file(header, row))
    assert (again.unchanged, again.updated) == (1, 0)


def test_a_selector_behind_its_ideograph_stays():
    assert take_file("employees_file", csv_file(*rows("employees_file", "姓", "葛\U000e0100城"))).issues.count() == 0
    assert Employee.objects.get(email="a@example.co.jp").last_name == "葛\U000e0100城"


def test_names_of_columns_may_have_what_nobody_sees():
    header, row, _ = KINDS["employees_file"]
    job = take_file("employees_file", csv_file([f"\ufeff{name}\u200b" for name in header], row))
    assert (job.created, job.issues.count()) == (1, 0)
