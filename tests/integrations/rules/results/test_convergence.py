"""A run on any state of both sheets, with any results.

Afterwards they show our results beside the untouched work of others and what is merely unknown here, and a second run
has nothing to send.
"""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from integrations.kaonavi.types import Record
from integrations.rules.results.plan import plan_people, shows_ours
from integrations.rules.results.proof import Sight, compare
from integrations.rules.results.sheets import ALL, LATEST
from integrations.rules.results.values import as_date
from tests.integrations.rules.results.making import (
    DATE,
    FEELING,
    LINK,
    LINKS,
    LISTENING,
    MEMO,
    OPTIONS,
    TERMS,
    TYPE,
    link,
    person,
    result,
    sheet,
    shown,
    uuid,
)

SHEETS = {LATEST.key: sheet(LATEST), ALL.key: sheet(ALL)}
CODES = ["E1", "E2", "E3"]
SITES = st.sampled_from(["https://mikiwame.example.co.jp", "http://old.example.com"])
LINK_TEXTS = st.one_of(
    st.just(""), st.just("https://other.example.com/r/1"), st.builds(link, st.integers(1, 12), SITES)
)
VALUES = {
    DATE: st.sampled_from(["", "2026-04-01", "2026/4/1", "2026-04-03", "2026-05-01", "2019-05-05"]),
    TYPE: st.sampled_from(["", *OPTIONS]),
    LINK: LINK_TEXTS,
    MEMO: st.sampled_from(["", "メモ", "面談済み"]),
}
SCORES = {LISTENING: st.sampled_from(["", "50", "50.0", "61.5", "なし"]), FEELING: st.sampled_from(["", "50.0"])}


def records(items):
    return st.fixed_dictionaries(items).map(
        lambda values: Record({key: (text,) for key, text in values.items() if text})
    )


states = st.fixed_dictionaries(
    {
        LATEST.key: st.dictionaries(st.sampled_from(CODES), records(VALUES | SCORES).map(lambda one: [one])),
        ALL.key: st.dictionaries(st.sampled_from(CODES), st.lists(records(VALUES), max_size=5)),
    }
)


@st.composite
def companies(draw):
    """Who has which results: every result number belongs to one person at most."""
    owners = draw(st.dictionaries(st.integers(1, 9), st.sampled_from(CODES)))
    people = {}
    for number, code in owners.items():
        made = result(
            number,
            date(2026, 4, 1) + timedelta(days=draw(st.integers(0, 3))),
            type=draw(st.sampled_from([None, 1, 2])),
            listening=draw(st.sampled_from([None, 50.0, 61.5])),
        )
        people.setdefault(code, []).append(made)
    return people


def read(state):
    return [shown(SHEETS[key], rows) for key, rows in state.items()]


def run(people, state, unknown=frozenset()):
    """One run against カオナビ's rules for PATCH. Returns what it shows afterwards, and what was sent."""
    after = {key: dict(rows) for key, rows in state.items()}
    sent = []
    tested = [(person(code, pk), results) for pk, (code, results) in enumerate(sorted(people.items()))]
    for plan in plan_people(tested, read(state), TERMS._replace(unknown=unknown)):
        assert {issue.reason for issue in plan.issues} <= {"RESULT_RECORD_UNKNOWN", "RESULT_OLDER_THAN_SHOWN"}
        for key, send in plan.sends.items():
            patch(after, key, send)
            sent.append((key, send))
    return after, sent


def patch(state, key, send):
    """An update, as カオナビ carries it out."""
    rows = state[key]
    if key == LATEST.key:
        [before] = rows.get(send.code, [Record({})])
        rows[send.code] = [without_blanks(Record({**before.values, **send.records[0].values}))]
    else:
        rows[send.code] = [without_blanks(record) for record in send.records]


def without_blanks(record):
    return Record({key: texts for key, texts in record.values.items() if any(texts)})


def link_of(record):
    """The result of ours that the record is about."""
    return LINKS.target("".join(record.values.get(LINK, ())))


def foreign(rows):
    """The records of others, as a multiset; empty ones are no records."""
    return Counter(frozenset(record.values.items()) for record in rows if any(record.values) and not link_of(record))


def ours(rows):
    return Counter(filter(None, map(link_of, rows)))


def day_of(record):
    return as_date("".join(record.values.get(DATE, ())))


def unknown_here(people, numbers):
    """Of these results, those that nobody has."""
    known = {each.public_id for results in people.values() for each in results}
    return frozenset(map(uuid, numbers)) - known


LOST = st.frozensets(st.integers(1, 12))  # of the results that nobody has, those that nobody has deleted either


@given(companies(), states, LOST)
def test_the_sheets_show_our_results_beside_what_is_unknown_here_and_the_untouched_work_of_others(people, before, lost):
    unknown = unknown_here(people, lost)

    after, sent = run(people, before, unknown)

    for code in CODES:
        results = sorted(people.get(code, []), key=lambda each: each.age)
        was, now = before[ALL.key].get(code, []), after[ALL.key].get(code, [])
        assert foreign(now) == foreign(was)
        if not results:
            assert (now, after[LATEST.key].get(code)) == (was, before[LATEST.key].get(code))
            continue
        mine = {each.public_id for each in results}
        assert {target: times for target, times in ours(now).items() if target not in unknown} == dict.fromkeys(mine, 1)
        for record in filter(link_of, now):
            notes = [each.values[MEMO] for each in was if link_of(each) == link_of(record) and MEMO in each.values]
            if link_of(record) in unknown:
                assert record in was
            elif notes:
                assert record.values.get(MEMO) == notes[0]
        for record in was:
            if link_of(record) in unknown and record not in now:  # its result was imported anew
                assert day_of(record) in {each.taken_on for each in results}
        [latest] = after[LATEST.key][code]
        [was_latest] = before[LATEST.key].get(code, [Record({})])
        shown_day = day_of(was_latest)
        if link_of(was_latest) in unknown and shown_day and shown_day > results[-1].taken_on:
            assert latest == was_latest
        else:
            assert link_of(latest) == results[-1].public_id
        assert latest.values.get(MEMO) == was_latest.values.get(MEMO)
    for key, send in sent:
        assert compare(send, after[key][send.code], SHEETS[key], LINKS) is Sight.CONFIRMED


@given(companies(), states, LOST)
def test_a_second_run_has_nothing_to_send(people, before, lost):
    unknown = unknown_here(people, lost)
    after, _ = run(people, before, unknown)

    again, sent = run(people, after, unknown)

    assert (again, sent) == (after, [])


@given(companies(), states, LOST)
def test_somebody_is_new_exactly_when_no_sheet_showed_a_result_of_ours(people, before, lost):
    _, sent = run(people, before, unknown_here(people, lost))

    for _, send in sent:
        assert send.is_new is not any(shows_ours(each, send.code, LINKS) for each in read(before))
