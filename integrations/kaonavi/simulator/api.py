"""`/api/v2.0`: one function for each call of the map that ミキワメ's link is concerned with."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from . import answers
from .faults import Fault
from .gate import Gate
from .refusal import Refusal, error_response, json_response
from .state import Call, Sheet, SheetWrite
from .task_queue import accept_write, show_task
from .tenant import Tenant
from .webhook_api import add_webhook, change_webhook, delete_webhook, list_webhooks
from .writes import WriteReader

BASE = "/api/v2.0"
URLS = Map(
    [
        Rule("/token", methods=["POST"], endpoint="token"),
        Rule("/members", methods=["GET"], endpoint="members"),
        Rule("/member_layouts", methods=["GET"], endpoint="member_layouts"),
        Rule("/departments", methods=["GET"], endpoint="departments"),
        Rule("/sheet_layouts", methods=["GET"], endpoint="sheet_layouts"),
        Rule("/sheet_layouts/<int:sheet_id>", methods=["GET"], endpoint="sheet_layout"),
        Rule("/sheets/<int:sheet_id>", methods=["GET"], endpoint="sheet"),
        Rule("/sheets/<int:sheet_id>", methods=["PUT"], endpoint="put_sheet"),
        Rule("/sheets/<int:sheet_id>", methods=["PATCH"], endpoint="patch_sheet"),
        Rule("/sheets/<int:sheet_id>/add", methods=["POST"], endpoint="add_to_sheet"),
        Rule("/tasks/<int:task_id>", methods=["GET"], endpoint="task"),
        Rule("/enum_options", methods=["GET"], endpoint="enum_options"),
        Rule("/enum_options/<int:item_id>", methods=["GET"], endpoint="enum_option"),
        Rule("/webhook", methods=["GET"], endpoint="webhooks"),
        Rule("/webhook", methods=["POST"], endpoint="add_webhook"),
        Rule("/webhook/<int:webhook_id>", methods=["PATCH"], endpoint="change_webhook"),
        Rule("/webhook/<int:webhook_id>", methods=["DELETE"], endpoint="delete_webhook"),
    ]
)
WEBHOOKS: dict[str, Callable[..., Any]] = {
    "webhooks": list_webhooks,
    "add_webhook": add_webhook,
    "change_webhook": change_webhook,
    "delete_webhook": delete_webhook,
}
"""Their settings are no updates: nothing becomes a task."""
WRITES: dict[str, SheetWrite] = {"put_sheet": "PUT", "patch_sheet": "PATCH", "add_to_sheet": "add"}


class Api:
    """Answers one call. The caller (`app.Simulator`) holds the tenant's lock, logs the call and plays the faults."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.gate = Gate(tenant)

    def answer(self, request: Request, call: Call, faults: list[Fault]) -> Response:
        """The response to a call below the base address; a refusal becomes an error in カオナビ's shape."""
        try:
            return self._answer(request, call, faults)
        except Refusal as refusal:
            self.gate.give_back_update(call)
            shape, status = self.tenant.knobs.error_shape, self.tenant.knobs.refusal_status
            if status is None or refusal.status in (401, 429):
                status = refusal.status
            return error_response(status, refusal.messages, shape, refusal.headers)

    def _answer(self, request: Request, call: Call, faults: list[Fault]) -> Response:
        endpoint, arguments = _route(call.method, call.path)
        self.gate.check_hours()
        if endpoint == "token":
            self.gate.count_call()
            grant = request.form.get("grant_type", "")
            return json_response(self.gate.issue_token(request.headers.get("Authorization", ""), grant))
        self.gate.check_token(request.headers.get("Kaonavi-Token", ""))
        self.gate.count_call()
        if endpoint in WRITES:
            call.is_update = True
            call.dry_run = request.headers.get("Dry-Run") == "1"
            self.gate.count_update(call)
            return self._write(WRITES[endpoint], self._sheet(arguments["sheet_id"]), request, call, faults)
        if endpoint in WEBHOOKS:
            body = read_json(request) if call.method in ("POST", "PATCH") else None
            return json_response(WEBHOOKS[endpoint](self.tenant, body, **arguments))
        read: Callable[..., Any] = getattr(self, f"read_{endpoint}")
        return json_response(read(request, **arguments))

    # reads

    def read_members(self, request: Request) -> Any:
        """`GET /members`."""
        self.gate.check_tick("members", "read")
        today = self.tenant.local_time().date()
        return answers.members(self.tenant.state, today=today, since=self._since(request))

    def read_member_layouts(self, request: Request) -> Any:
        """`GET /member_layouts`."""
        self.gate.check_layouts()
        return answers.member_layout(self.tenant.state, with_calculated=_wants_calculated(request))

    def read_departments(self, request: Request) -> Any:
        """`GET /departments`."""
        del request
        self.gate.check_departments()
        return answers.departments(self.tenant.state)

    def read_sheet_layouts(self, request: Request) -> Any:
        """`GET /sheet_layouts`."""
        self.gate.check_layouts()
        calculated = _wants_calculated(request)
        shown = [sheet for sheet in self.tenant.state.sheets if not self._is_hidden(sheet)]
        layouts = [answers.sheet_layout(sheet, self.tenant.knobs, with_calculated=calculated) for sheet in shown]
        return {"sheets": layouts}

    def read_sheet_layout(self, request: Request, sheet_id: int) -> Any:
        """`GET /sheet_layouts/{id}`."""
        self.gate.check_layouts()
        sheet = self._sheet(sheet_id)
        if self._is_hidden(sheet):
            raise Refusal(404, f"シートが見つかりません: {sheet_id}")
        return answers.sheet_layout(sheet, self.tenant.knobs, with_calculated=_wants_calculated(request))

    def read_sheet(self, request: Request, sheet_id: int) -> Any:
        """`GET /sheets/{id}`."""
        sheet = self._sheet(sheet_id)
        self.gate.check_tick(sheet, "read")
        return answers.sheet_rows(sheet, self.tenant.state, since=self._since(request))

    def read_task(self, request: Request, task_id: int) -> Any:
        """`GET /tasks/{id}`."""
        del request
        shown = show_task(self.tenant, task_id)
        if shown is None:
            raise Refusal(404, f"タスクが見つかりません: {task_id}")
        return shown

    def read_enum_options(self, request: Request) -> Any:
        """`GET /enum_options`."""
        del request
        self.gate.check_tick("enum_options", "read")
        return {"custom_field_data": answers.option_masters(self.tenant.state)}

    def read_enum_option(self, request: Request, item_id: int) -> Any:
        """`GET /enum_options/{custom_field_id}`."""
        del request
        self.gate.check_tick("enum_options", "read")
        for master in answers.option_masters(self.tenant.state):
            if master["id"] == item_id:
                return master
        raise Refusal(404, f"項目が見つかりません: {item_id}")

    # writes

    def _write(
        self, operation: SheetWrite, sheet: Sheet, request: Request, call: Call, faults: list[Fault]
    ) -> Response:
        knobs, state = self.tenant.knobs, self.tenant.state
        if operation != "add":
            self.gate.check_tick(sheet, "update")
        elif knobs.add_needs == "both":
            self.gate.check_tick(sheet, "create", "update")
        else:
            self.gate.check_tick(sheet, knobs.add_needs)
        if operation == "add" and sheet.record_type == 0:
            raise Refusal(400, "単一レコードのシートにはレコードを追加できません")
        if knobs.max_rows is not None and len(call.members) > knobs.max_rows:
            raise Refusal(413, f"一度に登録できるのは{knobs.max_rows}名までです")
        reader = WriteReader(sheet, operation, {member.code for member in state.visible_members}, knobs)
        rows = reader.read(read_json(request))
        if reader.problems:
            raise Refusal(400, *reader.problems)
        if call.dry_run and not knobs.dry_run_ignored:
            return json_response(knobs.dry_run_answer, knobs.write_status)
        task = accept_write(self.tenant, sheet, operation, rows, faults)
        return json_response({"task_id": task.id}, knobs.write_status)

    def _sheet(self, sheet_id: int) -> Sheet:
        sheet = self.tenant.state.sheet(sheet_id)
        if sheet is None:
            raise Refusal(404, f"シートが見つかりません: {sheet_id}")
        return sheet

    def _is_hidden(self, sheet: Sheet) -> bool:
        return self.tenant.knobs.layouts_hide_unticked_sheets and not self.tenant.state.ticks.get(f"sheet:{sheet.id}")

    def _since(self, request: Request) -> str | None:
        text = request.args.get("updated_since")
        if text is None or not self.tenant.knobs.updated_since_supported:
            return None
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise Refusal(400, f"updated_since が日付ではありません: {text}") from None


def read_json(request: Request) -> Any:
    """The decoded body. Raises `Refusal` 400 for another content type or broken JSON."""
    if request.mimetype != "application/json":
        raise Refusal(400, "Content-Type は application/json を指定してください")
    try:
        return json.loads(request.get_data())
    except ValueError:
        raise Refusal(400, "リクエストの JSON を読み取れません") from None


def _route(method: str, path: str) -> tuple[str, dict[str, int]]:
    try:
        endpoint, arguments = URLS.bind("").match(path, method)
    except HTTPException as error:
        raise Refusal(error.code or 404, "このシミュレーターにない操作です") from None
    return str(endpoint), dict(arguments)


def _wants_calculated(request: Request) -> bool:
    return request.args.get("get_calc_type") == "true"
