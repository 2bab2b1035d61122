"""One company's カオナビ, alive: its state, its clock, and the verbs that pages, API and tests share."""

import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec

from .faults import Fault, Kind
from .items import Item, Option, make_item
from .knobs import Knobs
from .sheet_templates import TEMPLATES, TemplateKey
from .state import Call, Credentials, Department, Member, Operation, Sheet, State, Task
from .writes import apply_write

JAPAN = timezone(timedelta(hours=9))
OPERATIONS: list[Operation] = ["read", "update", "create", "delete"]
RESOURCES = ["members", "departments", "layouts", "enum_options"]


class Tenant:
    """The company that the simulator plays. Everything that reads or changes `state` holds `lock`.

    In a test: `Tenant(task_delay=0)`, then `add_member(...)`, `use_template("latest")`, `tick_all()`, and
    `server.run_in_thread(tenant)` for real HTTP. Keyword arguments are knobs.
    """

    def __init__(self, state: State | None = None, *, clock: Callable[[], float] = time.time, **knobs: Any) -> None:
        self.state = state or State()
        self.lock = threading.RLock()
        self.changed = threading.Event()
        """Set by every change; the state file's keeper waits for it."""
        self.posted = threading.Event()
        """Set when a webhook has something to tell; `courier` waits for it."""
        self.clock = clock
        if knobs:
            self.set_knobs(**knobs)

    # time

    def now(self) -> float:
        """Seconds since 1970, by the injected clock and what `advance` added."""
        return self.clock() + self.state.clock_offset

    def advance(self, seconds: float) -> None:
        """Let time pass for this company."""
        with self.lock:
            self.state.clock_offset += seconds
            self.changed.set()
            self.posted.set()

    def local_time(self) -> datetime:
        """Now in Japan."""
        return datetime.fromtimestamp(self.now(), JAPAN)

    def local_text(self, seconds: float) -> str:
        """A moment as a person in Japan reads it."""
        return datetime.fromtimestamp(seconds, JAPAN).strftime("%Y/%m/%d %H:%M:%S")

    def timestamp(self) -> str:
        """Now in カオナビ's notation, without zone."""
        return self.local_time().strftime("%Y-%m-%d %H:%M:%S")

    # knobs, faults, ticks, credentials

    @property
    def knobs(self) -> Knobs:
        """The settings of the unknown; attributes may be assigned."""
        return self.state.knobs

    def set_knobs(self, **values: Any) -> None:
        """Change some knobs. Raises msgspec.ValidationError for an unknown name or a wrong type."""
        with self.lock:
            unknown = set(values) - set(msgspec.structs.asdict(self.knobs))
            if unknown:
                raise msgspec.ValidationError(f"unknown knobs: {', '.join(sorted(unknown))}")
            merged = msgspec.to_builtins(self.knobs) | values
            self.state.knobs = msgspec.convert(merged, Knobs)
            self.changed.set()

    def fail(self, kind: Kind, **parameters: Any) -> Fault:
        """Script a fault (see `Fault`): `tenant.fail("status", path="^/members", status=502, body="html")`."""
        fault = msgspec.convert({"kind": kind} | parameters, Fault)
        with self.lock:
            self.state.faults.append(fault)
            self.changed.set()
        return fault

    def tick(self, resource: str | Sheet, *operations: Operation) -> None:
        """Tick boxes of `members`, `departments`, `layouts`, `enum_options` or a sheet; none given: all four."""
        key = resource if isinstance(resource, str) else f"sheet:{resource.id}"
        with self.lock:
            ticked = {*self.state.ticks.get(key, []), *(operations or OPERATIONS)}
            self.state.ticks[key] = [operation for operation in OPERATIONS if operation in ticked]
            self.changed.set()

    def untick(self, resource: str | Sheet, *operations: Operation) -> None:
        """Take ticks away; none given: all four."""
        key = resource if isinstance(resource, str) else f"sheet:{resource.id}"
        with self.lock:
            gone = operations or OPERATIONS
            self.state.ticks[key] = [kept for kept in self.state.ticks.get(key, []) if kept not in gone]
            self.changed.set()

    def tick_all(self) -> None:
        """Tick everything that there is now."""
        for resource in RESOURCES:
            self.tick(resource)
        for sheet in self.state.sheets:
            self.tick(sheet)

    @property
    def credentials(self) -> Credentials:
        """The keys that are good now."""
        return self.state.credentials

    def reissue(self) -> Credentials:
        """再発行: new keys; the old ones and every token made from them are dead at once."""
        with self.lock:
            self.state.credentials = Credentials.issue()
            self.state.tokens.clear()
            self.changed.set()
            return self.state.credentials

    # people

    def add_department(
        self, code: str, name: str, parent_code: str | None = None, *, order: int | None = None, **more: Any
    ) -> Department:
        """Add a 所属; without `order` it comes last. Codes are not checked, so that bad rows can be played."""
        with self.lock:
            place = len(self.state.departments) + 1 if order is None else order
            department = Department(code=code, name=name, parent_code=parent_code, order=place, **more)
            self.state.departments.append(department)
            self.changed.set()
            return department

    def add_member(
        self,
        code: str,
        *,
        name: str = "田中 太郎",
        name_kana: str = "タナカ タロウ",
        mail: str | None = None,
        position: str = "",
        employment_type: str = "",
        custom: dict[str, str | list[str]] | None = None,
        **fields: Any,
    ) -> Member:
        """Add a member; `mail=None` makes one from the code. Values of custom items go by item name (KeyError)."""
        with self.lock:
            member = Member(
                id=self.state.next.member,
                code=code,
                name=name,
                name_kana=name_kana,
                mail=f"{code.lower()}@example.co.jp" if mail is None else mail,
                updated_at=self.timestamp(),
                **fields,
            )
            self.state.next.member += 1
            named = {"役職": position, "雇用形態": employment_type, **(custom or {})}
            for item_name, value in named.items():
                if value:
                    self._set_value(member, item_name, [value] if isinstance(value, str) else value)
            self.state.members.append(member)
            self.state.members_updated_at = self.timestamp()
            self.changed.set()
            return member

    def _set_value(self, member: Member, item_name: str, values: list[str]) -> None:
        item = self.custom_item(item_name)
        for value in values:
            if item.type == "enum" and value not in item.option_names:
                item.options.append(Option(max((option.id for option in item.options), default=0) + 1, value))
        member.custom[item.id] = values

    def edit_member(self, code: str, **fields: Any) -> Member:
        """Change fields of a member. Raises KeyError for an unknown code, AttributeError for an unknown field."""
        with self.lock:
            member = self.state.member(code)
            if member is None:
                raise KeyError(code)
            for key, value in fields.items():
                setattr(member, key, value)
            member.updated_at = self.state.members_updated_at = self.timestamp()
            self.changed.set()
            return member

    # items and sheets

    def custom_item(self, name: str) -> Item:
        """The custom item of the basic information with that name. Raises KeyError."""
        for item in self.state.items:
            if item.name == name:
                return item
        raise KeyError(name)

    def new_item(self, name: str, type_detail: str = "text_box", **more: Any) -> Item:
        """A numbered item that belongs nowhere yet."""
        with self.lock:
            item = make_item(self.state.next.item, name, type_detail, **more)
            self.state.next.item += 1
            return item

    def add_custom_item(
        self, name: str, options: Iterable[str] | None = None, *, type_detail: str | None = None, **more: Any
    ) -> Item:
        """Add an item to the basic information; with options it is a pull-down unless told otherwise."""
        with self.lock:
            names = None if options is None else list(options)
            kind = type_detail or ("text_box" if names is None else "pull_down")
            item = self.new_item(name, kind, options=names, **more)
            self.state.items.append(item)
            self.changed.set()
            return item

    def rename_custom_item(self, name: str, new_name: str) -> None:
        """Rename an item of the basic information. Raises KeyError."""
        with self.lock:
            self.custom_item(name).name = new_name
            self.changed.set()

    def add_sheet(
        self, name: str, items: Iterable[Item] = (), *, record_type: int = 0, category: str = "その他"
    ) -> Sheet:
        """Add a sheet with items from `new_item`."""
        with self.lock:
            sheet = Sheet(
                id=self.state.next.sheet, name=name, category=category, record_type=record_type, items=list(items)
            )
            self.state.next.sheet += 1
            return self._keep(sheet)

    def use_template(self, key: TemplateKey, *, category: str = "ミキワメ", name: str = "") -> Sheet:
        """「このテンプレートを使用する」: the sheet 最新 (`latest`) or 全 (`all`), with no box ticked."""
        with self.lock:
            return self._keep(TEMPLATES[key].make_sheet(self.state.next, category=category, name=name))

    def _keep(self, sheet: Sheet) -> Sheet:
        sheet.updated_at = self.timestamp()
        self.state.sheets.append(sheet)
        if sheet.category not in self.state.categories:
            self.state.categories.append(sheet.category)
        self.changed.set()
        return sheet

    def remove_sheet(self, sheet: Sheet) -> None:
        """Delete a sheet; a task that still waits for it ends NG."""
        with self.lock:
            self.state.sheets.remove(sheet)
            self.state.ticks.pop(f"sheet:{sheet.id}", None)
            self.changed.set()

    def sheet(self, name_or_id: str | int) -> Sheet:
        """The sheet of that name or id. Raises KeyError."""
        for sheet in self.state.sheets:
            if name_or_id in (sheet.id, sheet.name):
                return sheet
        raise KeyError(name_or_id)

    def write_records(self, sheet: Sheet, code: str, records: list[dict[str, str]]) -> None:
        """Type records in by hand, item name → value: they stand there as if a person had entered them."""
        with self.lock:
            sheet.rows[code] = [
                {sheet.item(name).id: [value] for name, value in record.items() if value} for record in records
            ]
            sheet.row_updated_at[code] = sheet.updated_at = self.timestamp()
            self.changed.set()

    def records(self, sheet: Sheet | str | int, code: str) -> list[dict[str, str]]:
        """What a person sees on the sheet for that member: item name → value (several joined by 「、」)."""
        with self.lock:
            self.settle()
            found = sheet if isinstance(sheet, Sheet) else self.sheet(sheet)
            names = {item.id: item.name for item in found.items}
            return [
                {names[key]: "、".join(values) for key, values in record.items() if key in names}
                for record in found.rows.get(code, [])
            ]

    # calls and tasks

    @property
    def calls(self) -> list[Call]:
        """Every API call so far, oldest first."""
        return self.state.calls

    @property
    def update_calls(self) -> list[Call]:
        """The calls to endpoints that return a task."""
        return [call for call in self.state.calls if call.is_update]

    @property
    def tasks(self) -> list[Task]:
        """Every accepted update request, oldest first."""
        return self.state.tasks

    def settle(self) -> None:
        """Carry out whatever is due: end tasks, show what they wrote."""
        with self.lock:
            now = self.now()
            for task in sorted(self.state.tasks, key=lambda task: task.visible_at):
                if not task.settled and not task.stuck and task.done_at <= now:
                    self._finish(task)
                if task.write is not None and task.settled and task.visible_at <= now:
                    self._apply(task)

    def _finish(self, task: Task) -> None:
        task.settled = True
        if self.state.sheet(task.sheet_id) is None:
            task.outcome, task.write = "NG", None
            task.messages = ["[SIM] 対象のシートが削除されています"]
        self.changed.set()

    def _apply(self, task: Task) -> None:
        sheet = self.state.sheet(task.sheet_id)
        if sheet is not None and task.write is not None:
            apply_write(sheet, task.operation, task.write, now=self.timestamp(), knobs=self.knobs)
        task.write = None
        self.changed.set()
