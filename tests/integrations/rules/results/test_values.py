"""Rules 4 and 6: how a result is written, and when two values are the same."""

from datetime import UTC, date, datetime

import pytest

from integrations.kaonavi.types import Record
from integrations.rules.results.sheets import ALL
from integrations.rules.results.values import (
    NIL,
    Links,
    names_of,
    one_decimal,
    same_records,
    same_values,
    type_text,
    values_of,
)
from tests.factories.findings import sentence
from tests.integrations.rules.results.making import (
    AGE,
    DATE,
    FEELING,
    LINK,
    LISTENING,
    MEMO,
    OPTIONS,
    SITE,
    TERMS,
    TYPE,
    TYPES,
    item,
    link,
    record,
    result,
    sheet,
    uuid,
)


def test_a_result_is_written_with_plain_texts():
    values, issues = values_of(result(7, date(2026, 4, 1), listening=61.5), sheet(), TERMS)

    assert issues == []
    assert values == {
        DATE: ("2026-04-01",),
        LISTENING: ("61.5",),
        FEELING: ("50.0",),
        TYPE: ("プロモーター (推進者)",),
        LINK: (link(7),),
    }


def test_no_type_and_no_score_empty_their_items():
    values, issues = values_of(result(type=None, listening=None), sheet(), TERMS)

    assert issues == []
    assert values[TYPE] == values[LISTENING] == ()


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (52, "52.0"),
        (52.25, "52.3"),
        (52.349, "52.3"),
        ("48.5", "48.5"),
        (0, "0.0"),
        (None, ""),
        ("-", ""),
        (float("nan"), ""),
        (True, ""),
        (1, "1.0"),  # as a key the same as the one before
        (-0.04, "0.0"),
        (-0.0, "0.0"),
        ([50], ""),
    ],
)
def test_a_score_has_one_decimal(score, text):
    assert one_decimal(score) == text


@pytest.mark.parametrize(
    "option", ["プロモーター (推進者)", "プロモーター（推進者）", "プロモーター　(推進者)", "プロモーター"]
)
def test_a_type_is_spelled_as_the_sheet_spells_it(option):
    assert (
        type_text(names_of(result(type=1), TYPES), item(TYPE, "16タイプ", "enum", options=("シーカー", option)))
        == option
    )


def test_an_alias_finds_the_option_too():
    assert (
        type_text(names_of(result(type=2), TYPES), item(TYPE, "16タイプ", "enum", options=("探究者タイプ",)))
        == "探究者タイプ"
    )


def test_the_whole_name_comes_before_the_short_one():
    options = ("プロモーター", "プロモーター (推進者)")

    assert (
        type_text(names_of(result(type=1), TYPES), item(TYPE, "16タイプ", "enum", options=options))
        == "プロモーター (推進者)"
    )


def test_a_text_item_gets_the_whole_name():
    assert type_text(names_of(result(type=1), TYPES), item(TYPE, "16タイプ")) == "プロモーター（推進者）"


@pytest.mark.parametrize("option", ["オールラウンダー", "ｵｰﾙ ﾗｳﾝﾀﾞｰ"])
def test_a_type_that_we_do_not_know_is_sent_where_the_sheet_knows_it(option):
    usable = sheet(ALL, item(TYPE, "16タイプ", "enum", options=(*OPTIONS, option)))

    values, issues = values_of(result(type=None, unknown_type="オールラウンダー"), usable, TERMS)

    assert (values[TYPE], issues) == ((option,), [])


def test_a_type_that_nobody_knows_never_empties_the_item():
    values, [issue] = values_of(result(type=None, unknown_type="オールラウンダー"), sheet(), TERMS)

    assert values.keys() == sheet().ours - {TYPE}
    assert (issue.reason, issue.field, issue.value) == ("RESULT_TYPE_NOT_AN_OPTION", "16タイプ", "オールラウンダー")


def test_a_text_item_gets_a_type_that_we_do_not_know_as_it_is_called():
    values, issues = values_of(
        result(type=None, unknown_type="オールラウンダー"), sheet(ALL, item(TYPE, "16タイプ")), TERMS
    )

    assert (values[TYPE], issues) == (("オールラウンダー",), [])


def test_a_type_that_is_no_option_is_an_error():
    usable = sheet(ALL, item(TYPE, "16タイプ", "enum", options=OPTIONS[1:]))

    _, [issue] = values_of(result(type=1), usable, TERMS)

    assert (issue.reason, issue.value) == ("RESULT_TYPE_NOT_AN_OPTION", "プロモーター（推進者）")
    assert ALL.name in sentence(issue)


