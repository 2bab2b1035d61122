"""The table of the link manual's 手順3, 注意事項 4, word for word: eight people, ○ and ×."""

import pytest

from tests.factories.kaonavi import member
from tests.integrations.rules.employees.plans import outcomes, plan, reasons

# 部署名(所属コード) | 氏名 | 氏名カナ | メールアドレス | 連携可否 | (why not)
TABLE = [
    ("営業部(A001)", "ミキワメ 太郎", "ミキワメ タロウ", "001@aaa.com", "○", None),
    ("—", "ミキワメ 次郎", "ミキワメ ジロウ", "002@aaa.com", "○", None),
    ("サポート部(A004)", "ミキワメ 三郎", "ミキワメ サブロウ", "003@aaa.com", "×", "MEMBER_DEPARTMENT_UNKNOWN"),
    ("開発部(A002)", "—", "ミキワメ シロウ", "004@aaa.com", "×", "MEMBER_NAME_MISSING"),
    ("人事部(A003)", "ミキワメ 五郎", "—", "005@aaa.com", "×", "MEMBER_KANA_MISSING"),
    ("人事部(A003)", "ミキワメ 六郎", "ミキワメ ロクロウ", "—", "×", "MEMBER_MAIL_MISSING"),
    ("人事部(A003)", "ミキワメ 七郎", "ミキワメ ナナロウ", "007@aaa.com", "×", "MEMBER_MAIL_DUPLICATE"),
    ("人事部(A003)", "ミキワメ 八郎", "ミキワメ ハチロウ", "007@aaa.com", "×", "MEMBER_MAIL_DUPLICATE"),
]
CODES = {"営業部(A001)": "A001", "サポート部(A004)": "A004", "開発部(A002)": "A002", "人事部(A003)": "A003", "—": ""}


def cell(text: str) -> str:
    """A dash in the manual's table stands for a blank."""
    return "" if text == "—" else text


MEMBERS = [
    member(f"{number:03}", cell(name), cell(kana), mail=cell(mail), department_code=CODES[department])
    for number, (department, name, kana, mail, _, _) in enumerate(TABLE, start=1)
]


@pytest.fixture
def made():
    return plan(*MEMBERS)


@pytest.mark.parametrize("row", range(8), ids=[mail for *_, mail, _, _ in TABLE])
def test_it_takes_or_leaves_each_of_the_eight_as_the_manual_says(made, row):
    *_, taken, reason = TABLE[row]
    assert (made.outcomes[row] == "created") is (taken == "○")
    assert [issue.reason for issue in made.issues if issue.subject_key == MEMBERS[row].code] == (
        [reason] if reason else []
    )


def test_of_the_eight_two_are_taken(made):
    assert [(change.key, change.name) for change in made.changes] == [
        ("001@aaa.com", "ミキワメ 太郎"),
        ("002@aaa.com", "ミキワメ 次郎"),
    ]
    assert outcomes(made) == ["created", "created", "failed", "skipped", "skipped", "skipped", "failed", "failed"]
    assert reasons(made) == [reason for *_, reason in TABLE if reason]
    assert [change.fields["department"] for change in made.changes] == [(None, "A001"), (None, "")]


def test_the_manuals_examples_of_names_are_split_as_printed():
    whole, parted = plan(member("1", "田中太郎"), member("2", "田中 太郎")).changes
    assert (parted.fields["last_name"][1], parted.fields["first_name"][1]) == ("田中", "太郎")
    assert (whole.fields["last_name"][1], whole.fields["first_name"][1]) == ("田中太郎", "")
