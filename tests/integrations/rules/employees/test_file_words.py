"""The sync's reasons in the words of a file."""

import pytest

from integrations.reasons import REASONS, Reason
from integrations.rules.plan import issue
from integrations.rules.wording import FIELDS, WORDS, file_issue, retell

SYNC_ONLY = {  # which only カオナビ's answers or its layout can cause
    Reason.DEPARTMENT_BECAME_ROOT,
    Reason.DEPARTMENT_NAME_QUALIFIED,
    Reason.MEMBER_ITEM_AMBIGUOUS,
    Reason.MEMBER_KANA_MISSING,
    Reason.MEMBER_NAME_NOT_SPLIT,
}


@pytest.mark.parametrize(
    "reason",
    [reason for reason in Reason if reason.startswith(("DEPARTMENT_", "MEMBER_")) and reason not in SYNC_ONLY],
)
def test_nobody_is_sent_to_kaonavi_to_mend_a_file(reason):
    entry = REASONS[reason]
    assert "カオナビ" not in "".join(WORDS.get(reason, (entry.sentence, entry.remedy)))


def test_a_reason_keeps_its_words_and_what_was_added_to_them():
    said = issue(
        Reason.DEPARTMENT_PARENT_LOOP,
        key="10",
        field="1階層上位の所属",
        detail="よく見てください。",
        parent="営業部（10）",
    )
    told = retell(said, 3)
    assert told.detail == "3行目：親部署をたどると自分自身に戻ります。よく見てください。"
    assert "「営業部（10）」" in told.remedy
    assert (told.reason, told.severity, told.field) == (said.reason, said.severity, "親部署コード")


def test_what_is_about_the_file_as_a_whole_has_no_line():
    assert file_issue(Reason.FILE_COLUMN_MISSING, None, field="姓").detail == "列「姓」がありません。"


def test_a_value_with_braces_is_told_as_it_is():
    assert "「{key}」" in file_issue(Reason.MEMBER_DEPARTMENT_UNKNOWN, 2, field="部署コード", value="{key}").detail


def test_the_sync_s_names_of_our_columns_are_translated():
    assert set(FIELDS.values()) == {"部署コード", "部署名", "親部署コード"}
