"""The documented shapes of カオナビ's answers, as far as we use them (retold in README.md beside this file).

msgspec refuses what does not fit while it reads the bytes, so a list of 50,000 members costs one pass. Whatever is not
blank must have the documented type; `decode` turns these raw values into those of `types`.
"""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

EmptyText = Annotated[str, Meta(max_length=0)]
EmptyList = Annotated[list[EmptyText | None], Meta(max_length=1)]  # [], [""] and [null]
EmptyObject = Annotated[dict[str, Any], Meta(max_length=0)]

# A union may hold one kind of text, list and object, so there is one word for "blank" beside each other kind.
NoObject = EmptyText | None | EmptyList
NoList = EmptyText | None | EmptyObject
NoNumber = EmptyText | None | EmptyList | EmptyObject

Id = Annotated[int, Meta(ge=0, le=2**63 - 1)]  # what a database can keep
Text = str | None | EmptyList | EmptyObject
Flag = bool | NoNumber
Number = int | float | str | None | EmptyList | EmptyObject
Values = tuple[Number, ...] | NoList


class RawToken(msgspec.Struct):
    """`POST /token`. The official sample says `expire_in`, other clients read `expires_in`."""

    access_token: str
    expire_in: Any = None
    expires_in: Any = None


class RawValues(msgspec.Struct, gc=False):
    """One item's values, of a member or of a record."""

    id: Id | NoNumber = None
    values: Values = None


CustomFields = list[RawValues | NoObject] | NoList


class RawPost(msgspec.Struct, gc=False):
    """所属: the leaf's code, and the names from the root to the leaf."""

    code: Text = None
    names: Any = None


class RawMember(msgspec.Struct, gc=False):
    code: Text = None
    name: Text = None
    name_kana: Text = None
    mail: Text = None
    entered_date: Text = None
    retired_date: Text = None
    gender: Text = None
    birthday: Text = None
    department: RawPost | NoObject = None
    custom_fields: CustomFields = None


class RawMembers(msgspec.Struct):
    member_data: list[msgspec.Raw]


class RawDepartment(msgspec.Struct):
    code: Text = None
    name: Text = None
    parent_code: Text = None
    order: Number = None


class RawDepartments(msgspec.Struct):
    department_data: list[msgspec.Raw]


class RawItem(msgspec.Struct):
    id: Id
    name: Text = None
    type: Text = None
    required: Flag = None
    read_only: Flag = None
    max_length: Number = None
    enum: Values = None
    type_detail: Text = None


Items = list[RawItem | NoObject]


class RawMemberLayout(msgspec.Struct):
    """The list must be there: taken for "no items", a missing one would empty 役職 and 雇用形態 of everybody."""

    custom_fields: Items


class RawSheetLayout(msgspec.Struct):
    id: Id
    name: Text = None
    record_type: Number = None
    custom_fields: Items | NoList = None


class RawSheetLayouts(msgspec.Struct):
    sheets: list[msgspec.Raw]


class RawRecord(msgspec.Struct, gc=False):
    custom_fields: CustomFields = None


class RawSheetMember(msgspec.Struct, gc=False):
    code: Text = None
    records: list[RawRecord | NoObject] | NoList = None


class PlainValues(msgspec.Struct, gc=False):
    """One item of a record as カオナビ's own examples show it: with an id, and nothing blank among the values."""

    id: Id
    values: Annotated[tuple[Annotated[str, Meta(min_length=1)], ...], Meta(min_length=1)]


class PlainRecord(msgspec.Struct, gc=False):
    custom_fields: list[PlainValues]


class PlainSheetMember(msgspec.Struct, gc=False):
    code: str
    records: list[PlainRecord]


class RawSheet(msgspec.Struct):
    member_data: list[msgspec.Raw]
    id: Id | NoNumber = None
    name: Text = None
    record_type: Number = None


class RawTask(msgspec.Struct):
    """`messages` are for people to read, so their shape must never hide the status."""

    status: Text = None
    id: Id | NoNumber = None
    messages: Any = None


class RawAccepted(msgspec.Struct):
    task_id: Id


class RawComplaint(msgspec.Struct):
    """What may stand in any answer, whatever its status."""

    errors: Any = None
    task_id: Any = None
