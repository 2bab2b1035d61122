"""Shapes without values: whatever JSON it is, the words are ours."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.kaonavi.wire import MEMBERS as CALL
from integrations.kaonavi.wire import Answer
from integrations.probe import documented, report, words
from integrations.probe.documented import KEYS, MEMBERS, REFUSAL
from integrations.probe.questions import Question
from integrations.probe.shapes import KINDS, UNKNOWN_KEY, WHOLE, NoJsonError, shape_of
from tests.samples.recorded import sample

CANARY = "カナリア"
DIGITS = re.compile("[3-8]{4}")  # none of our own words has so many of these in a row


def lines_of(value, shape=MEMBERS):
    return dict(shape_of(json.dumps(value, ensure_ascii=False).encode(), shape).lines())


def canary_texts():
    """Names, codes, dates, addresses, numbers as text: each holds digits or letters that must not be seen again."""
    digits = st.text("345678", min_size=7, max_size=12)
    forms = ("{}", f"{CANARY}{{}}", f"{CANARY}{{}}@example.jp", "https://{}/", "-{}", "{}.5", f"{CANARY} {{}}\n", "0{}")
    return st.builds(lambda form, number: form.format(number), st.sampled_from(forms), digits)


def canary_numbers():
    whole = st.text("345678", min_size=7, max_size=12).map(int)
    return whole | whole.map(lambda number: -number) | whole.map(lambda number: number / 8)


def documents():
    keys = canary_texts() | st.sampled_from(sorted(KEYS))
    leaves = canary_texts() | canary_numbers() | st.booleans() | st.none()
    return st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=30)


def is_clean(text):
    return CANARY not in text and not DIGITS.search(text)


SHAPES = st.sampled_from([*documented.EVERY, {}])


@settings(max_examples=40)
@given(
    documents(), SHAPES, st.dictionaries(canary_texts() | st.sampled_from(sorted(documented.HEADERS)), canary_texts())
)
def test_no_value_and_no_unknown_name_of_any_answer_gets_into_the_report(value, shape, headers):
    body = json.dumps(value, ensure_ascii=False).encode()
    for status in (200, 400):
        answer = Answer(status, headers, body)
        question = Question("題", "理由", CALL, documented=shape)
        assert is_clean("\n".join(report.told(1, question, answer, 0.1, {})))


def ranges(steps, unit):
    return {words.within(value, steps, unit) for value in (0, *steps)}


MASK = re.compile(r"9[-9/.:年月日ヵヶかカケ TZ+…]*")
KNOWN = {
    *KINDS.values(),
    *words.FORMS,
    *words.SCRIPTS,
    *(
        "空文字",
        "空白だけ",
        words.OTHER_SCRIPT,
        "一覧にない値",
        "小数",
        "数ではない値",
        "ないことがある",
        UNKNOWN_KEY,
        WHOLE,
    ),
    *(f"{sign}整数（{digits}）" for sign in ("", "負の") for digits in ("1桁", "2〜5桁", "6〜9桁", "10桁以上")),
    *(json.dumps(value) for shape in documented.EVERY for place in shape.values() for value in place.values),
    *ranges(words.LENGTHS, "字"),
    *ranges(words.COUNTS, "件"),
}


@settings(max_examples=40)
@given(documents() | st.text() | st.dictionaries(st.text(), st.text() | st.floats() | st.integers()), SHAPES)
def test_every_word_about_a_place_is_one_that_stands_here_beforehand(value, shape):
    try:
        found = shape_of(json.dumps(value).encode(), shape)
    except NoJsonError:
        return
    for path, what in found.lines():
        assert {step.replace("[]", "") for step in path.split(".")} - {""} <= {*KEYS, UNKNOWN_KEY, WHOLE}
        said = re.sub("文字の種類は|キーの長さは|長さは|要素は", "", what)
        unknown = {word for word in re.split("、|・|または", said) if word not in KNOWN}
        assert [word for word in unknown if not MASK.fullmatch(word)] == []


def test_people_who_differ_only_in_their_values_look_the_same():
    def company(code, name, day):
        return {"member_data": [{"code": code, "name": name, "birthday": day}]}

    assert lines_of(company("K0031", "森本 葉月", "1992-02-29")) == lines_of(
        company("A9999", "青木 花子", "2001-11-30")
    )


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2026-04-03", "9999-99-99"),
        ("2026/4/3", "9999/9/9"),
        ("2026-04", "9999-99"),
        ("2026年4月", "9999年9月"),
        ("2026年04月03日", "9999年99月99日"),
        ("2026-04-03 08:15:42", "9999-99-99 99:99:99"),
        ("2026-04-03T08:15:42.123456Z", "9999-99-99T99:99:99.9…Z"),
        ("2026-04-03T08:15:42+09:00", "9999-99-99T99:99:99+99:99"),
        ("15年5ヵ月", "99年9ヵ月"),
        ("0032", "先頭が0の数字"),
        ("72", "整数"),
        ("-3", "負の整数"),
        ("72.5", "小数（小数部1桁）"),
        ("72.50", "小数（小数部2桁以上）"),
        ("1,234", "桁区切りのある数"),
        ("a.b@example.jp", "メールアドレス"),
        ("https://example.jp/1", "アドレス（https）"),
        ("", "空文字"),
        (" 　", "空白だけ"),
        ("090-1234-5678", ""),
        ("2024-00123", ""),
    ],
)
def test_a_text_has_the_form_that_one_sees(text, form):
    assert words.form_of(text) == form


def test_other_texts_are_told_by_their_kinds_of_letters_and_a_range_of_lengths():
    people = {"member_data": [{"name": "森本 葉月"}, {"name": "ｶﾅ　𠮷田"}]}
    assert lines_of(people)["member_data[].name"] == (
        "文字、文字の種類は全角空白・半角カタカナ・半角空白・漢字、長さは2〜5字"
    )


def test_blank_null_and_missing_are_told_apart():
    people = {"member_data": [{"mail": ""}, {"mail": None}, {}]}
    assert lines_of(people)["member_data[].mail"] == "nullまたは文字、空文字、長さは0字、ないことがある"


def test_keys_that_nobody_knows_are_told_by_their_lengths_alone():
    found = lines_of({"member_data": {"森本 葉月": 1, "戸田": {"K0031": "x"}}})
    assert found["member_data.（知らないキー）"] == "オブジェクトまたは数値、整数（1桁）、キーの長さは2〜5字"
    assert found["member_data.（知らないキー）.（知らないキー）"].endswith("キーの長さは2〜5字")


def test_of_values_only_those_that_are_kaonavis_own_words_are_told_and_only_at_their_place():
    found = lines_of({"status": "OK", "id": 5120, "messages": ["OK"]}, documented.TASK)
    assert found["status"] == '文字、"OK"'
    assert found["messages[]"] == "文字、文字の種類は英字、長さは2〜5字"
    assert lines_of({"status": "森本"}, documented.TASK)["status"].startswith("文字、一覧にない値")


def test_a_document_without_end_is_looked_at_to_a_depth():
    deep = {"name": 1}
    for _ in range(200):
        deep = {"name": deep, "code": [deep]}
        if len(json.dumps(deep)) > 100_000:
            break
    shape = shape_of(json.dumps(deep).encode(), {})
    assert len(shape.places) <= 400
    assert shape.notes == {"深すぎるか、場所が多すぎるため、見ていない部分があります。"}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "本文がありません"),
        (b"<html>", "Webページ"),
        (b'{"member_data": [{"code": "K00', "途中で切れている"),
        (b"[" * 100_000, "途中で切れている"),
    ],
)
def test_what_is_no_json_is_said_to_be_none(body, why):
    with pytest.raises(NoJsonError, match=why):
        shape_of(body, MEMBERS)


@pytest.mark.parametrize("body", [b'{"name": "\\ud83d"}', b'{"name": "\xff\xfe"}', b'{"name": NaN}'])
def test_half_an_emoji_or_broken_letters_do_not_hide_the_rest(body):
    shape = shape_of(body, {})
    assert "name" in shape.places
    assert shape.notes == {"文字の並びに、正しいJSONではない部分があります。"}


def test_a_byte_order_mark_is_told():
    assert shape_of(b'\xef\xbb\xbf{"errors": []}', REFUSAL).notes == {"先頭にバイト順マーク（BOM）があります。"}


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("members", documented.MEMBERS),
        ("member_layout", documented.MEMBER_LAYOUT),
        ("departments", documented.DEPARTMENTS),
        ("sheet_layouts", documented.SHEET_LAYOUTS),
        ("sheet_single_record", documented.SHEET),
        ("sheet_multiple_records", documented.SHEET),
        ("token", documented.TOKEN),
        ("update_refused", documented.REFUSAL),
        ("update_accepted", documented.ACCEPTED),
        ("task_ok", documented.TASK),
        ("task_ng", documented.TASK),
    ],
)
def test_what_is_documented_is_what_the_recorded_samples_show(name, shape):
    found = shape_of(sample(name).body, shape)
    assert list(found.differences()) == []
    assert set(found.places) - {""} <= set(shape)


def test_differences_name_the_place_and_both_kinds():
    people = {"updated_at": "2026-04-03 08:15:42", "member_data": [{"code": 31, "hobby": "釣り"}]}
    found = dict(shape_of(json.dumps(people).encode(), MEMBERS).differences())
    assert found["member_data[].code"] == "数値がある（説明書は文字）"
    assert found["member_data[].name"] == "ない"
    assert "member_data[].id" not in found
    assert found["（知らないキー）"] == "説明書にないキーがある"
