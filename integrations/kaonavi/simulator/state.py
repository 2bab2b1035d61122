"""Everything that this カオナビ remembers: one tree of plain structs, which is also the state file."""

import secrets
from typing import Any, Literal

from msgspec import Struct, field

from .faults import Fault
from .items import Item, make_item
from .knobs import Knobs
from .webhooks import Delivery, Webhook

Record = dict[int, list[str]]
"""One record of a sheet: item id → values. An item without a value is not in it."""
Operation = Literal["read", "update", "create", "delete"]
SheetWrite = Literal["PUT", "PATCH", "add"]
TICKS: dict[str, str] = {"read": "取得", "update": "更新", "create": "登録", "delete": "削除"}
POSITIONS = ["本部長", "部長", "課長", "係長", "主任"]
EMPLOYMENT_TYPES = ["正社員", "契約社員", "派遣社員", "アルバイト・パート", "業務委託"]


class Credentials(Struct):
    """認証情報: what a person copies from カオナビ into ミキワメ."""

    consumer_key: str
    consumer_secret: str

    @classmethod
    def issue(cls) -> "Credentials":
        """A fresh pair."""
        return cls(f"ck_{secrets.token_hex(16)}", f"cs_{secrets.token_hex(24)}")


class Department(Struct, kw_only=True):
    """One 所属. A blank or repeated code is possible here, so that bad rows can be played."""

    code: str
    name: str
    parent_code: str | None = None
    order: int | None = 1
    leader_member_code: str | None = None
    memo: str | None = None


class Member(Struct, kw_only=True):
    """One member. Blank texts and dates are `""`; the knobs decide how a blank is shown."""

    id: int
    code: str
    name: str = ""
    name_kana: str = ""
    mail: str = ""
    entered_date: str = ""
    retired_date: str = ""
    gender: str = ""
    birthday: str = ""
    department: str = ""
    sub_departments: list[str] = field(default_factory=list)
    custom: Record = field(default_factory=dict)
    updated_at: str = ""
    overrides: dict[str, Any] = field(default_factory=dict)
    """Keys of this member's JSON as they shall be sent instead, whatever their shape."""


class Sheet(Struct, kw_only=True):
    """One sheet: its items and, by member code, the records."""

    id: int
    name: str
    category: str = "その他"
    record_type: int = 0
    items: list[Item] = field(default_factory=list)
    rows: dict[str, list[Record]] = field(default_factory=dict)
    row_updated_at: dict[str, str] = field(default_factory=dict)
    updated_at: str = ""

    def item(self, name: str) -> Item:
        """The item of that name. Raises KeyError."""
        for item in self.items:
            if item.name == name:
                return item
        raise KeyError(name)


class Task(Struct, kw_only=True):
    """One accepted update request, from WAITING to its end. Times are seconds since 1970."""

    id: int
    sheet_id: int
    sheet_name: str
    operation: SheetWrite
    members: int
    accepted_at: float
    running_at: float
    done_at: float
    visible_at: float
    outcome: str = "OK"
    messages: list[str] | None = None
    status: str = ""
    """Overrides WAITING and RUNNING; with `stuck` the task never leaves them."""
    stuck: bool = False
    settled: bool = False
    write: dict[str, list[Record]] | None = None
    """What is still to be applied."""


class Call(Struct, kw_only=True):
    """One API call in the アクセスログ."""

    time: float
    method: str
    path: str
    status: int = 0
    duration: float = 0.0
    address: str = ""
    request_id: str = ""
    is_update: bool = False
    dry_run: bool = False
    counted: bool = False
    members: list[str] = field(default_factory=list)
    """The 社員番号 that an update call carried, in its order."""


class Counters(Struct):
    """The next number of each kind."""

    item: int = 311
    sheet: int = 2364
    task: int = 48_201
    member: int = 1
    webhook: int = 1
    delivery: int = 1


def _default_items() -> list[Item]:
    return [
        make_item(301, "役職", "pull_down", options=POSITIONS),
        make_item(302, "雇用形態", "radio_button", options=EMPLOYMENT_TYPES),
    ]


class State(Struct, kw_only=True):
    """One company's カオナビ. A fresh one has no people, no sheets, and all ticks off, as the real one."""

    credentials: Credentials = field(default_factory=Credentials.issue)
    knobs: Knobs = field(default_factory=Knobs)
    faults: list[Fault] = field(default_factory=list)
    tokens: dict[str, float] = field(default_factory=dict)
    """Token → end of its life, seconds since 1970."""
    ticks: dict[str, list[Operation]] = field(default_factory=dict)
    """`members`, `departments`, `layouts`, `enum_options` or `sheet:<id>` → the ticked operations."""
    labels: dict[str, str] = field(default_factory=dict)
    """Names of standard items that the company changed: key → label."""
    items: list[Item] = field(default_factory=_default_items)
    departments: list[Department] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    categories: list[str] = field(default_factory=lambda: ["基本", "その他"])
    extra_departments: list[Any] = field(default_factory=list)
    """Sent behind the departments as they stand, of whatever shape."""
    extra_members: list[Any] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    webhooks: list[Webhook] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    """What webhooks were told, oldest first, and what they are still to be told."""
    calls: list[Call] = field(default_factory=list)
    counted_calls: list[float] = field(default_factory=list)
    counted_updates: list[float] = field(default_factory=list)
    counted_tokens: list[float] = field(default_factory=list)
    display: dict[str, list[int]] = field(default_factory=dict)
    """カスタム設定: `filter` (絞込み), `axis` (表示軸), `label` (ラベル) → items of single-record sheets."""
    members_updated_at: str = ""
    clock_offset: float = 0.0
    """Seconds by which this company is ahead of the real clock, because somebody let time pass."""
    next: Counters = field(default_factory=Counters)

    @property
    def visible_members(self) -> list[Member]:
        """Those that the user who issued the keys may see."""
        return self.members[: round(len(self.members) * self.knobs.visible_members)]

    @property
    def hidden_codes(self) -> set[str]:
        """社員番号 of the others."""
        return {member.code for member in self.members[len(self.visible_members) :]}

    @property
    def visible_items(self) -> list[Item]:
        """The company's own items of 基本情報 whose values that user may see."""
        return self.items[: round(len(self.items) * self.knobs.visible_items)]

    def sheet(self, sheet_id: int) -> Sheet | None:
        """The sheet with that id."""
        return next((sheet for sheet in self.sheets if sheet.id == sheet_id), None)

    def member(self, code: str) -> Member | None:
        """The member with that 社員番号."""
        return next((member for member in self.members if member.code == code), None)

    def allows(self, resource: str, operation: Operation) -> bool:
        """Is that box of 操作対象の管理 ticked?"""
        return operation in self.ticks.get(resource, [])
