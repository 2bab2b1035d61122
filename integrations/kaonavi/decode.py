"""Pure: the bodies of カオナビ's successful answers, read into the values of `types`.

Three rules hold for every answer:

- A value that is blank in any form of `shapes` is no value. Keys that we do not know are passed over.
- A list is read element by element. An element of another shape becomes an `Unreadable`; the others stay good.
- An answer without the documented envelope raises `NotUnderstood`, and nothing of it is used.

No text made here quotes the answer, which may hold personal data; it names keys of the API at most.
"""

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import Any, Literal, NoReturn, TypeVar

import msgspec

from integrations.kaonavi.errors import NotUnderstood
from integrations.kaonavi.keys import absent_keys
from integrations.kaonavi.shapes import (
    CustomFields,
    PlainRecord,
    PlainSheetMember,
    RawAccepted,
    RawComplaint,
    RawDepartment,
    RawDepartments,
    RawItem,
    RawMember,
    RawMemberLayout,
    RawMembers,
    RawPost,
    RawRecord,
    RawSheet,
    RawSheetLayout,
    RawSheetLayouts,
    RawSheetMember,
    RawTask,
    RawToken,
    RawValues,
)
from integrations.kaonavi.types import (
    UNKNOWN_RECORD_TYPE,
    Department,
    Departments,
    Item,
    Member,
    MemberLayout,
    Members,
    Record,
    Sheet,
    SheetLayout,
    SheetLayouts,
    SheetMember,
    Task,
    Token,
    Unreadable,
)

T = TypeVar("T")
R = TypeVar("R")

_plain_sheet_member = msgspec.json.Decoder(PlainSheetMember).decode
_any_sheet_member = msgspec.json.Decoder(RawSheetMember).decode

DEFAULT_LIFETIME = 3600.0  # seconds: カオナビ's quick start, and what other clients fall back to
LONGEST_LIFETIME = 86_400.0  # seconds: カオナビ says an hour; whoever says more than a day means something else
LARGEST_NUMBER = 2**31 - 1  # an `order` or length beyond this is no number that anybody typed

BOM = b"\xef\xbb\xbf"

# A body may also hold bytes that are no UTF-8, or be nested deeper than anything we know.
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

PATH = re.compile(r"`\$\.(\S+)`$")  # how msgspec says where it stopped: names of our own structs and positions
WHOLE = re.compile(r"[+-]?[0-9]{1,10}(\.0+)?")
ESCAPE = re.compile(rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<half>u[dD][89a-fA-F]..)|.)", re.DOTALL)
TOKEN = re.compile(r"[!-~]+")  # goes into a header


def token(body: bytes) -> Token:
    return _answer(body, RawToken, _token)


def departments(body: bytes) -> Departments:
    def build(raw: RawDepartments) -> Departments:
        absent = absent_keys(raw.department_data, RawDepartment.__struct_fields__)
        return Departments(*_elements(raw.department_data, RawDepartment, _department), absent)

    return _answer(body, RawDepartments, build)


def members(body: bytes, items: Collection[int] | None = None) -> Members:
    """`items` are the ids of the custom items to keep, None for all: companies have dozens, and a run reads two."""
    build = partial(_member, items=items)
    keys = RawMember.__struct_fields__

    def every(raw: RawMembers) -> Members:
        return Members(*_elements(raw.member_data, RawMember, build), absent_keys(raw.member_data, keys))

    return _answer(body, RawMembers, every)


def member_layout(body: bytes) -> MemberLayout:
    """Raises NotUnderstood for one unreadable item too: it must never be taken for an item that is missing."""
    return _answer(body, RawMemberLayout, lambda raw: MemberLayout(custom_items=_items(raw.custom_fields)))


def sheet_layouts(body: bytes) -> SheetLayouts:
    elements = partial(_elements, shape=RawSheetLayout, build=_sheet_layout, key="name")
    return _answer(body, RawSheetLayouts, lambda raw: SheetLayouts(*elements(raw.sheets)))


def sheet(body: bytes, sheet_id: int) -> Sheet:
    """`sheet_id` is the one that was asked for. Raises NotUnderstood for an answer about another one."""
    return _answer(body, RawSheet, lambda raw: _sheet(raw, sheet_id))


def task(body: bytes, task_id: int) -> Task:
    """`task_id` is the one that was asked for. Raises NotUnderstood for an answer about another one."""
    return _answer(body, RawTask, lambda raw: _task(raw, task_id))


def accepted_task(body: bytes) -> int:
    """The task that an update became. Raises NotUnderstood with `outcome_unknown`: it may have been accepted."""
    return _answer(body, RawAccepted, lambda raw: raw.task_id, outcome_unknown=True)


