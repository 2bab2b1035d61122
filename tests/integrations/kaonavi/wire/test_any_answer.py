"""Any JSON that follows the documented shapes is read; any other is told apart, and nothing crashes."""

import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.kaonavi import decode
from integrations.kaonavi.errors import NotUnderstood
from integrations.kaonavi.types import Member, Sheet, SheetMember, Unreadable

DECODERS: dict[str, Callable[[bytes], Any]] = {
    "departments": decode.departments,
    "members": decode.members,
    "member_layout": decode.member_layout,
    "sheet_layouts": decode.sheet_layouts,
    "sheet": partial(decode.sheet, sheet_id=1),
    "task": partial(decode.task, task_id=1),
    "accepted_task": decode.accepted_task,
    "tried_task": decode.tried_task,
    "token": decode.token,
}
LISTS = {
    "departments": "department_data",
    "members": "member_data",
    "sheet": "member_data",
    "sheet_layouts": "sheets",
}
MISSING = object()
MARK = "ひみつ"  # in every invented text, so that none can leak into a message unseen

texts = st.text(max_size=8).map(lambda text: MARK + text)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
KEYS = ["code", "name", "order", "department", "custom_fields", "id", "values", "records", "enum", "status", "task_id"]
keys = st.sampled_from([*KEYS, *LISTS.values()]) | texts
anything = st.recursive(
    st.none() | st.booleans() | numbers | texts | st.just(""),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
blanks = st.sampled_from(["", None, MISSING, [], [""], [None], {}])


def as_body(value: Any) -> bytes:
    return json.dumps(value).encode()


def element(known: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with these keys, each with or without its value, and with keys that nobody knows."""
    filled = st.fixed_dictionaries({key: blanks | values for key, values in known.items()})
    extra = st.dictionaries(texts, anything, max_size=2)
    return st.builds(lambda some, more: more | {k: v for k, v in some.items() if v is not MISSING}, filled, extra)


def listed(one: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A list of some, among blank elements."""
    return st.lists(one | st.sampled_from(["", None, []]), max_size=3)


def identified(known: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """A list of objects whose ids are there and differ, as an id is what makes them what they are."""
    return st.lists(element(known), max_size=3).map(
        lambda some: [each | {"id": number} for number, each in enumerate(some, start=300)]
    )


values = st.lists(texts | numbers.filter(lambda number: abs(number) < 2**63) | st.sampled_from(["", None]), max_size=3)
orders = st.integers(0, 2**31 - 1)
item = {"name": texts, "type": texts, "required": st.booleans(), "read_only": st.booleans(), "enum": values}
item |= {"max_length": orders, "type_detail": texts}
custom = identified({"name": texts, "values": values})
names = dict.fromkeys(
    ["code", "name", "name_kana", "mail", "entered_date", "retired_date", "gender", "birthday"], texts
)
post = element({"code": texts, "name": texts, "names": st.lists(texts)})
department = {"code": texts, "name": texts, "parent_code": texts, "order": orders | orders.map(str)}
# Keys that カオナビ sends and that we do not use may hold whatever they like.
unused = dict.fromkeys(["age", "face_image", "id", "sub_departments", "updated_at", "years_of_service"], anything)
DOCUMENTED: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "departments": element(department | {"leader_member_code": anything, "memo": anything}),
    "members": element(names | {"department": post, "custom_fields": custom} | unused),
    "sheet": element({"code": texts, "records": listed(element({"custom_fields": custom})), "updated_at": anything}),
    "sheet_layouts": element({"name": texts, "record_type": st.integers(0, 3), "custom_fields": identified(item)}),
}
NEED_AN_ID = ("sheet_layouts",)


@given(st.sampled_from(list(LISTS)), st.data())
def test_it_reads_every_element_of_a_documented_shape(kind: str, data: st.DataObject):
    elements = data.draw(st.lists(DOCUMENTED[kind], max_size=4))
    if kind in NEED_AN_ID:
        elements = [each | {"id": number} for number, each in enumerate(elements)]
    result = DECODERS[kind](as_body({LISTS[kind]: elements, "updated_at": "2026-04-03 08:15:42"}))
    assert result.unreadable == ()
    items = read_items(result)
    assert len(items) == len(elements)
    for sent, one in zip(elements, items, strict=True):
        for name in {"code", "name", "mail", "parent_code"} & set(one.__struct_fields__):
            assert getattr(one, name) == (sent[name] if isinstance(sent.get(name), str) else "")
        if isinstance(one, Member):
            assert one.custom == values_in(sent)
        if isinstance(one, SheetMember):
            records = [each for each in sent.get("records") or [] if isinstance(each, dict)]
            assert [record.values for record in one.records] == [values_in(record) for record in records]


def values_in(sent: dict[str, Any]) -> dict[int, tuple[str, ...]]:
    """What a person would read out of `custom_fields`: item id → the texts that are not blank."""
    shown = {
        each["id"]: tuple(str(value) for value in each.get("values") or [] if value not in ("", None))
        for each in sent.get("custom_fields") or []
        if isinstance(each, dict)
    }
    return {key: texts for key, texts in shown.items() if texts}


def read_items(result: Any) -> tuple[Any, ...]:
    return result.members if isinstance(result, Sheet) else result.items


PLAIN = st.lists(st.lists(st.tuples(st.integers(300, 303), st.lists(texts, min_size=1, max_size=2)), max_size=3))


@given(PLAIN)
def test_an_ordinary_record_is_read_as_one_beside_something_blank(records: list[list[tuple[int, list[str]]]]):
    def read_with(*beside: Any) -> Sheet:
        rows = [{"custom_fields": [{"id": key, "values": each} for key, each in some] + [*beside]} for some in records]
        return decode.sheet(as_body({"id": 1, "member_data": [{"code": "E1", "records": rows}]}), 1)

    assert read_with() == read_with(None) == read_with({"id": 399, "values": [""]})


@given(st.lists(element(item), max_size=4))
def test_it_reads_every_layout_of_a_documented_shape(items: list[dict[str, Any]]):
    described = [each | {"id": number} for number, each in enumerate(items)]
    assert len(decode.member_layout(as_body({"custom_fields": described})).custom_items) == len(items)
    [sheet] = decode.sheet_layouts(as_body({"sheets": [{"id": 7, "custom_fields": described}]})).items
    assert len(sheet.items) == len(items)


@given(element({"id": st.integers(0, 2**40), "messages": st.lists(texts)}), texts)
def test_it_reads_every_task(answer: dict[str, Any], status: str):
    asked = answer["id"] if isinstance(answer.get("id"), int) else 7
    task = decode.task(as_body(answer | {"status": status}), asked)
    assert (task.id, task.status) == (asked, status)
    assert not task.is_final  # no word that begins with the mark is one of カオナビ's
    assert set(task.messages) <= set(answer.get("messages") or [])


@pytest.mark.parametrize("kind", ["sheet", "task"])
def test_it_does_not_understand_an_answer_about_something_else(kind: str):
    """A slip of a gateway's cache would have one sheet's records compared with, and written over, those of another."""
    body = {"id": 1, "status": "OK", "member_data": [], "custom_fields": []}
    assert DECODERS[kind](as_body(body)).id == 1
    with pytest.raises(NotUnderstood):
        DECODERS[kind](as_body(body | {"id": 2}))


@given(st.sampled_from(list(LISTS)), anything | st.dictionaries(keys, anything, max_size=5))
def test_it_understands_nothing_of_an_answer_without_its_list(kind: str, answer: Any):
    if isinstance(answer, dict) and isinstance(answer.get(LISTS[kind]), list):
        del answer[LISTS[kind]]
    with pytest.raises(NotUnderstood):
        DECODERS[kind](as_body(answer))


@given(anything | st.dictionaries(keys, anything, max_size=5))
def test_it_has_the_number_of_an_accepted_task_or_does_not_know_what_became_of_it(answer: Any):
    told = answer.get("task_id") if isinstance(answer, dict) else None
    if isinstance(told, int) and not isinstance(told, bool) and 0 <= told < 2**63:
        assert decode.accepted_task(as_body(answer)) == told
    else:
        with pytest.raises(NotUnderstood) as lost:
            decode.accepted_task(as_body(answer))
        assert lost.value.outcome_unknown


@given(st.sampled_from(list(DECODERS)), anything | st.dictionaries(keys, anything, max_size=5))
def test_it_never_crashes_on_json(kind: str, answer: Any):
    tell_apart(kind, as_body(answer))


@given(
    st.sampled_from(list(DECODERS)),
    st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode(errors="surrogatepass")),
)
def test_it_never_crashes_on_bytes(kind: str, body: bytes):
    tell_apart(kind, body)
    tell_apart(kind, b'{"' + body)


def tell_apart(kind: str, body: bytes) -> None:
    """Either a value or NotUnderstood, whose text holds nothing of the answer."""
    with suppress(NotUnderstood):
        assert isinstance(read(kind, body), int | msgspec.Struct)


def read(kind: str, body: bytes) -> Any:
    try:
        return DECODERS[kind](body)
    except NotUnderstood as problem:
        if MARK in str(problem):
            raise AssertionError("the problem quotes the answer") from problem
        raise


@given(st.sampled_from(list(LISTS)), st.lists(anything | st.dictionaries(keys, anything, max_size=5), max_size=5))
def test_it_accounts_for_each_element_and_keeps_the_good_ones(kind: str, elements: list[Any]):
    good: dict[str, Any] = {"id": 900, "code": "K900", "name": "良い"}
    result = DECODERS[kind](as_body({LISTS[kind]: [*elements, good]}))
    items = read_items(result)
    assert len(items) + len(result.unreadable) == len(elements) + 1
    assert good["code"] in repr(items[-1]) or good["name"] in repr(items[-1])
    positions = [each.position for each in result.unreadable]
    assert positions == sorted(set(positions))
    assert all(names_its_element(each, elements[each.position - 1], kind) for each in result.unreadable)


def names_its_element(unreadable: Unreadable, sent: Any, kind: str) -> bool:
    """The key is the element's own, and the explanation holds nothing of it."""
    key = "name" if kind in NEED_AN_ID else "code"
    own = sent.get(key) if isinstance(sent, dict) else None
    return unreadable.key in ("", str(own)) and MARK not in unreadable.problem


@given(st.sampled_from(list(LISTS)), st.data())
def test_it_understands_nothing_of_an_answer_that_was_cut_off(kind: str, data: st.DataObject):
    elements = data.draw(st.lists(DOCUMENTED[kind], min_size=1, max_size=2))
    body = as_body({LISTS[kind]: elements})
    end = data.draw(st.integers(0, len(body) - 1))
    with pytest.raises(NotUnderstood):
        DECODERS[kind](body[:end])


@given(st.integers(min_value=300, max_value=6000))
def test_it_survives_numbers_of_any_length(digits: int):
    body = b'{"member_data": [{"code": "K1", "custom_fields": [{"id": 5, "values": [%b]}]}]}' % (b"9" * digits)
    result = decode.members(body)
    assert len(result.items) + len(result.unreadable) == 1


@given(anything | st.sampled_from(["900", "inf", "nan", "-1", "1e400"]) | st.integers() | numbers)
def test_it_always_has_a_lifetime_that_makes_sense(told: Any):
    lifetime = decode.token(as_body({"access_token": "t", "expire_in": told})).lifetime
    assert 0 < lifetime <= decode.LONGEST_LIFETIME
