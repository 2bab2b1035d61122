"""What カオナビ's client raises, in the words of the table of reasons."""

import re

import pytest

from integrations.kaonavi import errors
from integrations.kaonavi.errors import KaonaviError, MustWait, NotFound, NotPermitted, RequestRefused, TokenRefused
from integrations.reasons import Reason
from integrations.rules.client_errors import finding_of, sheet_issue
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
