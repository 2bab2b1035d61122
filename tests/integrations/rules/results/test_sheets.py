"""Rules 1 and 2: the sheets and their items are found by name, and checked before anything is sent."""

import pytest

from integrations.rules.results import sheets
from integrations.rules.results.sheets import ALL, LATEST, candidates, fields_of, find_sheet, match_fields, usable_sheet
from tests.factories.findings import remedy, sentence
from tests.integrations.rules.results.making import DATE, FEELING, LISTENING, SCALES, item, layout, sheet


def matches(of, kind=LATEST, chosen=None):
    return match_fields(of, fields_of(kind, SCALES, chosen or {}))


def problems(of, kind=LATEST, chosen=None):
    return [(match.field.label, match.issue.reason) for match in matches(of, kind, chosen) if match.issue]


def values_told(of, kind=LATEST, chosen=None):
    """What the issues say of each item: the sheet, the item of ours and what stands in its place."""
    issues = [match.issue for match in matches(of, kind, chosen) if match.issue]
    assert {issue.subject_key for issue in issues} == {of.name}
    return [(issue.field, issue.value) for issue in issues]


def item_of(label, of, kind=LATEST, chosen=None):
    return next(match.item for match in matches(of, kind, chosen) if match.field.label == label)


@pytest.mark.parametrize(
    "name", ["最新性格検査結果（ミキワメ連携）", "最新性格検査結果(ミキワメ連携)", "最新性格検査結果 (ミキワメ連携)"]
)
def test_a_sheet_is_found_with_either_kind_of_brackets(name):
    found = find_sheet([layout(name="別のシート"), layout(name=name, id=7)], LATEST)

    assert found is not None
    assert found.id == 7


def test_of_two_such_sheets_the_one_spelled_as_the_template_is_taken():
    twins = [layout(id=1, name="最新性格検査結果(ミキワメ連携)"), layout(id=2)]

    assert find_sheet(twins, LATEST) == twins[1]


def test_of_two_spelled_otherwise_it_is_the_one_with_the_right_form_else_the_older_one():
    wrong = layout(id=1, name="最新性格検査結果(ミキワメ連携)", record_type=1)
    newer = layout(id=3, name="最新性格検査結果 (ミキワメ連携)")
    older = layout(id=2, name="最新性格検査結果(ミキワメ連携)")

    assert find_sheet([wrong, newer], LATEST) == newer
    assert find_sheet([newer, older], LATEST) == older


def test_no_other_sheet_will_do():
    assert find_sheet([layout(name="最新性格検査結果")], LATEST) is None


def test_all_items_for_numbers_and_days_are_known_others_too_and_a_scale_kept_as_text():
    usable = sheet(LATEST, item(20, "枚数", "number"), item(21, "面談日", "date"), item(LISTENING, "傾聴傾向"))

    assert (usable.id, usable.numbers, usable.dates) == (58, {LISTENING, FEELING, 20}, {DATE, 21})
    assert sheet(LATEST, item(DATE, "受検日")).dates == {DATE}


@pytest.mark.parametrize("kind", [LATEST, ALL])
def test_the_template_has_every_item(kind):
    template = layout(kind)

    usable = usable_sheet(template, kind, matches(template, kind))

    assert usable is not None
    assert set(usable.fields) == {"taken_on", "personality_type", "link"} | (
        {"scale:listening", "scale:emotional_consideration"} if kind is LATEST else set()
    )


def test_the_name_of_the_settings_comes_before_the_literal_one():
    of = layout(LATEST, item(20, "テスト日", "date"))

    assert item_of("受検日", of, chosen={"taken_on": "テスト日"}).id == 20


def test_a_scale_too_is_found_by_the_name_of_the_settings():
    of = layout(LATEST, item(20, "聴く力", "number"))

    assert item_of("傾聴傾向", of, chosen={"scale:listening": "聴く力"}).id == 20


def test_the_day_comes_first_then_the_scales_then_type_and_link():
    assert [field.key for field in fields_of(LATEST, SCALES[:1], {})] == [
        "taken_on",
        "scale:listening",
        "personality_type",
        "link",
    ]


def test_a_name_of_the_settings_that_is_not_there_leaves_the_literal_one():
    assert item_of("受検日", layout(), chosen={"taken_on": "テスト日"}).name == "受検日"


def test_the_literal_name_comes_before_an_alias():
    of = layout(LATEST, item(20, "感情配慮志向", "number"))

    assert item_of("感情配慮志向", of).id == 20
    assert item_of("感情配慮志向", layout()).id == FEELING


def test_names_match_without_blanks_and_in_either_width():
    of = layout(ALL, item(20, "１６ タイプ", "enum"), without=["16タイプ"])

    assert item_of("16タイプ", of, ALL).id == 20


