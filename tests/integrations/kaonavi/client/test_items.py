"""Of the custom items only those are kept that somebody asks for."""

import json

from integrations.kaonavi import decode


def members(*custom_fields, items=None):
    body = json.dumps({"member_data": [{"code": "1", "custom_fields": list(custom_fields)}]})
    return decode.members(body.encode(), items)


POSITION = {"id": 311, "name": "役職", "values": ["課長"]}
GRADE = {"id": 313, "name": "等級", "values": ["G3"]}


def test_all_are_kept_where_none_are_named():
    assert members(POSITION, GRADE).items[0].custom == {311: ("課長",), 313: ("G3",)}


def test_only_those_that_are_named_are_kept():
    assert members(POSITION, GRADE, items={311}).items[0].custom == {311: ("課長",)}
    assert members(POSITION, GRADE, items=()).items[0].custom == {}


def test_values_without_an_id_might_be_anybodys_and_spoil_the_member():
    answer = members({"id": None, "values": ["課長"]}, items={311})
    assert (answer.items, [element.key for element in answer.unreadable]) == ((), ["1"])


def test_a_named_item_that_comes_twice_spoils_the_member():
    assert [element.key for element in members(POSITION, POSITION, items={311}).unreadable] == ["1"]


def test_an_item_of_the_wrong_shape_spoils_the_member_even_if_nobody_asks_for_it():
    assert members({"id": 313, "values": {"wrong": 1}}, items={311}).items == ()