def tried_task(body: bytes) -> int:
    """As `accepted_task` for a trial (`Dry-Run: 1`), whose answer nobody has described: 0 where it names no task."""
    if body.lstrip().startswith(b"<"):
        raise NotUnderstood("Webページが返りました。")
    try:
        return accepted_task(body)
    except NotUnderstood:
        return 0


def messages(body: bytes) -> tuple[str, ...]:
    """カオナビ's own words in the body of a refusal, `{"errors": […]}`; none where there is no such body."""
    try:
        answer = msgspec.json.decode(body.removeprefix(BOM))
    except UNREADABLE:
        return ()
    return (texts_in(answer.get("errors")) or texts_in(answer.get("message"))) if isinstance(answer, dict) else ()


def complaints(body: bytes) -> tuple[str, ...]:
    """カオナビ's own words in a body whose status says success; none where an update became a task all the same."""
    if b'"errors"' not in body:  # nearly always, and cheaper than to read a list of all members twice
        return ()
    try:
        answer = msgspec.json.decode(body.removeprefix(BOM), type=RawComplaint)
    except UNREADABLE:
        return ()
    return () if isinstance(answer.task_id, int) else texts_in(answer.errors)


def texts_in(value: Any) -> tuple[str, ...]:
    """The texts of a list, of an object's values, or one text by itself, each once; anything else is passed over."""
    return tuple(dict.fromkeys(_texts_within(value)))


