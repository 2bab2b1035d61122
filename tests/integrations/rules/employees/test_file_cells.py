"""Cells of a 社員CSV that are not what they seem, or not there: what is told, and what stays as it is."""

from datetime import date

import pytest

from integrations.reasons import Reason
from integrations.rules.cells import Lost, Refused
from integrations.rules.text import HAS_NUL
from tests.factories.findings import file_sentence
from tests.factories.kaonavi import employee
from tests.integrations.rules.employees.files import line, news, outcomes, plan, plan_of, reasons

MAIL = "m1001@example.co.jp"
A_DAY = Refused.because(Reason.FILE_CELL_IS_DATE, "1月2日")


def test_a_cell_that_must_not_be_stored_is_told_by_its_column_and_the_line_is_not_taken():
    made = plan(line(社員番号="1001", 役職=A_DAY))
    (found,) = made.issues
    assert (outcomes(made), made.changes) == (["failed"], ())
    assert (found.reason, found.line, found.field, found.value) == ("FILE_CELL_IS_DATE", 2, "役職", "1月2日")
    assert (found.subject_key, found.email) == ("1001", MAIL)


def test_a_text_that_had_lost_its_character_before_is_ours():
    lost = Lost.of("高?", "?", is_certain=True)
    assert outcomes(plan_of(local=[employee(last_name="高?")], 姓=lost)) == ["unchanged"]
    for ours in ([employee(last_name="高")], []):
        (found,) = plan_of(local=ours, 姓=lost).issues
        assert (found.reason, found.field, found.value) == ("FILE_CHARACTER_LOST", "姓", "高?")
        assert found.params["lost"] == "?"


def test_of_lines_that_share_an_address_each_is_told_so_whatever_is_wrong_besides():
    made = plan(line(社員番号="1", 役職=A_DAY), line(社員番号="2"))
    assert sorted((found.line, found.reason.value) for found in made.issues) == [
        (2, "FILE_CELL_IS_DATE"),
        (2, "MEMBER_MAIL_DUPLICATE"),
        (3, "MEMBER_MAIL_DUPLICATE"),
    ]


@pytest.mark.parametrize(
    ("cells", "told"),
    [([*line(), "あふれ"], "より多いため、どの列の値か分かりません。"), (line(役職="課\0長"), HAS_NUL)],
)
def test_a_line_of_which_nobody_knows_whose_its_values_are_names_people_of_ours_alone(cells, told):
    for local, named in (([employee()], ("青山", MAIL)), ([], ("", ""))):
        (found,) = plan(cells, local=local).issues
        assert (found.reason, found.line, found.subject_name, found.email) == ("MEMBER_UNREADABLE", 2, *named)
        assert told in file_sentence(found)


def test_days_for_which_the_file_has_no_column_stay():
    born, hired = date(1990, 4, 1), date(2015, 4, 1)
    assert outcomes(plan_of(local=[employee(birth_date=born, hire_date=hired)])) == ["unchanged"]


def test_whoever_has_left_has_left_where_the_file_has_no_column_for_it():
    assert outcomes(plan_of(local=[employee(is_retired=True, retirement_source="manual")])) == ["unchanged"]


def test_an_address_that_only_looks_like_one_of_ours_is_told_with_ours():
    (found,) = plan_of(local=[employee()], メールアドレス="m1001@ехample.co.jp").issues
    assert found.reason == "MEMBER_MAIL_INVALID"
    assert "「m1001@example.co.jp」" in found.detail


def test_a_text_that_differs_by_what_nobody_sees_stays_as_it_is():
    ours = [employee(position="課\u200b長")]
    assert outcomes(plan_of(local=ours, 役職="課長")) == ["unchanged"]
    assert outcomes(plan_of(local=ours, 役職="部長")) == ["updated"]


def test_a_department_of_ours_is_known_by_what_is_seen_of_its_code():
    made = plan(
        [MAIL, "青山", "A1"], header=["メールアドレス", "姓", "部署コード"], departments=[("A\u200b1", "営業部")]
    )
    assert news(made)["department"] == "A\u200b1"


def test_a_number_is_compared_with_the_persons_own_first():
    ours = [employee(employee_number="0012"), employee(2, "12", email="other@example.co.jp")]
    (found,) = plan_of(local=ours, 社員番号="12", 名="直樹").issues
    assert (found.reason, found.params["other"]) == ("FILE_LEADING_ZEROS", "0012")


def test_a_line_that_is_somebody_elses_than_its_mails_changes_what_it_says_of_them():
    holder = employee(1, "1001", email=MAIL)
    mine = employee(2, "2002", email="i@example.co.jp", last_name="井上", first_name="", missing=True, position="課長")
    cells = {
        "メールアドレス": MAIL,
        "社員番号": "2002",
        "姓": "井上",
        "名": "",
        "姓（カナ）": "アオヤマ",
        "名（カナ）": "ナオキ",
    }
    mine = mine._replace(values=mine.values._replace(last_name_kana="アオヤマ", first_name_kana="ナオキ"))
    decided = {(1, "2002", MAIL): False}
    holder = holder._replace(values=holder.values._replace(last_name_kana="ア", first_name_kana=""))
    made = plan(list(cells.values()), local=[holder, mine], header=list(cells), decisions=decided)
    assert [(change.pk, change.fields) for change in made.changes] == [(2, {"email": ("i@example.co.jp", MAIL)})]
    assert reasons(made) == ["MEMBER_MAIL_TAKEN_OVER"]
