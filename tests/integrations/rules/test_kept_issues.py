"""Which problems of a run are kept."""

from string import Formatter

import pytest

from integrations.reasons import REASONS, Reason
from integrations.rules import kept_issues
from integrations.rules.kept_issues import split_kept
from integrations.rules.plan import Finding

KANA, MAIL = Reason.MEMBER_KANA_MISSING, Reason.MEMBER_MAIL_MISSING  # 対象外
INVALID, DATE, NUMBER = Reason.MEMBER_MAIL_INVALID, Reason.MEMBER_DATE_INVALID, Reason.MEMBER_NUMBER_INVALID  # エラー
DOUBT = Reason.MEMBER_IDENTITY_UNCERTAIN


@pytest.fixture(autouse=True)
def _ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_issues, "MOST_ISSUES", 10)


def some(reason: Reason, count: int) -> list[Finding]:
    words = {name: "?" for _, name, _, _ in Formatter().parse(REASONS[reason].sentence) if name}
    return [Finding(reason, str(number), params=words) for number in range(count)]


def told(issues: list[Finding]) -> list[tuple[Reason, str]]:
    return [(problem.reason, problem.subject_key) for problem in issues]


def test_what_finds_room_is_kept_as_it_is():
    issues = [*some(INVALID, 10), *some(KANA, 10)]
    assert split_kept(issues, {}) == (issues, {})


def test_the_first_ones_are_kept_in_their_order_and_the_others_counted():
    kept, left_out = split_kept(some(INVALID, 25), {})
    assert told([*kept]) == [(INVALID, str(number)) for number in range(10)]
    assert left_out == {INVALID: 15}


@pytest.mark.parametrize(("flood", "other"), [(INVALID, DATE), (DATE, INVALID)])
def test_no_flood_of_one_reason_hides_another(flood: Reason, other: Reason):
    kept, left_out = split_kept([*some(flood, 500), *some(other, 3)], {})
    assert [problem.reason for problem in kept] == [flood] * 7 + [other] * 3
    assert left_out == {flood: 493}


def test_three_floods_share_the_room_to_the_last_place():
    kept, left_out = split_kept([*some(INVALID, 9), *some(DATE, 8), *some(NUMBER, 7)], {})
    assert [problem.reason for problem in kept] == [INVALID] * 4 + [DATE] * 3 + [NUMBER] * 3
    assert left_out == {INVALID: 5, DATE: 5, NUMBER: 4}


def test_each_severity_has_room_of_its_own():
    kept, left_out = split_kept([*some(KANA, 50), *some(INVALID, 10)], {})
    assert (len(kept), left_out) == (20, {KANA: 40})


def test_room_is_what_the_run_has_not_filled_yet_and_each_reason_finds_at_least_some():
    kept, left_out = split_kept([*some(INVALID, 5), *some(DATE, 5), *some(KANA, 5)], {"error": 12, "skipped": 8})
    assert [problem.reason for problem in kept] == [INVALID, DATE, KANA, KANA]
    assert left_out == {INVALID: 4, DATE: 4, KANA: 3}


def test_what_somebody_decides_on_is_always_kept():
    kept, left_out = split_kept([*some(INVALID, 20), *some(DOUBT, 30)], {"error": 4})
    assert [problem.reason for problem in kept] == [INVALID] * 6 + [DOUBT] * 30
    assert left_out == {INVALID: 14}