def test_two_items_for_one_field_are_ambiguous():
    of = layout(ALL, item(20, "受検者詳細URL"), item(21, "受検者詳細"), without=["受検者詳細リンク"])

    assert problems(of, ALL) == [("受検者詳細リンク", "SHEET_ITEM_AMBIGUOUS")]
    assert values_told(of, ALL) == [("受検者詳細リンク", "受検者詳細、受検者詳細URL")]


def test_two_items_of_the_same_name_are_ambiguous():
    of = layout(ALL, item(20, "受検 日", "date"))

    assert problems(of, ALL) == [("受検日", "SHEET_ITEM_AMBIGUOUS")]


def test_one_item_for_two_fields_is_ambiguous():
    assert problems(layout(ALL), ALL, chosen={"link": "16タイプ"}) == [
        ("16タイプ", "SHEET_ITEM_AMBIGUOUS"),
        ("受検者詳細リンク", "SHEET_ITEM_AMBIGUOUS"),
    ]
    assert values_told(layout(ALL), ALL, chosen={"link": "16タイプ", "taken_on": "16タイプ"}) == [
        ("受検日", "16タイプ、16タイプと共通、受検者詳細リンクと共通"),
        ("16タイプ", "16タイプ、受検日と共通、受検者詳細リンクと共通"),
        ("受検者詳細リンク", "16タイプ、16タイプと共通、受検日と共通"),
    ]


def test_a_missing_item_is_an_issue_of_its_own():
    of = layout(without=["受検日", "傾聴傾向"])

    assert problems(of) == [("受検日", "SHEET_ITEM_MISSING"), ("傾聴傾向", "SHEET_ITEM_MISSING")]
    assert values_told(of) == [("受検日", ""), ("傾聴傾向", "")]


def test_a_missing_optional_scale_is_left_out_silently():
    assert item_of("競争心", layout()) is None
    assert problems(layout()) == []


def test_an_optional_scale_is_sent_where_the_sheet_has_its_item():
    assert item_of("競争心", layout(LATEST, item(20, "競争心", "number"))).id == 20


@pytest.mark.parametrize(
    "unwritable", [{"read_only": True}, {"type": "calc"}, {"type_detail": "attach_file"}, {"type_detail": "face_image"}]
)
def test_an_item_that_cannot_be_written_counts_as_missing(unwritable):
    of = layout(ALL, item(5, "受検者詳細リンク", **unwritable))

    assert problems(of, ALL) == [("受検者詳細リンク", "SHEET_ITEM_MISSING")]
    assert values_told(of, ALL) == [("受検者詳細リンク", "受検者詳細リンク")]


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("受検日", ("date", "string"), ("number", "enum")),
        ("傾聴傾向", ("number", "string"), ("date", "enum")),
        ("16タイプ", ("enum", "string"), ("number", "date")),
        ("受検者詳細リンク", ("string",), ("date", "number", "enum")),
    ],
)
def test_an_item_must_be_of_a_fitting_type(name, good, bad):
    for type_name in good:
        assert problems(layout(LATEST, item(20, name, type_name))) == []
    for type_name in bad:
        assert problems(layout(LATEST, item(20, name, type_name))) == [(name, "SHEET_ITEM_TYPE_WRONG")]


@pytest.mark.parametrize(
    ("type_name", "word"), [("number", "数値"), ("enum", "選択"), ("something new", "something new")]
)
def test_a_wrong_type_is_told_in_kaonavi_s_word_for_it(type_name, word):
    assert values_told(layout(ALL, item(1, "受検日", type_name)), ALL) == [("受検日", word)]


def test_an_item_for_year_and_month_has_no_room_for_the_day():
    assert problems(layout(ALL, item(1, "受検日", "date", type_detail="year_month")), ALL) == [
        ("受検日", "SHEET_ITEM_TYPE_WRONG")
    ]


def test_a_sheet_with_the_wrong_record_type_is_not_used():
    of = layout(LATEST, record_type=1)

    issue = sheets.wrong_form(of, LATEST)

    assert issue is not None
    assert (issue.reason, issue.subject_key) == ("SHEET_TYPE_WRONG", LATEST.name)
    assert "単一レコード" in sentence(issue)
    assert usable_sheet(of, LATEST, matches(of)) is None


def test_a_sheet_with_one_wrong_item_is_not_used():
    of = layout(without=["受検日"])

    assert usable_sheet(of, LATEST, matches(of)) is None


def test_a_person_may_choose_among_free_items_of_a_fitting_type():
    of = layout(
        LATEST,
        item(20, "検査の日", "date"),
        item(21, "備考"),
        item(22, "年齢", "calc", read_only=True),
        item(23, "枚数", "number"),
        without=["受検日"],
    )
    found = matches(of)

    assert candidates(of, found, found[0].field) == ("検査の日", "備考")


def test_each_sheet_that_is_missing_comes_with_the_manual_s_steps():
    issue = sheets.missing_sheet(LATEST)

    assert issue.subject_key == LATEST.name
    assert "テンプレートを利用する" in remedy(issue)
