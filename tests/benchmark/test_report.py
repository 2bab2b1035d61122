"""The table: ratios by rounds, and what was asked for."""

import pytest

from script.benchmark import report


def rounds(first, same=1.0, floor=1.0):
    timed = {"first": first, "same": same, "changed": 1.0}
    return [{"product": timed, "floor": dict.fromkeys(timed, floor)}] * 3


@pytest.mark.parametrize(("first", "kept"), [(1.35, True), (1.36, False)])
def test_a_first_import_of_50000_may_take_a_third_more_than_the_floor(first, kept):
    line = next(report.imports("SQLite", {50_000: rounds(first)}))
    assert (line.kept, line.ratio) == (kept, f"{first:.2f} ×")


def test_nothing_is_asked_of_other_sizes():
    assert [line.kept for line in report.imports("SQLite", {1_000: rounds(9.0)})] == [None] * 3


def met(rival, seconds):
    """A product of one second beside a rival of so many."""
    one, other = ({"seconds": taken, "bytes": 1e6} for taken in (1.0, seconds))
    return {rival: {"product": {"first": one, "same": one}, "rival": {"first": other, "same": other}}}


@pytest.mark.parametrize(("kind", "kept"), [("SQLite", True), ("PostgreSQL", False)])
def test_the_loop_must_be_left_farther_behind_on_postgresql(kind, kept):
    assert next(report.rivals(kind, met("update_or_create", 7.0), 10_000)).kept is kept


@pytest.mark.parametrize("kind", ["SQLite", "PostgreSQL"])
@pytest.mark.parametrize(("seconds", "kept"), [(9.9, False), (10.0, True)])
def test_a_library_must_be_left_behind_ten_times_on_either(kind, seconds, kept):
    assert next(report.rivals(kind, met("diffsync", seconds), 10_000)).kept is kept


def test_a_rival_is_told_with_its_memory_and_nothing_is_asked_of_one_that_writes_everything_at_once():
    line = next(report.rivals("SQLite", met("pandas and to_sql", 2.0), 10_000))
    assert (line.product, line.beside, line.ratio) == ("10,000 rows/s, 1 MB", "5,000 rows/s, 1 MB", "2.00 ×")
    assert line.kept is None


def test_a_member_may_cost_little_more_in_a_larger_company():
    lines = list(report.growth("SQLite", {10_000: rounds(1.0), 50_000: rounds(6.0)}))
    assert [(line.size, line.ratio, line.kept) for line in lines] == [
        (50_000, "1.20 ×", False),
        (50_000, "0.20 ×", None),
    ]


@pytest.mark.parametrize(("total", "kept"), [(1.2, True), (1.21, False)])
def test_a_click_is_waited_for_a_second_besides_what_kaonavi_takes(total, kept):
    parts = dict.fromkeys(("answer", "claim", "fetch", "plan", "write", "seen", "processor"), 0.1)
    lines = list(report.clicks("SQLite", {1_000: {"same": parts | {"sign": 0.3, "total": total, "kaonavi": 0.2}}}))
    assert [line.kept for line in lines] == [kept, True]


@pytest.mark.parametrize(
    ("name", "seconds", "statements", "kept"),
    [
        ("尺度", 0.06, 9, True),
        ("尺度", 0.061, 9, False),
        ("尺度", 0.01, 10, False),
        ("尺度 of one 検査名", 0.6, 9, True),
    ],
)
def test_figures_of_100000_people_take_60_milliseconds_and_no_more_statements(name, seconds, statements, kept):
    found = {1_000: {name: {"seconds": 0.05, "anew": 0.06, "statements": 9}}}
    found[100_000] = {name: {"seconds": seconds, "anew": 0.3, "statements": statements}}
    assert [line.kept for line in report.figures("SQLite", found)] == [kept]


@pytest.mark.parametrize(
    ("name", "seconds", "statements", "kept"),
    [
        *(("job", 0.025, 9, True), ("job", 0.026, 9, False), ("job", 0.01, 10, False)),
        *(("tree", 0.06, 9, True), ("tree", 0.061, 9, False), ("bare", 0.9, 9, True)),
    ],
)
def test_a_list_takes_25_ms_of_processor_time_the_tree_60_and_no_more_statements(name, seconds, statements, kept):
    page = {"seconds": 0.02, "anew": 0.03, "statements": 9, "bytes": 0}
    pages = {"bare": page, "first page": page, name: page}
    found = {1_000: pages, 100_000: pages | {name: page | {"seconds": seconds, "statements": statements}}}
    assert [line.kept for line in report.pages("SQLite", found) if line.what == f"Page: {name}"] == [kept]


@pytest.mark.parametrize(("taken", "kept"), [(300, True), (301, False)])
def test_a_product_with_nobody_in_it_takes_300_mebibytes(taken, kept):
    [line] = report.at_rest("SQLite", {"started": 1, "opened": taken * report.MIB})
    assert (line.product, line.kept) == (f"{taken} MiB", kept)
