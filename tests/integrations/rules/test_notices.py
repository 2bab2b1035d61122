"""Which notices are due: each thing once, a reminder a day, one word when it is over, and never a flood."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.reasons import REASONS, Reason
from integrations.rules.notice_words import Facts, words
from integrations.rules.notices import DAY, KEYS, MOST_A_DAY, Due, Matter, Occasion, Telling, Told, Trouble, due

JAPAN = timezone(timedelta(hours=9))
START = datetime(2026, 11, 30, 7, tzinfo=JAPAN)
HOUR = timedelta(hours=1)
FAILED = Matter(Occasion.FAILED, "employees")


class Ledger:
    """What a worker that looks again and again has told."""

    def __init__(self) -> None:
        self.told: dict[Matter, list[Told]] = defaultdict(list)
        self.since = START

    def look(self, now: datetime, *troubles: Trouble, over: tuple[Matter, ...] = ()) -> list[Due]:
        found = due(troubles, over, self.told, now=now, since=self.since)
        for each in found:
            row = Told(each.telling, now, each.number, each.sort, each.mark, each.is_silent)
            self.told[each.matter].insert(0, row)
        return found


def tellings(found: list[Due]) -> list[Telling]:
    return [each.telling for each in found if not each.is_silent]


def test_a_failure_is_told_once_and_its_end_once():
    ledger = Ledger()
    failure = Trouble(FAILED, Reason.KAONAVI_TIMED_OUT, 1)
    assert tellings(ledger.look(START, failure)) == [Telling.NEW]
    assert ledger.look(START + HOUR, failure) == []
    assert ledger.look(START + 2 * HOUR, over=(FAILED,)) == [Due(FAILED, Telling.OVER, 2, Reason.KAONAVI_TIMED_OUT, 1)]
    assert ledger.look(START + 3 * HOUR, over=(FAILED,)) == []


def test_after_as_many_messages_as_a_day_may_have_the_next_one_waits_for_the_day_to_pass():
    ledger = Ledger()
    for number in range(MOST_A_DAY):
        assert tellings(ledger.look(START + number * HOUR, Trouble(FAILED, str(number), number))) == [Telling.NEW]
    another = Trouble(FAILED, "another", 9)
    assert ledger.look(START + DAY - HOUR, another) == []
    assert tellings(ledger.look(START + DAY, another)) == [Telling.NEW]


def test_its_end_waits_too():
    ledger = Ledger()
    for number in range(MOST_A_DAY):
        ledger.look(START + number * HOUR, Trouble(FAILED, str(number), number))
    assert ledger.look(START + DAY - HOUR, over=(FAILED,)) == []
    assert tellings(ledger.look(START + DAY, over=(FAILED,))) == [Telling.OVER]


def test_the_end_of_what_was_told_is_told_whatever_else_is_well():
    ledger, silence = Ledger(), Matter(Occasion.SILENCE, "employees")
    ledger.look(START, Trouble(silence))
    assert [each.matter for each in ledger.look(START + HOUR, over=(FAILED, silence))] == [silence]


def test_a_failure_that_nobody_has_tried_again_is_not_told_again():
    ledger = Ledger()
    failure = Trouble(FAILED, Reason.KAONAVI_TIMED_OUT, 1)
    ledger.look(START, failure)
    assert ledger.look(START + 5 * DAY, failure) == []
    assert tellings(ledger.look(START + 5 * DAY, Trouble(FAILED, failure.sort, 2))) == [Telling.REMINDER]


def test_another_reason_is_told_at_once():
    ledger = Ledger()
    ledger.look(START, Trouble(FAILED, Reason.KAONAVI_TIMED_OUT, 1))
    assert tellings(ledger.look(START + HOUR, Trouble(FAILED, Reason.SOURCE_EMPTY, 2))) == [Telling.NEW]


def test_what_is_not_known_to_be_well_is_not_over():
    ledger = Ledger()
    ledger.look(START, Trouble(FAILED, Reason.KAONAVI_TIMED_OUT, 1))
    assert ledger.look(START + HOUR) == []


def test_a_run_that_failed_for_the_keys_is_told_as_that_alone():
    failure, keys = Trouble(FAILED, Reason.KAONAVI_KEYS_REFUSED, 1), Trouble(KEYS)
    assert [each.matter for each in Ledger().look(START, failure, keys)] == [KEYS]
    assert Ledger().look(START, failure, over=(KEYS,)) == []
    assert [each.matter for each in Ledger().look(START, failure)] == [FAILED]
    another = Trouble(FAILED, Reason.KAONAVI_TIMED_OUT, 1)
    assert [each.matter for each in Ledger().look(START, another, keys)] == [FAILED, KEYS]


def test_a_kind_that_is_well_again_says_so_once_whatever_it_had():
    ledger, silence = Ledger(), Matter(Occasion.SILENCE, "employees")
    ledger.look(START, Trouble(FAILED, Reason.KAONAVI_TIMED_OUT, 1), Trouble(silence))
    found = ledger.look(START + HOUR, over=(silence, FAILED))
    assert [(each.matter, each.is_silent) for each in found] == [(FAILED, False), (silence, True)]
    assert ledger.look(START + 2 * HOUR, over=(silence, FAILED)) == []


def test_a_recovery_that_another_matter_has_told_is_not_told_again_once_the_flood_is_over():
    ledger, silence = Ledger(), Matter(Occasion.SILENCE, "employees")
    for number in range(MOST_A_DAY):
        ledger.look(START + number * HOUR, Trouble(FAILED, str(number), number), Trouble(silence))
    found = [ledger.look(START + n * HOUR, over=(FAILED, silence)) for n in range(5, 60)]
    assert [each for due_now in found for each in tellings(due_now)] == [Telling.OVER]


def test_what_waits_is_told_each_day_and_another_one_at_once():
    ledger, held = Ledger(), Matter(Occasion.HELD, "employees")
    times = [START + number * HOUR for number in range(49)]
    found = [tellings(ledger.look(now, Trouble(held, "7", 7))) for now in times]
    assert [number for number, told in enumerate(found) if told] == [0, 24, 48]
    assert tellings(ledger.look(times[-1] + HOUR, Trouble(held, "8", 8))) == [Telling.NEW]


def test_new_problems_are_told_of_each_run_that_has_some():
    ledger, problems = Ledger(), Matter(Occasion.PROBLEMS, "employees")
    assert tellings(ledger.look(START, Trouble(problems, "", 3))) == [Telling.NEW]
    assert ledger.look(START + DAY, Trouble(problems, "", 3)) == []
    assert tellings(ledger.look(START + DAY, Trouble(problems, "", 4))) == [Telling.NEW]


def test_a_run_without_new_problems_is_only_noted_and_fills_no_day():
    ledger, problems = Ledger(), Matter(Occasion.PROBLEMS, "employees")
    for mark in range(1, 9):
        assert tellings(ledger.look(START + mark * HOUR, Trouble(problems, "", mark, is_nothing=True))) == []
    assert ledger.told[problems][0].mark == 8
    assert tellings(ledger.look(START + 9 * HOUR, Trouble(problems, "", 9))) == [Telling.NEW]


def test_what_was_told_before_notices_were_turned_off_is_not_open_any_more():
    ledger = Ledger()
    failure = Trouble(FAILED, Reason.KAONAVI_TIMED_OUT, 1)
    ledger.look(START, failure)
    ledger.since = START + DAY
    assert ledger.look(START + 2 * DAY, over=(FAILED,)) == []
    [again] = ledger.look(START + 2 * DAY, failure)
    assert (again.telling, again.number) == (Telling.NEW, 2)


def test_messages_of_a_clock_that_ran_ahead_silence_nothing_once_it_is_right():
    ledger = Ledger()
    ahead = START + 365 * DAY
    for number in range(MOST_A_DAY + 1):
        ledger.look(ahead + number * HOUR, Trouble(FAILED, str(number), number))
    assert tellings(ledger.look(START, Trouble(FAILED, "another", 9))) == [Telling.NEW]
    assert ledger.look(START + HOUR, Trouble(FAILED, "another", 9)) == []


def test_a_reminder_is_not_kept_back_by_a_clock_that_ran_ahead_nor_brought_on_by_one_that_is_a_little_late():
    ledger = Ledger()
    ledger.look(START + 365 * DAY, Trouble(KEYS))
    assert tellings(ledger.look(START, Trouble(KEYS))) == [Telling.REMINDER]
    assert ledger.look(START - HOUR, Trouble(KEYS)) == []


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 20 * 60),  # minutes until it
        st.sampled_from(["ok", "unknown", Reason.KAONAVI_TIMED_OUT, Reason.SOURCE_EMPTY]),
        st.integers(1, 3),  # looks at it
    ),
    max_size=40,
)


@given(EVENTS)
def test_whatever_comes_and_goes_no_day_has_a_flood_and_what_was_told_last_becomes_true(events):
    """Runs end well or badly at any time, and each is looked at once or more."""
    ledger, now, all_told = Ledger(), START, []
    for mark, (minutes, state, looks) in enumerate(events, start=1):
        now += timedelta(minutes=minutes)
        troubles = [] if state in {"ok", "unknown"} else [Trouble(FAILED, state, mark)]
        over = (FAILED,) if state == "ok" else ()
        found = [tellings(ledger.look(now, *troubles, over=over)) for _ in range(looks)]
        assert not any(found[1:])  # looking again says nothing more
        all_told += [(now, telling) for told in found for telling in told]
    times = [at for at, _ in all_told]
    assert all(b - a >= DAY for a, b in zip(times, times[MOST_A_DAY:], strict=False))
    kinds = [telling for _, telling in all_told]
    assert all(a is not Telling.OVER for a, b in pairwise(kinds) if b is Telling.OVER)
    assert kinds[:1] in ([], [Telling.NEW])
    later = now + 2 * DAY
    ledger.look(later, over=(FAILED,))
    assert not ledger.told[FAILED] or ledger.told[FAILED][0].telling is Telling.OVER


@given(st.lists(st.integers(1, 120), min_size=1, max_size=11))
def test_failures_of_one_sort_within_a_day_are_one_message_and_the_end_is_another(minutes):
    ledger, now = Ledger(), START
    found = []
    for mark, pause in enumerate(minutes):
        now += timedelta(minutes=pause)
        found += tellings(ledger.look(now, Trouble(FAILED, Reason.KAONAVI_TIMED_OUT, mark)))
    assert found == [Telling.NEW]
    assert tellings(ledger.look(now + HOUR, over=(FAILED,))) == [Telling.OVER]


@pytest.mark.parametrize("occasion", Occasion)
@pytest.mark.parametrize("telling", Telling)
def test_a_notice_is_three_lines_with_a_link_and_a_subject_of_one(occasion, telling):
    facts = Facts(
        label="カオナビ社員情報取込",
        status="一部エラー",
        at=START,
        by_itself=True,
        counts={"created": 1234},
        problems=Counter(MEMBER_MAIL_DUPLICATE=11, MEMBER_MAIL_INVALID=3, MEMBER_UNREADABLE=2, UNHEARD_OF=1),
        days=7,
    )
    link = "https://mikiwame.example.co.jp/jobs/1/"
    subject, text = words(Due(Matter(occasion, "employees"), telling, 1), facts, link)
    assert [line for line in text.splitlines() if line][2:] == [link]
    assert (subject[:8], "\n" in subject, len(subject) < 60) == ("【ミキワメ連携】", False, True)
    assert "{" not in subject + text
    assert words(Due(Matter(occasion), telling, 1), facts, link, is_practice=True)[0].startswith(f"{subject[:8]}【練習")


def test_new_problems_are_told_by_their_kinds_the_most_first():
    problems = Counter(MEMBER_MAIL_INVALID=3, MEMBER_MAIL_DUPLICATE=11, MEMBER_UNREADABLE=2, MEMBER_DATE_INVALID=1)
    _, text = words(Due(Matter(Occasion.PROBLEMS), Telling.NEW, 1), Facts(problems=problems), "link")
    assert "新しい問題が17件" in text
    assert "メールアドレスの重複 11件、" in text
    assert "ほか 1件。要対応で、" in text


def test_no_title_of_a_reason_has_a_place_for_a_value():
    assert [reason for reason, entry in REASONS.items() if "{" in entry.title] == []