def test_a_text_longer_than_the_item_is_an_error():
    usable = sheet(ALL, item(LINK, "受検者詳細リンク", max_length=20))

    _, [issue] = values_of(result(), usable, TERMS)

    assert (issue.reason, issue.field, issue.value) == ("RESULT_VALUE_TOO_LONG", "受検者詳細リンク", link(1))
    assert "20文字" in sentence(issue)
    assert ALL.name in sentence(issue)


def test_a_text_of_just_the_longest_length_is_sent():
    usable = sheet(ALL, item(LINK, "受検者詳細リンク", max_length=len(link(1))))

    assert values_of(result(), usable, TERMS)[1] == []


def target(text):
    """By somebody who has read no address before."""
    return Links(SITE, f"/results/{NIL}/").target(text)


@pytest.mark.parametrize(
    "text",
    [
        link(7),
        link(7, "http://old.example.com:8000"),
        f" {link(7)} ",
        link(7).upper().replace("RESULTS", "results"),
        f"{link(7)}?from=kaonavi#scores",
    ],
)
def test_a_link_is_ours_by_its_path_whatever_the_host(text):
    assert target(text) == uuid(7)


def test_a_link_is_ours_in_capitals_too():
    assert target(link(0xABC).upper()) == target(link(0xABC)) == uuid(0xABC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "メモ",
        "https://mikiwame.example.co.jp/results/",
        "https://mikiwame.example.co.jp/results/7/",
        link(7).rstrip("/"),
        f"{link(7)}edit/",
        "https://mikiwame.example.co.jp/other" + link(7).partition("/results")[2],
        "https://[mikiwame",
    ],
)
def test_any_other_link_is_not(text):
    assert target(text) is None


@pytest.mark.parametrize(
    "site",
    [
        "https://hr.example.co.jp/mikiwame",
        "http://localhost:8000",
        "https://mikiwame.example.co.jp/mikiwame/old/",
        "mikiwame.example.co.jp",
        "mikiwame.example.co.jp:8000",
        "'https://mikiwame.example.co.jp",
        "",
    ],
)
def test_a_link_is_ours_whatever_the_host_and_whatever_stands_before_the_page(site):
    at_a_path = Links("https://hr.example.co.jp/mikiwame", "/results/00000000-0000-0000-0000-000000000000/")

    assert at_a_path.to(uuid(3)) == f"https://hr.example.co.jp/mikiwame/results/{uuid(3)}/"
    assert at_a_path.target(link(3, site)) == target(link(3, site)) == uuid(3)


@pytest.mark.parametrize(
    ("number", "some", "others"),
    [
        (LISTENING, ("50",), ("50.0",)),
        (LISTENING, ("５０",), ("50.0",)),
        (LISTENING, (), ("",)),
        (DATE, ("2026-04-01",), ("2026/4/1",)),
        (DATE, ("2026-04-01",), ("2026-04-01 00:00:00",)),
        (MEMO, ("面談済み ",), ("面談済み",)),
    ],
)
def test_values_are_compared_by_what_they_mean(number, some, others):
    assert same_values(some, others, number, sheet())


@pytest.mark.parametrize(
    ("number", "some", "others"),
    [
        (LISTENING, ("50.1",), ("50.0",)),
        (LISTENING, (), ("0.0",)),
        (DATE, ("2026-04-01",), ("2026-04-02",)),
        (TYPE, ("シーカー (探求者)",), ("シーカー（探求者）",)),
        (MEMO, ("a",), ("a", "b")),
        (LISTENING, ("高い",), ("低い",)),
        (DATE, ("いつか",), ("あとで",)),
    ],
)
def test_other_values_are_different(number, some, others):
    assert not same_values(some, others, number, sheet())


def test_records_are_the_same_in_any_order_but_not_in_any_number():
    a, b = record({DATE: "2026-04-01"}), record({DATE: "2026-04-02"})

    assert same_records([a, b, a], [a, a, b], sheet(ALL))
    assert not same_records([a, b], [a, a, b], sheet(ALL))
    assert same_records([record({LISTENING: "50"})], [record({LISTENING: "50.0"})], sheet())


def test_calculated_items_and_empty_records_do_not_count():
    plain, calculated = record({DATE: "2026-04-01"}), record({DATE: "2026-04-01", AGE: "38"})

    assert same_records([plain], [calculated, Record({}), Record({MEMO: ()})], sheet(ALL))


def test_the_newest_result_is_the_last_by_date_then_completion_then_number():
    noon, evening = datetime(2026, 4, 1, 12, tzinfo=UTC), datetime(2026, 4, 1, 18, tzinfo=UTC)
    day = date(2026, 4, 1)
    in_order = [
        result(9, date(2025, 4, 1), evening),
        result(8, day),
        result(2, day, noon),
        result(3, day, noon),
        result(1, day, evening),
        result(4, date(2026, 4, 2)),
    ]

    assert sorted([in_order[n] for n in (3, 0, 5, 2, 4, 1)], key=lambda each: each.age) == in_order