def _texts_within(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value:
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts_within(each)


def _answer(body: bytes, shape: type[R], build: Callable[[R], T], *, outcome_unknown: bool = False) -> T:
    """What the answer says, once its outer shape fits. Raises NotUnderstood."""
    content = body.removeprefix(BOM).lstrip()
    if not content:
        problem = "応答が空です"
    elif not content.startswith(b"{"):
        problem = "JSONではない応答です"
    else:
        try:
            return build(_parse(content, shape))
        except msgspec.ValidationError as error:
            problem = f"必要な内容がないか、形が違います{_at(error)}"
        except UNREADABLE:
            problem = "JSONが途中で切れているか、壊れています"
    raise NotUnderstood(f"{problem}。", outcome_unknown=outcome_unknown)


def _parse(content: bytes, shape: type[R]) -> R:
    """The bytes as `shape`, where half a surrogate pair (what is left of an emoji cut in two) spoils one element only.

    msgspec refuses a whole answer for it; bytes that are no UTF-8 it refuses only in a value that we read.
    """
    try:
        return msgspec.json.decode(content, type=shape)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        mended = ESCAPE.sub(lambda found: b"\xff" if found["half"] else found[0], content)
        if mended == content:
            raise
        return msgspec.json.decode(mended, type=shape)


def _elements(
    raws: list[msgspec.Raw], shape: type[R], build: Callable[[R], T], *, key: Literal["code", "name"] = "code"
) -> tuple[tuple[T, ...], tuple[Unreadable, ...]]:
    decode = msgspec.json.Decoder(shape).decode
    return _each(raws, lambda raw: build(decode(raw)), key)


def _each(
    raws: list[msgspec.Raw], read: Callable[[msgspec.Raw], T], key: Literal["code", "name"] = "code"
) -> tuple[tuple[T, ...], tuple[Unreadable, ...]]:
    items: list[T] = []
    unreadable: list[Unreadable] = []
    for position, raw in enumerate(raws, start=1):
        try:
            items.append(read(raw))
        except UNREADABLE as error:
            problem = f"公開APIの説明にない形のデータです{_at(error)}。"
            unreadable.append(Unreadable(position, _key(raw, key), problem))
    return tuple(items), tuple(unreadable)


def _key(raw: msgspec.Raw, key: Literal["code", "name"]) -> str:
    """The code (or name) of an unreadable element, so that a person can find it; "" where not even that is there."""
    try:
        values = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        value = msgspec.json.decode(values.get(key, msgspec.Raw(b"null")))
    except UNREADABLE:
        return ""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _at(error: Exception) -> str:
    found = PATH.search(str(error)) if isinstance(error, msgspec.ValidationError) else None
    return f"（{found[1]}）" if found else ""


def _wrong(path: str) -> NoReturn:
    raise msgspec.ValidationError(f"Unexpected value - at `$.{path}`")


def _same(found: object, asked: int) -> int:
    """The number of what was asked for, also if the answer names none; one that names another is about that."""
    if isinstance(found, int) and found != asked:
        _wrong("id")
    return asked


def _token(raw: RawToken) -> Token:
    if not TOKEN.fullmatch(raw.access_token):
        _wrong("access_token")
    lifetime = _seconds(raw.expire_in) or _seconds(raw.expires_in) or DEFAULT_LIFETIME
    return Token(value=raw.access_token, lifetime=min(lifetime, LONGEST_LIFETIME))


def _department(raw: RawDepartment) -> Department:
    return Department(_text(raw.code), _text(raw.name), _text(raw.parent_code), _whole(raw.order, "order"))


def _member(raw: RawMember, items: Collection[int] | None) -> Member:
    post = raw.department
    return Member(
        _text(raw.code),
        _text(raw.name),
        _text(raw.name_kana),
        _text(raw.mail),
        _text(raw.entered_date),
        _text(raw.retired_date),
        _text(raw.gender),
        _text(raw.birthday),
        _text(post.code) if isinstance(post, RawPost) else "",
        _custom(raw.custom_fields, items),
        _leaf(post.names) if isinstance(post, RawPost) else "",
    )


def _leaf(names: object) -> str:
    """The last of the names of a path, "" where there is none."""
    return names[-1] if isinstance(names, list) and names and isinstance(names[-1], str) else ""


def _items(raws: Iterable[object]) -> tuple[Item, ...]:
    return tuple(_item(raw) for raw in raws if isinstance(raw, RawItem))


def _item(raw: RawItem) -> Item:
    return Item(
        id=raw.id,
        name=_text(raw.name),
        type=_text(raw.type),
        required=raw.required is True,
        read_only=raw.read_only is True,
        max_length=_whole(raw.max_length, "max_length"),
        options=_texts(raw.enum),
        type_detail=_text(raw.type_detail),
    )


def _sheet_layout(raw: RawSheetLayout) -> SheetLayout:
    items = raw.custom_fields if isinstance(raw.custom_fields, list) else ()
    return SheetLayout(raw.id, _text(raw.name), _record_type(raw.record_type), _items(items))


def _sheet(raw: RawSheet, asked: int) -> Sheet:
    return Sheet(
        _same(raw.id, asked),
        _text(raw.name),
        _record_type(raw.record_type),
        *_each(raw.member_data, _read_sheet_member),
    )


def _read_sheet_member(raw: msgspec.Raw) -> SheetMember:
    """Nearly all are plain: then no value needs a second look, and nothing has as many values as a sheet."""
    try:
        member = _plain_sheet_member(raw)
    except UNREADABLE:
        return _sheet_member(_any_sheet_member(raw))
    return SheetMember(member.code, tuple(map(_plain_record, member.records)))


def _plain_record(raw: PlainRecord) -> Record:
    found = {item.id: item.values for item in raw.custom_fields}
    if len(found) < len(raw.custom_fields):
        _wrong("custom_fields[...].id")
    return Record(found)


def _sheet_member(raw: RawSheetMember) -> SheetMember:
    records = raw.records if isinstance(raw.records, list) else ()
    kept = [Record(_custom(record.custom_fields)) for record in records if isinstance(record, RawRecord)]
    return SheetMember(_text(raw.code), tuple(kept))


def _task(raw: RawTask, asked: int) -> Task:
    """A status that is blank is not final, like an unknown one; an answer that says nothing at all is no task."""
    status = _text(raw.status)
    if not status and not isinstance(raw.id, int):
        _wrong("status")
    return Task(_same(raw.id, asked), status, texts_in(raw.messages))


def _custom(raws: CustomFields, items: Collection[int] | None = None) -> dict[int, tuple[str, ...]]:
    """Item id → values, without the items that have none. Values without an id, or twice the same id, fit nothing."""
    found: dict[int, tuple[str, ...]] = {}
    if not isinstance(raws, list):
        return found
    for raw in raws:
        if not isinstance(raw, RawValues) or (items is not None and isinstance(raw.id, int) and raw.id not in items):
            continue
        values = _texts(raw.values)
        if not values:
            continue
        if not isinstance(raw.id, int) or raw.id in found:
            _wrong("custom_fields[...].id")
        found[raw.id] = values
    return found


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, tuple):
        return ()
    for value in values:
        if type(value) is not str or not value:
            return tuple(str(each) for each in values if isinstance(each, int | float | str) and each != "")
    return values  # nearly always: nothing to leave out and no number among them


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: object, path: str) -> int | None:
    """An integer, also one written as text or with a point; None where there is none."""
    if isinstance(value, str) and value:
        value = float(value) if WHOLE.fullmatch(value) else math.nan
    if isinstance(value, int | float):
        if not (abs(value) <= LARGEST_NUMBER and value == int(value)):
            _wrong(path)
        return int(value)
    return None


def _record_type(value: object) -> int:
    number = _whole(value, "record_type")
    return UNKNOWN_RECORD_TYPE if number is None else number


def _seconds(value: object) -> float | None:
    """A lifetime that makes sense, as a number or as text; None for anything else."""
    try:
        seconds = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else 0.0
    except (ValueError, OverflowError):
        return None
    return seconds if 0 < seconds < math.inf else None
