"""A finding in words: those for カオナビ's data, and those for a file, where somebody mends the line."""

import pytest

from integrations.reasons import REASONS, Reason, Severity
from integrations.reasons.entry import NEVER_WORKED
from integrations.rules.mentions import blanks_of
from integrations.rules.plan import Finding, finding
from integrations.rules.wording import FIELDS, WORDS, Issue, in_words

UNKNOWN = finding(
    Reason.DEPARTMENT_VALUE_TOO_LONG,
    key="A1",
    name="営業部",
    email="a@b",
    field="所属名",
    value="営業部営業部",
    detail="（補足）",
    line=3,
    object_id=7,
    limit=5,
    length=6,
)


def test_of_a_file_it_says_the_words_of_its_columns():
    assert in_words(UNKNOWN, of_file=True) == Issue(
        severity=Severity.ERROR,
        reason=Reason.DEPARTMENT_VALUE_TOO_LONG,
        subject_key="A1",
        subject_name="営業部",
        email="a@b",
        field="部署名",
        value="営業部営業部",
        detail="部署名が5文字を超えています（6文字）。（補足）",
        remedy="ファイルのこの行の部署名を5文字以内に短くしてください。",
        line=3,
        object_id=7,
    )


def test_of_kaonavi_it_says_kaonavis_words():
    told = in_words(UNKNOWN)
    assert (told.field, told.detail) == ("所属名", "所属名が5文字を超えています（6文字）。（補足）")
    assert "カオナビ" in told.remedy
    assert told.remedy == REASONS[UNKNOWN.reason].remedy.format(field="所属名", limit=5)


def test_a_sentence_names_its_line_where_it_has_one():
    told = in_words(UNKNOWN, of_file=True)
    assert told.sentence == f"3行目：{told.detail}"
    assert in_words(finding(Reason.MEMBER_NAME_MISSING)).sentence == REASONS[Reason.MEMBER_NAME_MISSING].sentence


def test_what_has_no_words_of_its_own_in_a_file_and_a_field_that_is_called_alike_stay():
    told = in_words(finding(Reason.FILE_CELL_IS_DATE, field="役職", value="1月2日"), of_file=True)
    assert "役職" in told.detail
    assert "1月2日" in told.detail
    assert told.detail == in_words(finding(Reason.FILE_CELL_IS_DATE, field="役職", value="1月2日")).detail


def test_what_is_absurdly_long_is_cut_in_a_file_and_came_cut_from_kaonavi():
    key, name, email, value = (f"{letter * 300}" for letter in "abcd")
    found = finding(Reason.MEMBER_NAME_MISSING, key=key, name=name, email=email, value=value)
    told, cut = in_words(found), in_words(found, of_file=True)
    assert (told.subject_key, told.subject_name, told.email, told.value) == (key, name, email, value)
    assert [cut.subject_key, cut.subject_name, cut.email, cut.value] == [f"{letter * 253}…" for letter in "abcd"]


def test_so_are_the_words_of_a_sentence_and_numbers_stay_numbers():
    found = finding(Reason.DEPARTMENT_PARENT_LOOP, key="A1", parent="長" * 300)
    assert in_words(found, of_file=True).remedy == (
        f"ファイルで、この部署と「{'長' * 253}…」の上下の関係を正してください。"
    )
    assert f"「{'長' * 300}」" in in_words(found).remedy


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (
            finding(Reason.DEPARTMENT_CODE_DUPLICATE, key="A1", times=2),
            "部署コード「A1」がファイルに2行あるため、どれも取り込みませんでした。",
        ),
        (finding(Reason.RUN_CANCELLED, name="佐藤"), REASONS[Reason.RUN_CANCELLED].sentence.format(name="佐藤")),
        (
            finding(Reason.DEPARTMENT_PARENT_UNKNOWN, value="X"),
            "親部署「X」がファイルにもミキワメにもありません。",
        ),
        (
            finding(Reason.MEMBER_DEPARTMENT_UNKNOWN, field="部署コード", value="X", department="Y"),
            "部署コード「X」の部署がミキワメにありません。",
        ),
    ],
)
def test_the_blanks_of_a_sentence_are_filled(found: Finding, told: str):
    assert in_words(found, of_file=True).detail == told


@pytest.mark.parametrize("column", FIELDS)
def test_columns_of_departments_have_the_names_of_a_file(column: str):
    found = finding(Reason.DEPARTMENT_VALUE_TOO_LONG, field=column, limit=1, length=2)
    assert in_words(found, of_file=True).field == FIELDS[column]
    assert in_words(found).field == column


def test_where_a_tick_may_be_missing_the_remedy_begins_with_it():
    found = finding(Reason.KAONAVI_NOT_FOUND, field="所属ツリー", missing_ticks="「所属ツリー」の「取得」")
    told = in_words(found).remedy
    assert told == NEVER_WORKED.format(ticks="「所属ツリー」の「取得」") + REASONS[Reason.KAONAVI_NOT_FOUND].remedy
    assert in_words(finding(Reason.KAONAVI_NOT_FOUND, field="所属ツリー")).remedy == REASONS[found.reason].remedy


def test_a_member_that_could_not_be_read_is_told_by_its_place():
    found = finding(Reason.MEMBER_UNREADABLE, key="1002", position=12)
    assert in_words(found).detail.startswith(REASONS[found.reason].sentence.format(position=12))
    assert "12件目" in in_words(found).detail


@pytest.mark.parametrize("reason", WORDS)
def test_no_sentence_of_a_file_leaves_a_blank_open(reason: Reason):
    sentence, remedy = WORDS[reason]
    words = dict.fromkeys(blanks_of(sentence + remedy) - {"key", "field", "value"}, "x")
    told = in_words(Finding(reason, "k", field="f", value="v", params=words), of_file=True)
    assert "{" not in told.detail + told.remedy
