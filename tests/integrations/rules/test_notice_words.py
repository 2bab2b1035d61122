"""A notice in words, to the letter: what happened, what to do, and where."""

from datetime import datetime

import pytest

from integrations.rules.notice_words import Facts, kinds_of, words
from integrations.rules.notices import Due, Matter, Occasion, Telling

AT = datetime(2026, 11, 30, 7, 5)  # noqa: DTZ001 - in the zone that it comes in
FACTS = Facts(
    label="カオナビ社員情報取込",
    status="一部エラー",
    at=AT,
    by_itself=True,
    counts={"created": 1234, "failed": 2},
    problems={"MEMBER_MAIL_DUPLICATE": 1100},
    days=7,
)
LOOK = "下のリンクの画面で、理由と対処方法を確認してください。"
WHEN = "2026/11/30 07:05、自動実行"
COUNTS = "新規1,234 更新0 変更なし0 対象外0 エラー2"
TO_HOLD = "内容を確認して、実行または中止を選んでください。それまで、自動実行は始まりません。"
TO_KEY = "新しい認証情報を入力すると、再開できます。それまで、同期と登録は行えません。"
TO_WAKE = "自動実行のスケジュールと、サーバー（worker と beat）が動いているかを確認し、必要なら実行してください。"
NOTHING = "対応は必要ありません。"
SHARED = "「メールアドレスの重複」のためです。"


def said(occasion: Occasion, telling: Telling, facts: Facts, sort: str = "") -> tuple[str, str, str]:
    """Subject without its mark, detail, what to do."""
    subject, text = words(Due(Matter(occasion), telling, 1, sort), facts, "link")
    happened = subject.removeprefix("【ミキワメ連携】")
    first, to_do, link = text.split("\n")
    assert (first.startswith(happened), first[-1], link) == (True, "。", "link")
    return happened, first.removeprefix(happened)[:-1], to_do


@pytest.mark.parametrize(
    ("occasion", "telling", "sort", "expected"),
    [
        (
            Occasion.FAILED,
            Telling.NEW,
            "MEMBER_MAIL_DUPLICATE",
            ("カオナビ社員情報取込が「一部エラー」で終わりました", f"（{WHEN}）", SHARED + LOOK),
        ),
        (
            Occasion.FAILED,
            Telling.REMINDER,
            "UNHEARD_OF",
            ("カオナビ社員情報取込が続けて「一部エラー」で終わりました", f"（{WHEN}）", LOOK),
        ),
        (
            Occasion.PROBLEMS,
            Telling.NEW,
            "",
            (
                "カオナビ社員情報取込が「一部エラー」で終わり、新しい問題が1,100件あります",
                f"（{WHEN}。{COUNTS}）",
                "メールアドレスの重複 1,100件。要対応で、対処方法を確認してください。",
            ),
        ),
        (
            Occasion.HELD,
            Telling.NEW,
            "",
            ("カオナビ社員情報取込が「確認待ち」で止まっています", f"（{WHEN}。{COUNTS}）", TO_HOLD),
        ),
        (
            Occasion.HELD,
            Telling.REMINDER,
            "",
            ("カオナビ社員情報取込が引き続き「確認待ち」で止まっています", f"（{WHEN}。{COUNTS}）", TO_HOLD),
        ),
        (
            Occasion.KEYS,
            Telling.NEW,
            "",
            ("カオナビとの連携が切れています", "（カオナビが認証情報を受け付けませんでした）", TO_KEY),
        ),
        (
            Occasion.KEYS,
            Telling.REMINDER,
            "",
            ("カオナビとの連携が引き続き切れています", "（カオナビが認証情報を受け付けませんでした）", TO_KEY),
        ),
        (
            Occasion.SILENCE,
            Telling.NEW,
            "",
            ("カオナビ社員情報取込が7日間成功していません", "（最後の成功は2026/11/30 07:05）", TO_WAKE),
        ),
        (Occasion.KEYS, Telling.OVER, "", ("復旧しました：カオナビとの連携が再開しました", "", NOTHING)),
        (
            Occasion.FAILED,
            Telling.OVER,
            "",
            ("復旧しました：カオナビ社員情報取込が「一部エラー」で終わりました", f"（{WHEN}。{COUNTS}）", NOTHING),
        ),
    ],
)
def test_each_occasion_has_its_words(occasion, telling, sort, expected):
    assert said(occasion, telling, FACTS, sort) == expected


def test_what_is_not_known_is_not_told():
    bare = Facts(label="カオナビ社員情報取込", status="成功", at=AT)
    assert said(Occasion.SILENCE, Telling.NEW, Facts(label="取込", days=3)) == (
        "取込が3日間成功していません",
        "（まだ一度も成功していません）",
        TO_WAKE,
    )
    assert said(Occasion.FAILED, Telling.OVER, bare)[1] == "（2026/11/30 07:05）"
    assert said(Occasion.FAILED, Telling.OVER, Facts(label="取込"))[1] == ""


def test_without_a_connection_it_says_that_nothing_starts_by_itself():
    assert said(Occasion.SILENCE, Telling.NEW, Facts(label="取込", days=3, is_connected=False))[2] == (
        "カオナビと連携していないため、自動実行は何も開始しません。連携するか、自動実行のスケジュールを外してください。"
    )


def test_in_practice_the_subject_says_so():
    due = Due(Matter(Occasion.KEYS), Telling.NEW, 1)
    assert words(due, FACTS, "link", is_practice=True)[0] == (
        "【ミキワメ連携】【練習モード】カオナビとの連携が切れています"
    )


def test_at_most_three_kinds_of_problems_are_named_the_most_first_and_equal_ones_by_their_code():
    problems = {"Z": 2, "Y": 2, "MEMBER_MAIL_DUPLICATE": 1100, "B": 1000, "A": 1}
    assert kinds_of(problems) == "メールアドレスの重複 1,100件、B 1,000件、Y 2件、ほか 3件"
    assert kinds_of({"B": 1}) == "B 1件"
    assert kinds_of({}) == ""
