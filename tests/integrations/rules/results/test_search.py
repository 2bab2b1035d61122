"""Rule 9: the rows at fault are found within forty calls, all others are stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.results import search
from integrations.rules.results.search import MOST_CALLS, Search, named_in, words_about


def hunt(codes, bad, *, says=lambda _: [], is_fault=True, start=None):
    """Play カオナビ, which refuses whatever holds a bad row. Returns stored, at fault, given up, calls."""
    stored, at_fault, given_up, calls = set(), set(), set(), 0
    verdict = search.begin(
        start or Search(), "latest_sheet", codes, says([c for c in codes if c in bad]), is_fault=is_fault
    )
    while True:
        at_fault |= set(verdict.at_fault)
        given_up |= set(verdict.given_up)
        if verdict.search.is_over:
            return stored, at_fault, given_up, calls
        probe = verdict.search.probe
        assert probe
        calls += 1
        faulty = [code for code in probe if code in bad]
        if faulty:
            verdict = search.refused(verdict.search, says(faulty))
        else:
            stored |= set(probe)
            verdict = search.stored(verdict.search)


def numbers(many):
    return [f"E{number:04}" for number in range(many)]


def test_one_bad_row_of_a_thousand_is_found_by_halving():
    stored, at_fault, given_up, calls = hunt(numbers(1000), {"E0617"})

    assert (at_fault, given_up) == ({"E0617"}, set())
    assert stored == set(numbers(1000)) - {"E0617"}
    assert calls <= 12


def test_a_row_alone_needs_no_call():
    assert hunt(["E1"], {"E1"}) == (set(), {"E1"}, set(), 0)


@pytest.mark.parametrize("is_fault", [True, False])
def test_a_search_takes_over_the_calls_of_the_one_before_and_nothing_else(is_fault):
    before = Search("latest_sheet", bad=("E8",), open=("E9",), probe=("E8",), calls=3)

    begun = search.begin(before, "all_sheet", numbers(4), [], is_fault=is_fault).search

    assert (begun.sheet, begun.calls, begun.suspects) == ("all_sheet", 3, set(numbers(4)))
    assert search.begin(before, "all_sheet", ["E1"], [], is_fault=True).search == Search(calls=3)


def test_named_rows_are_tried_by_themselves():
    says = lambda faulty: [f"{code}: 値が正しくありません" for code in faulty]  # noqa: E731 - a voice, not a function

    bad = {f"E{number:04}" for number in range(0, 1000, 10)}
    stored, at_fault, given_up, calls = hunt(numbers(1000), bad, says=says)

    assert (at_fault, given_up) == (bad, set())
    assert stored == set(numbers(1000)) - bad
    assert calls == 2


def test_a_kaonavi_that_names_one_row_at_a_time_is_followed():
    stored, at_fault, _, calls = hunt(numbers(100), {"E0003", "E0050"}, says=lambda faulty: faulty[:1])

    assert at_fault == {"E0003", "E0050"}
    assert stored == set(numbers(100)) - at_fault
    assert calls == 4


def test_two_rows_that_one_text_names_are_told_apart():
    stored, at_fault, _, _ = hunt(numbers(10), {"E0004"}, says=lambda _: ["E0004 と E0005 の値が同じです"])

    assert at_fault == {"E0004"}
    assert "E0005" in stored


@pytest.mark.parametrize("is_fault", [True, False])
def test_of_few_rows_each_is_tried_though_a_text_names_them_all(is_fault):
    _, at_fault, given_up, _ = hunt(numbers(4), {"E0001"}, says=lambda _: [" ".join(numbers(4))], is_fault=is_fault)

    assert (at_fault, given_up) == ({"E0001"}, set())


def test_a_failure_of_kaonavi_itself_is_tried_once_more_as_it_was():
    stored, at_fault, _, calls = hunt(numbers(1000), set(), is_fault=False)

    assert (len(stored), at_fault, calls) == (1000, set(), 1)


def test_the_calls_of_the_whole_run_are_counted():
    used_up = Search(calls=MOST_CALLS)

    assert hunt(numbers(3), {"E0001"}, start=used_up) == (set(), set(), set(numbers(3)), 0)
    assert search.begin(used_up, "latest_sheet", numbers(3), [], is_fault=True).search == used_up


@pytest.mark.parametrize("left", [2, 1])
def test_the_last_call_of_all_is_for_those_who_may_be_good(left):
    before = Search("latest_sheet", ("E1", "E2", "E3", "E4"), ("E5",), ("E1", "E2"), MOST_CALLS - left - 1)

    halved = search.refused(before, [])

    bad, waiting = ("E1", "E2"), ("E5", "E3", "E4")
    if left == 1:
        assert halved == (Search("latest_sheet", (), waiting, waiting, MOST_CALLS - 1), (), bad)
    else:
        assert halved == (Search("latest_sheet", bad, waiting, ("E1",), MOST_CALLS - 2), (), ())


def test_the_last_call_serves_those_who_are_probably_good():
    codes = numbers(64)

    stored, at_fault, given_up, calls = hunt(codes, set(codes[:32]))

    assert calls == MOST_CALLS
    assert at_fault | given_up >= set(codes[:32])
    assert stored | at_fault | given_up == set(codes)


@given(st.integers(1, 300), st.data())
def test_whatever_is_bad_nobody_is_lost_and_nobody_good_is_blamed(many, data):
    codes = numbers(many)
    bad = set(data.draw(st.lists(st.sampled_from(codes), max_size=8)))
    voices = [
        lambda _: [],
        lambda faulty: faulty,
        lambda faulty: faulty[:1],
        lambda _: ["E0000 と E0001"],
        lambda _: ["誤り"],
    ]
    says = data.draw(st.sampled_from(voices))

    stored, at_fault, given_up, calls = hunt(codes, bad or {codes[0]}, says=says)

    bad = bad or {codes[0]}
    assert stored | at_fault | given_up == set(codes)
    assert not stored & (at_fault | given_up)
    assert not stored & bad
    assert calls <= MOST_CALLS
    if not given_up:
        assert at_fault == bad


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("E10 の値が正しくありません", True),
        ("member_data[3] (社員番号 E10) 「受検日」", True),
        ("社員番号E10の受検日", True),
        ("E1007 の値が正しくありません", False),
        ("XE10", False),
        ("E10-2", False),
        ("", False),
    ],
)
def test_a_number_must_stand_whole_in_a_message(text, found):
    assert named_in([text], ["E10"]) == (("E10",) if found else ())


def test_a_row_gets_the_words_about_itself():
    messages = ["E1: 受検日が不正です", "E2: リンクが不正です"]

    assert words_about("E2", messages) == "E2: リンクが不正です"
    assert words_about("E3", messages) == "E1: 受検日が不正です ／ E2: リンクが不正です"
    assert words_about("E1", ["E10: 受検日が不正です", "E1: リンクが不正です"]) == "E1: リンクが不正です"


def test_rows_that_the_sheet_shows_already_leave_the_search():
    begun = search.begin(Search(), "all_sheet", numbers(4), [], is_fault=True).search

    left = search.resume(begun, begun.probe).search

    assert (left.bad, left.probe) == (("E0002", "E0003"), ("E0002",))
    assert search.resume(begun, numbers(4)).search.is_over


def test_what_is_left_of_a_probe_is_tried_before_another():
    begun = search.begin(Search(), "all_sheet", numbers(6), [], is_fault=True).search

    left = search.resume(begun, numbers(2)).search

    assert (left.bad, left.probe) == (("E0002", "E0003", "E0004", "E0005"), ("E0002",))
