"""Rule 8: people fill chunks in their order; nobody is split."""

from itertools import zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.kaonavi import wire
from integrations.rules.results.chunks import ChunkFiller
from integrations.rules.results.plan import Send
from tests.integrations.rules.results.making import our_record

PLENTY = 1_000_000


def send(number: int, records: int = 1) -> Send:
    return Send(number, number, f"E{number:05}", "", "", True, (), tuple(our_record(n) for n in range(records)))


def weigh(sends):
    return len(wire.body_of(each.member for each in sends))


def fill(sends, max_records=PLENTY, max_bytes=PLENTY):
    filler = ChunkFiller(max_records=max_records, max_bytes=max_bytes, weigh=weigh)
    full = [filler.add(each) for each in sends]
    return [chunk for chunk in [*full, filler.take()] if chunk]


@pytest.mark.parametrize(
    ("people", "chunk", "calls"), [(0, 3, 0), (1, 3, 1), (3, 3, 1), (4, 3, 2), (2000, 1000, 2), (2001, 1000, 3)]
)
def test_with_one_record_each_it_takes_the_fewest_calls(people, chunk, calls):
    assert len(fill([send(n) for n in range(people)], max_records=chunk)) == calls


def test_records_count_not_people():
    assert [len(chunk) for chunk in fill([send(1, 2), send(2, 2), send(3, 1)], max_records=3)] == [1, 2]


def test_bytes_count_to_the_last_one_with_the_commas_between_people():
    three = [send(1), send(2), send(3)]

    for limit, sizes in (weigh(three), [3]), (weigh(three) - 1, [2, 1]), (weigh(three[:2]) - 1, [1, 1, 1]):
        assert [len(chunk) for chunk in fill(three, max_bytes=limit)] == sizes


def test_one_who_is_too_big_goes_alone():
    assert [len(chunk) for chunk in fill([send(1), send(2, 9), send(3), send(4)], max_records=3)] == [1, 1, 2]


@given(st.lists(st.integers(1, 5), max_size=30), st.integers(1, 6), st.integers(200, 3000))
def test_chunks_hold_everybody_in_order_within_both_limits(sizes, max_records, max_bytes):
    sends = [send(n, records) for n, records in enumerate(sizes)]

    chunks = fill(sends, max_records, max_bytes)

    assert [each for chunk in chunks for each in chunk] == sends
    for chunk, following in zip_longest(chunks, chunks[1:]):
        assert len(chunk) == 1 or (records_of(chunk) <= max_records and weigh(chunk) <= max_bytes)
        if following:
            more = [*chunk, following[0]]
            assert records_of(more) > max_records or weigh(more) > max_bytes


def records_of(chunk):
    return sum(len(each.records) for each in chunk)
