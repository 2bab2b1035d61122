"""Rule 2: a required item that would be blank after an update is known before it is sent."""

import pytest

from integrations.kaonavi.types import Record
from integrations.rules.results.required import left_blank, required_item, required_items
from integrations.rules.results.sheets import ALL, LATEST
from tests.factories.findings import sentence
from tests.integrations.rules.results.making import (
    MEMO,
    foreign_record,
    item,
    our_record,
    person,
    plan,
    record,
    result,
    sheet,
    shown,
)

REQUIRED = item(MEMO, "メモ", required=True)
TYPE_REQUIRED = item(4, "16タイプ", required=True)


def blank(on, *results):
    """The names of the required items that an update of this person would leave blank."""
    [send] = plan(*results, on=on).sends.values()
    return [each.name for each in left_blank(send, on, required_items(on.sheet))]


@pytest.mark.parametrize("kind", [LATEST, ALL])
def test_an_item_of_others_is_blank_on_a_record_that_is_new(kind):
    assert blank(shown(sheet(kind, REQUIRED)), result(1)) == ["メモ"]


def test_it_is_not_where_the_one_record_has_it_already():
    on = shown(sheet(LATEST, REQUIRED), {"E1": [record({MEMO: "面談済み"})]})

    assert blank(on, result(1)) == []


@pytest.mark.parametrize("memo", [None, ""])
def test_it_is_where_the_one_record_has_it_not(memo):
    on = shown(sheet(LATEST, REQUIRED), {"E1": [Record({} if memo is None else {MEMO: (memo,)})]})

    assert blank(on, result(1)) == ["メモ"]


def test_in_a_list_every_record_must_have_it():
    before = [foreign_record("一"), our_record(1, item6="本人の希望")]

    assert blank(shown(sheet(ALL, REQUIRED), {"E1": before}), result(1, type=2)) == []
    assert blank(shown(sheet(ALL, REQUIRED), {"E1": before}), result(1, type=2), result(2)) == ["メモ"]
    assert blank(shown(sheet(ALL, REQUIRED), {"E1": [foreign_record("")]}), result(1)) == ["メモ"]


@pytest.mark.parametrize("kind", [LATEST, ALL])
def test_an_item_of_ours_is_blank_where_the_result_has_nothing_for_it(kind):
    on = shown(sheet(kind, TYPE_REQUIRED))

    assert blank(on, result(1)) == []
    assert blank(on, result(1, type=None)) == ["16タイプ"]
    assert blank(on, result(1), result(2, type=None)) == ["16タイプ"]


def test_a_calculated_item_is_nobody_s_to_fill():
    assert blank(shown(sheet(LATEST, item(9, "合計", "calc", read_only=True, required=True))), result(1)) == []


def test_a_template_requires_nothing():
    assert required_items(sheet()) == ()


def test_the_issue_names_the_sheet_the_item_and_some_of_the_people():
    issue = required_item(sheet(LATEST, REQUIRED), REQUIRED, [f"E{number}" for number in range(1, 9)])

    assert (issue.reason, issue.subject_key, issue.field) == ("SHEET_ITEM_REQUIRED", LATEST.name, "メモ")
    assert issue.value == "社員番号：E1、E2、E3、E4、E5、ほか3名"
    assert "8名" in sentence(issue)
    assert person("E1").employee_number not in sentence(issue)
