"""An upload on any state of both sheets is taken back, and that again; whom others touched meanwhile is left alone."""

from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.results.sheets import ALL, LATEST
from integrations.rules.results.undo import UndoContext, plan_undo
from integrations.rules.results.values import tally
from tests.integrations.rules.results.making import LINKS, foreign_record, person
from tests.integrations.rules.results.test_convergence import (
    CODES,
    SHEETS,
    companies,
    patch,
    read,
    run,
    states,
)

TERMS = UndoContext(LINKS, {}, frozenset())


def picture(state, code):
    """One member's records on both sheets, as multisets."""
    return [tally(state[key].get(code, ()), SHEETS[key]) for key in (LATEST.key, ALL.key)]


def images_of(sent):
    images = {}
    for key, send in sent:
        images.setdefault(send.code, {})[key] = send
    return images


def take_back(images, state):
    """Everybody's undo: what カオナビ shows afterwards, what was sent, and the outcomes by 社員番号."""
    after = {key: dict(rows) for key, rows in state.items()}
    sent, outcomes = [], {}
    for code, mine in images.items():
        made = plan_undo(person(code, next(iter(mine.values())).employee), mine, read(state), TERMS)
        outcomes[code] = made.outcome
        for key, send in made.sends.items():
            patch(after, key, send)
            sent.append((key, send))
    return after, sent, outcomes


@given(companies(), states)
def test_it_is_as_before_and_the_undo_of_the_undo_as_after(people, before):
    after, sent = run(people, before)

    undone, back, outcomes = take_back(images_of(sent), after)

    assert set(outcomes.values()) <= {"updated"}
    assert [picture(undone, code) for code in CODES] == [picture(before, code) for code in CODES]
    assert take_back(images_of(sent), undone)[1] == []
    again, *_ = take_back(images_of(back), undone)
    assert [picture(again, code) for code in CODES] == [picture(after, code) for code in CODES]
    assert {send.seen for _, send in take_back(images_of(back), undone)[1]} == {send.seen for _, send in sent}


@given(companies(), states, st.sets(st.sampled_from(CODES)))
def test_whose_list_others_changed_is_left_as_it_is_on_both_sheets(people, before, touched):
    after, sent = run(people, before)
    images = images_of(sent)
    touched &= {code for code, mine in images.items() if ALL.key in mine}
    for code in touched:
        after[ALL.key][code] = [*after[ALL.key][code], foreign_record("あとから")]

    undone, _, outcomes = take_back(images, after)

    assert {code for code, outcome in outcomes.items() if outcome == "skipped"} == touched
    for code in CODES:
        assert picture(undone, code) == picture(after if code in touched else before, code)
