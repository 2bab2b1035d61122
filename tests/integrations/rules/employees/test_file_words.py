"""The sync's reasons in the words of a file."""

import pytest

from integrations.reasons import REASONS, Reason
from integrations.rules.plan import finding
from integrations.rules.wording import FIELDS, WORDS, in_words
from tests.factories.findings import file_sentence

SYNC_ONLY = {  # which only カオナビ's answers or its layout can cause
    Reason.DEPARTMENT_BECAME_ROOT,
    Reason.DEPARTMENT_NAME_QUALIFIED,
    Reason.MEMBER_EXCLUDED,
    Reason.MEMBER_ITEM_AMBIGUOUS,
    Reason.MEMBER_ITEM_PINNED,
    Reason.MEMBER_KANA_MISSING,
    Reason.MEMBER_NAME_NOT_SPLIT,
    Reason.MEMBER_OUT_OF_SCOPE,
}


@pytest.mark.parametrize(
    "reason",
    [reason for reason in Reason if reason.startswith(("DEPARTMENT_", "MEMBER_")) and reason not in SYNC_ONLY],
)
def test_nobody_is_sent_to_kaonavi_to_mend_a_file(reason):
    entry = REASONS[reason]
    assert "カオナビ" not in "".join(WORDS.get(reason, (entry.sentence, entry.remedy)))


def test_a_reason_keeps_its_words_and_what_was_added_to_them():
    said = finding(
        Reason.DEPARTMENT_PARENT_LOOP,
        line=3,
        key="10",
        field="1階層上位の所属",
        detail="よく見てください。",
        parent="営業部（10）",
    )
    told = in_words(said, of_file=True)
    assert told.sentence == "3行目：親部署をたどると自分自身に戻ります。よく見てください。"
    assert "「営業部（10）」" in told.remedy
    assert (told.reason, told.severity, told.field) == (said.reason, said.severity, "親部署コード")


def test_what_is_about_the_file_as_a_whole_has_no_line():
    assert file_sentence(finding(Reason.FILE_COLUMN_MISSING, field="姓")) == "列「姓」がありません。"


def test_a_value_with_braces_is_told_as_it_is():
    found = finding(Reason.MEMBER_DEPARTMENT_UNKNOWN, line=2, field="部署コード", value="{key}")
    assert "「{key}」" in file_sentence(found)


def test_the_sync_s_names_of_our_columns_are_translated():
    assert set(FIELDS.values()) == {"部署コード", "部署名", "親部署コード"}
