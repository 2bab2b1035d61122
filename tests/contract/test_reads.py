"""What the product relies on when it reads, asked of any カオナビ. Changes nothing there."""

import json
from collections import Counter

import pytest

from integrations.kaonavi import decode
from integrations.kaonavi.errors import CredentialsRefused, KaonaviError, NotFound, NotPermitted, Unavailable
from integrations.kaonavi.types import SINGLE_RECORD, Sheet
from tests.contract.shapes import misfits, shape_of
from tests.contract.side import Side, patiently
from tests.factories.client import FakeTokens
from tests.samples.recorded import sample

NO_ID = 2_000_000_000  # of no sheet and no task
MOST_SHEETS = 5  # of a large company; a sheet comes whole


def twice(values: list) -> list:
    return [value for value, times in Counter(values).items() if times > 1]


def test_a_token_lives_longer_than_we_need_to_renew_it(side: Side):
    patiently(side.client.authenticate)
    assert side.tokens.saved[-1].lifetime > 120


def test_a_wrong_secret_is_refused(side: Side):
    stranger = side.client_with(side.keys[0], "not the secret", FakeTokens())
    with pytest.raises(CredentialsRefused):
        patiently(stranger.authenticate)


def test_a_made_up_token_is_refused(side: Side):
    assert side.get("/members", token="made-up").status_code == 401


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/members", "members"),
        ("/departments", "departments"),
        ("/member_layouts", "member_layout"),
        ("/sheet_layouts", "sheet_layouts"),
    ],
)
def test_an_answer_has_the_documented_shape(side: Side, path: str, name: str):
    answer = side.get(path)
    assert answer.status_code == 200
    assert misfits(shape_of(json.loads(sample(name).body)), shape_of(answer.json())) == {}


def test_every_department_can_be_read_and_has_a_code_of_its_own(side: Side):
    departments = patiently(side.client.departments)
    assert departments.unreadable == ()
    codes = [each.code for each in departments.items]
    assert twice(codes) == []
    assert {each.parent_code for each in departments.items} <= {*codes, ""}


def test_every_member_can_be_read_and_has_a_code_of_its_own(side: Side):
    members = patiently(side.client.members)
    assert members.unreadable == ()
    assert twice([each.code for each in members.items]) == []
    assert "" not in {each.code for each in members.items}


def test_the_items_of_the_members_are_those_of_the_layout(side: Side):
    layout = decode.member_layout(side.get("/member_layouts", get_calc_type="true").content).custom_items
    shown = {key for member in patiently(side.client.members).items for key in member.custom}
    assert shown <= {item.id for item in layout}
    assert all(item.name and item.type for item in layout)
    plain = {item.id for item in patiently(side.client.member_layout).custom_items}
    assert {item.type for item in layout if item.id not in plain} <= {"calc"}


def test_calculated_items_come_only_when_asked_for(side: Side):
    plain = {item.id for layout in side.layouts.items for item in layout.items}
    calculated = patiently(lambda: side.client.sheet_layouts(calculated=True))
    more = {item.id: item for layout in calculated.items for item in layout.items}
    assert plain <= set(more)
    assert {more[key].type for key in set(more) - plain} <= {"calc"}


def test_a_sheet_is_read_or_said_not_to_be_ticked(side: Side):
    read = [sheet for layout in side.layouts.items[:MOST_SHEETS] if (sheet := read_sheet(side, layout.id))]
    assert read, "no sheet is ticked in 操作対象の管理"
    for sheet in read:
        layout = next(each for each in side.layouts.items if each.id == sheet.id)
        assert (sheet.name, sheet.record_type, sheet.unreadable) == (layout.name, layout.record_type, ())
        assert twice([member.code for member in sheet.members]) == []
        if sheet.record_type == SINGLE_RECORD:
            assert {len(member.records) for member in sheet.members} <= {1}


def read_sheet(side: Side, sheet_id: int) -> Sheet | None:
    try:
        return patiently(lambda: side.client.sheet(sheet_id))
    except NotPermitted:
        return None


def test_an_unknown_sheet_is_not_found(side: Side):
    with pytest.raises(NotFound):
        patiently(lambda: side.client.sheet(NO_ID))


def test_an_unknown_task_is_refused_at_once(side: Side):
    with pytest.raises(KaonaviError) as refused:
        patiently(lambda: side.client.task(NO_ID))
    assert not isinstance(refused.value, CredentialsRefused | Unavailable)


def test_a_refusal_has_the_documented_shape(side: Side):
    answer = side.get(f"/sheets/{NO_ID}")
    assert shape_of(answer.json()) == {"": {"object"}, "errors": {"list"}, "errors[]": {"text"}}
