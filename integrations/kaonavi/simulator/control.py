"""`/_control/…`: JSON calls by which a test or a person turns the knobs from outside. Not part of カオナビ's API.

| path | methods | | --- | --- | | `knobs` | GET; PATCH `{name: value}` | | `faults` | GET; POST a list of faults;
DELETE | | `tenant` | GET; PUT any of `members`, `departments`, `sheets`, `items`, `extra_members`, `extra_departments`,
`labels` | | `templates` | POST `{"template": "latest"|"all", "category": …, "name": …}` makes the sheet | | `ticks` |
GET; PUT `{resource: [operation]}` replaces all; POST `{}` ticks everything | | `calls`, `tasks` | GET; DELETE `calls`
clears the log | | `webhooks` | GET; POST one as the API takes it; DELETE | | `deliveries` | GET | |
`credentials` | GET; POST issues new ones | | `clock` | GET; POST `{"advance": seconds}` |
"""

from collections.abc import Callable
from typing import Any

import msgspec
from werkzeug.wrappers import Request, Response

from .faults import Fault
from .refusal import Refusal, error_response, json_response
from .state import Operation, State
from .tenant import Tenant
from .webhook_api import add_webhook

TENANT_PARTS = ["members", "departments", "sheets", "items", "extra_members", "extra_departments", "labels"]


class Control:
    """Dispatches `<method> /_control/<name>` to `<method>_<name>`. The caller holds the tenant's lock."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    def respond(self, request: Request) -> Response:
        """The answer: the thing as it now stands, or 400 or 404 with `errors`."""
        name = request.path.removeprefix("/_control/").strip("/")
        verb: Callable[[Any], Any] | None = getattr(self, f"{request.method.lower()}_{name}", None)
        if verb is None:
            return error_response(404, [f"[SIM] {request.method} /_control/{name} はありません"], "errors")
        try:
            answer = verb(_body(request))
        except Refusal as refusal:
            return error_response(refusal.status, refusal.messages, "errors")
        except (msgspec.ValidationError, KeyError, TypeError, AttributeError) as error:
            return error_response(400, [f"[SIM] {error}"], "errors")
        if request.method != "GET":
            self.tenant.changed.set()
        return json_response(msgspec.to_builtins(answer, str_keys=True))

    def get_knobs(self, _body: Any) -> Any:
        """All knobs."""
        return self.tenant.knobs

    def patch_knobs(self, body: Any) -> Any:
        """Change some."""
        self.tenant.set_knobs(**body)
        return self.tenant.knobs

    def get_faults(self, _body: Any) -> Any:
        """Those that have not struck yet."""
        return self.tenant.state.faults

    def post_faults(self, body: Any) -> Any:
        """Add some."""
        self.tenant.state.faults.extend(msgspec.convert(body, list[Fault]))
        return self.tenant.state.faults

    def delete_faults(self, _body: Any) -> Any:
        """Forget all."""
        self.tenant.state.faults.clear()
        return []

    def get_tenant(self, _body: Any) -> Any:
        """The company's data, in the shape of the state file."""
        return {part: getattr(self.tenant.state, part) for part in TENANT_PARTS}

    def put_tenant(self, body: Any) -> Any:
        """Replace the parts that are given."""
        unknown = set(body) - set(TENANT_PARTS)
        if unknown:
            raise KeyError(f"unknown parts: {sorted(unknown)}")
        replaced = msgspec.convert(
            {"credentials": msgspec.to_builtins(self.tenant.credentials), **body}, State, str_keys=True
        )
        for part in body:
            setattr(self.tenant.state, part, getattr(replaced, part))
        self._renumber()
        return self.get_tenant(None)

    def _renumber(self) -> None:
        state = self.tenant.state
        items = [*state.items, *(item for sheet in state.sheets for item in sheet.items)]
        state.next.item = max([state.next.item, *(item.id + 1 for item in items)])
        state.next.sheet = max([state.next.sheet, *(sheet.id + 1 for sheet in state.sheets)])
        state.next.member = max([state.next.member, *(member.id + 1 for member in state.members)])

    def post_templates(self, body: Any) -> Any:
        """Make a sheet from a template."""
        return self.tenant.use_template(
            body["template"], category=body.get("category", "ミキワメ"), name=body.get("name", "")
        )

    def get_ticks(self, _body: Any) -> Any:
        """操作対象の管理 as it stands."""
        return self.tenant.state.ticks

    def put_ticks(self, body: Any) -> Any:
        """Exactly these boxes are ticked."""
        self.tenant.state.ticks = msgspec.convert(body, dict[str, list[Operation]])
        return self.tenant.state.ticks

    def post_ticks(self, _body: Any) -> Any:
        """Tick everything that there is now."""
        self.tenant.tick_all()
        return self.tenant.state.ticks

    def get_calls(self, _body: Any) -> Any:
        """The log of API calls, oldest first."""
        return self.tenant.calls

    def delete_calls(self, _body: Any) -> Any:
        """Clear the log; what the limits have counted stays."""
        self.tenant.state.calls.clear()
        return []

    def get_tasks(self, _body: Any) -> Any:
        """Every accepted update request."""
        return self.tenant.tasks

    def get_webhooks(self, _body: Any) -> Any:
        """Who is told of changes."""
        return self.tenant.state.webhooks

    def post_webhooks(self, body: Any) -> Any:
        """Tell one more."""
        return add_webhook(self.tenant, body)

    def delete_webhooks(self, _body: Any) -> Any:
        """Tell nobody any more."""
        self.tenant.state.webhooks.clear()
        return []

    def get_deliveries(self, _body: Any) -> Any:
        """The 送信履歴, oldest first, with what is still on its way."""
        return self.tenant.state.deliveries

    def get_credentials(self, _body: Any) -> Any:
        """The keys that are good now."""
        return self.tenant.credentials

    def post_credentials(self, _body: Any) -> Any:
        """再発行."""
        return self.tenant.reissue()

    def get_clock(self, _body: Any) -> Any:
        """Seconds since 1970, as this company sees it."""
        return {"now": self.tenant.now()}

    def post_clock(self, body: Any) -> Any:
        """Let time pass."""
        self.tenant.advance(float(body["advance"]))
        return self.get_clock(None)


def _body(request: Request) -> Any:
    if not request.get_data():
        return None
    if not request.is_json:
        raise Refusal(400, "Content-Type は application/json を指定してください")
    try:
        return msgspec.json.decode(request.get_data())
    except msgspec.DecodeError as error:
        raise Refusal(400, str(error)) from None
