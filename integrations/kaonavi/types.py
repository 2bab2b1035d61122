"""What カオナビ's API answers, as typed and frozen values.

Every blank that the API is known or likely to use (`""`, `null`, a missing key, `[]`, `[""]`, `[null]`, `{}`) has
become `""`, `()` or `None` here, so nobody inside asks again. Texts are as カオナビ sent them: not trimmed, not normalised.
"""

from collections.abc import Mapping

import msgspec


class Unreadable(msgspec.Struct, frozen=True):
    """One element of a list that does not have the documented shape. The rest of the list is still good."""

    position: int  # from 1, in the order of the answer
    key: str  # its code where that much could be read, else ""
    problem: str  # for the operator, in Japanese; never holds personal values


class Token(msgspec.Struct, frozen=True):
    """An access token and how many seconds it lives."""

    value: str
    lifetime: float

    def __repr__(self) -> str:
        """Without the value: a token opens everything that was ticked, and representations end up in reports."""
        return f"Token(lifetime={self.lifetime})"


class Department(msgspec.Struct, frozen=True):
    """One node of 所属ツリー. `parent_code` is "" for a root; `order` is None where カオナビ gives none."""

    code: str
    name: str
    parent_code: str = ""
    order: int | None = None


class Departments(msgspec.Struct, frozen=True):
    """`GET /departments`: a flat list, parents in any order."""

    items: tuple[Department, ...]
    unreadable: tuple[Unreadable, ...] = ()
    absent: frozenset[str] = frozenset()  # keys that none of them has


class Member(msgspec.Struct, frozen=True, gc=False):
    """One member with the items that we use. Dates are texts as sent; `custom` holds item id → values.

    `department_name` is for people to read; the code tells which it is.
    """

    code: str = ""
    name: str = ""
    name_kana: str = ""
    mail: str = ""
    entered_date: str = ""
    retired_date: str = ""
    gender: str = ""
    birthday: str = ""
    department_code: str = ""
    custom: Mapping[int, tuple[str, ...]] = {}
    department_name: str = ""


class Members(msgspec.Struct, frozen=True):
    """`GET /members`: everybody, retired people too."""

    items: tuple[Member, ...]
    unreadable: tuple[Unreadable, ...] = ()
    absent: frozenset[str] = frozenset()  # keys that none of them has


class Item(msgspec.Struct, frozen=True):
    """One item of a layout. `type` is string, number, date, enum, calc, … or anything newer."""

    id: int
    name: str
    type: str
    required: bool = False
    read_only: bool = False
    max_length: int | None = None
    options: tuple[str, ...] = ()
    type_detail: str = ""


class MemberLayout(msgspec.Struct, frozen=True):
    """`GET /member_layouts`: the company's own items of 基本情報 (役職 and 雇用形態 are among these)."""

    custom_items: tuple[Item, ...]


SINGLE_RECORD = 0
MULTIPLE_RECORDS = 1
UNKNOWN_RECORD_TYPE = -1


class SheetLayout(msgspec.Struct, frozen=True):
    """One sheet and its items. `record_type` is SINGLE_RECORD, MULTIPLE_RECORDS or anything newer.

    It is UNKNOWN_RECORD_TYPE where カオナビ gives none.
    """

    id: int
    name: str
    record_type: int
    items: tuple[Item, ...]


class SheetLayouts(msgspec.Struct, frozen=True):
    """`GET /sheet_layouts`."""

    items: tuple[SheetLayout, ...]
    unreadable: tuple[Unreadable, ...] = ()


class Record(msgspec.Struct, frozen=True):
    """One record of a sheet: item id → values. Items without a value are not in it."""

    values: Mapping[int, tuple[str, ...]]


class SheetMember(msgspec.Struct, frozen=True):
    """One member's records on a sheet, in カオナビ's order. Also what an update sends."""

    code: str
    records: tuple[Record, ...]


class Sheet(msgspec.Struct, frozen=True):
    """`GET /sheets/{id}`: members without a record are not in it."""

    id: int
    name: str
    record_type: int
    members: tuple[SheetMember, ...]
    unreadable: tuple[Unreadable, ...] = ()


class Task(msgspec.Struct, frozen=True):
    """The state of an accepted update. An unknown status counts as not final."""

    id: int
    status: str
    messages: tuple[str, ...] = ()

    @property
    def is_ok(self) -> bool:
        return self.status == "OK"

    @property
    def has_failed(self) -> bool:
        return self.status in ("NG", "ERROR")

    @property
    def is_final(self) -> bool:
        return self.is_ok or self.has_failed
