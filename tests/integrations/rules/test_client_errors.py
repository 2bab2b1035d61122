"""What カオナビ's client raises, in the words of the table of reasons."""

import re

import pytest

from integrations.kaonavi import errors
from integrations.kaonavi.errors import KaonaviError, MustWait, NotFound, NotPermitted, RequestRefused, TokenRefused
from integrations.reasons import Reason
from integrations.rules.client_errors import finding_of, sheet_issue
from integrations.rules.plan import Finding, finding
from tests.factories.findings import remedy, sentence

ABOUT = ("所属ツリー", "「メンバー情報（基本情報・兼務情報）」の「取得」")
WORDS = ("一件目です。", "二件目")
ALL = [
    errors.CredentialsRefused(WORDS),
    NotPermitted(*ABOUT, WORDS),
    TokenRefused(*ABOUT, WORDS),
    NotFound(*ABOUT, WORDS),
    RequestRefused(400, *ABOUT, WORDS),
    errors.TooLarge(413, *ABOUT, WORDS),
    errors.Unavailable("カオナビが利用できない状態です（503）。", WORDS),
    errors.TimedOut("120秒待って打ち切りました。", WORDS),
    errors.NameUnknown("「x」の名前解決に失敗しました。", WORDS),
    errors.ConnectionRefused("x", WORDS),
    errors.CertificateRejected("x", WORDS),
    errors.ProxyRefused("x", WORDS),
    errors.NotUnderstood("JSONではない応答です。", WORDS),
    MustWait(60, "remote", WORDS),
]
NEVER = "一度も成功していません"


@pytest.mark.parametrize("error", ALL, ids=lambda error: type(error).__name__)
def test_each_sentence_is_said_once_and_kaonavis_words_are_among_them(error: KaonaviError | MustWait):
    problem = finding_of(error)
    assert sentence(problem).endswith("カオナビのメッセージ：一件目です。 ／ 二件目")
    sentences = re.split("[。：]", sentence(problem))
    assert len(sentences) == len(set(sentences))
    assert "{" not in sentence(problem) + remedy(problem)


@pytest.mark.parametrize("never_worked", [True, False])
@pytest.mark.parametrize("error", [RequestRefused(400, *ABOUT), NotFound(*ABOUT), errors.TooLarge(413, *ABOUT)])
def test_the_remedy_begins_with_the_tick_until_the_operation_has_worked(
    error: errors.Refused,
    never_worked: bool,  # noqa: FBT001 - a parameter of the test
):
    error.never_worked = never_worked
    told = remedy(finding_of(error))
    assert (NEVER in told) == (ABOUT[1] in told) == never_worked


@pytest.mark.parametrize(
    ("error", "never_worked", "reason", "names_ticks"),
    [
        (NotPermitted(*ABOUT), False, Reason.SHEET_NOT_PERMITTED, True),
        (TokenRefused(*ABOUT), False, Reason.SHEET_NOT_PERMITTED, True),
        (NotFound(*ABOUT), True, Reason.SHEET_MISSING, True),
        (NotFound(*ABOUT), False, Reason.SHEET_MISSING, False),
        (RequestRefused(400, *ABOUT), True, Reason.SHEET_NOT_PERMITTED, True),
        (RequestRefused(400, *ABOUT), False, Reason.KAONAVI_REQUEST_REFUSED, False),
    ],
)
def test_a_sheet_is_called_closed_missing_or_neither(error, never_worked, reason, names_ticks):
    error.never_worked = never_worked
    problem = sheet_issue(error, "全性格検査結果", "取得")
    assert (problem.reason, problem.subject_key) == (reason, "全性格検査結果")
    assert ("操作対象の管理 で" in remedy(problem)) == names_ticks


SAID = "カオナビのメッセージ：一件目です。 ／ 二件目"
TREE, TICK = ABOUT
SHEET = "全性格検査結果"
BOTH_TICKS = "シート「全性格検査結果」の「取得」と「更新」"
AGED = "認証情報（Consumer Key と Consumer Secret）は受け付けられています（応答コード401）。"


@pytest.mark.parametrize(
    ("error", "never_worked", "told"),
    [
        (MustWait(60, "remote", WORDS), False, finding(Reason.KAONAVI_LIMIT, detail=SAID)),
        (MustWait(60, "hour"), False, finding(Reason.KAONAVI_LIMIT)),
        (
            errors.AnswerChanged("メール（mail）"),
            False,
            finding(Reason.KAONAVI_ANSWER_CHANGED, field="メール（mail）"),
        ),
        (errors.Unavailable("503。", WORDS), False, finding(Reason.KAONAVI_UNREACHABLE, detail=f"503。{SAID}")),
        (
            TokenRefused(*ABOUT, WORDS),
            True,
            finding(Reason.KAONAVI_NOT_PERMITTED, field=TREE, detail=AGED + SAID, ticks=TICK),
        ),
        (
            RequestRefused(400, *ABOUT),
            True,
            finding(
                Reason.KAONAVI_REQUEST_REFUSED,
                field=TREE,
                detail="応答コードは400です。",
                ticks=TICK,
                missing_ticks=TICK,
            ),
        ),
        (NotFound(*ABOUT, WORDS), False, finding(Reason.KAONAVI_NOT_FOUND, field=TREE, detail=SAID, ticks=TICK)),
    ],
)
def test_each_says_what_is_special_about_it_to_the_letter(error, never_worked, told: Finding):
    error.never_worked = never_worked
    assert finding_of(error) == told


@pytest.mark.parametrize(
    ("error", "never_worked", "told"),
    [
        (
            NotFound(*ABOUT, WORDS),
            True,
            finding(Reason.SHEET_MISSING, key=SHEET, field="更新", detail=SAID, missing_ticks=BOTH_TICKS),
        ),
        (NotFound(*ABOUT), False, finding(Reason.SHEET_MISSING, key=SHEET, field="更新")),
        (
            RequestRefused(400, *ABOUT, WORDS),
            False,
            finding(
                Reason.KAONAVI_REQUEST_REFUSED,
                key=SHEET,
                detail=f"対象はシート「全性格検査結果」の更新です。応答コードは400です。{SAID}",
            ),
        ),
        (
            RequestRefused(400, *ABOUT, WORDS),
            True,
            finding(Reason.SHEET_NOT_PERMITTED, key=SHEET, field="更新", detail=f"応答コードは400です。{SAID}"),
        ),
        (
            TokenRefused(*ABOUT, WORDS),
            False,
            finding(Reason.SHEET_NOT_PERMITTED, key=SHEET, field="更新", detail=AGED + SAID),
        ),
    ],
)
def test_of_a_sheet_it_says_which_and_what_was_asked_of_it(error, never_worked, told: Finding):
    error.never_worked = never_worked
    assert sheet_issue(error, SHEET, "更新") == told
