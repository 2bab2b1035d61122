"""Webhooks: who is told of which changes, and what is on its way to them.

Only changes of 基本情報 are told, and never what they are: 社員番号 alone. A change of the 所属ツリー tells nothing.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from .state import Member
    from .tenant import Tenant

Event = Literal["member_created", "member_updated", "member_deleted"]
EVENTS: dict[str, str] = {
    "member_created": "メンバーの登録",
    "member_updated": "メンバーの更新",
    "member_deleted": "メンバーの削除",
}
KEPT_DELIVERIES = 500


class Webhook(Struct, kw_only=True):
    """One address that is told."""

    id: int
    url: str
    events: list[Event]
    secret_token: str
    created_at: str = ""
    updated_at: str = ""


class Delivery(Struct, kw_only=True):
    """One line of the 送信履歴: an event on its way to an address. Times are seconds since 1970."""

    id: int
    webhook_id: int
    event: Event
    codes: list[str]
    happened_at: float
    due_at: float
    attempts: int = 0
    state: Literal["waiting", "delivered", "failed"] = "waiting"
    status: int = 0
    """Of the last answer; 0: there was none, and `problem` says why."""
    problem: str = ""
    url: str = ""
    """Where it was sent last."""


@contextmanager
def telling(tenant: "Tenant") -> Iterator[None]:
    """Whatever becomes of members within is told, as one change. The tenant's lock is held meanwhile."""
    with tenant.lock:
        if not tenant.state.webhooks:
            yield
            return
        before = _basic_information(tenant.state.members)
        yield
        after = _basic_information(tenant.state.members)
        changed: dict[Event, list[str]] = {
            "member_created": [code for code in after if code not in before],
            "member_updated": [code for code in after if code in before and after[code] != before[code]],
            "member_deleted": [code for code in before if code not in after],
        }
        for event, codes in changed.items():
            if codes:
                _tell(tenant, event, codes)


def _basic_information(members: "list[Member]") -> dict[str, bytes]:
    return {member.code: msgspec.json.encode(msgspec.structs.replace(member, updated_at="")) for member in members}


def _tell(tenant: "Tenant", event: Event, codes: list[str]) -> None:
    knobs, state, now = tenant.knobs, tenant.state, tenant.now()
    groups = [codes] if knobs.webhook_grouped else [[code] for code in codes]
    for webhook in state.webhooks:
        if event not in webhook.events:
            continue
        for group in groups * knobs.webhook_copies:
            state.deliveries.append(
                Delivery(
                    id=state.next.delivery,
                    webhook_id=webhook.id,
                    event=event,
                    codes=group,
                    happened_at=now,
                    due_at=now + knobs.webhook_delay,
                )
            )
            state.next.delivery += 1
    done = [each for each in state.deliveries if each.state != "waiting"]
    for old in done[: max(0, len(state.deliveries) - KEPT_DELIVERIES)]:
        state.deliveries.remove(old)
    tenant.changed.set()
    tenant.posted.set()


def due(tenant: "Tenant") -> Delivery | None:
    """The next to be sent now. The caller holds the lock."""
    now = tenant.now()
    waiting = [each for each in tenant.state.deliveries if each.state == "waiting" and each.due_at <= now]
    if not waiting:
        return None
    return waiting[-1 if tenant.knobs.webhook_order == "reversed" else 0]


def wait_for_next(tenant: "Tenant") -> float | None:
    """Seconds until something is due; None where nothing waits. The caller holds the lock."""
    waiting = [each.due_at for each in tenant.state.deliveries if each.state == "waiting"]
    return max(0.0, min(waiting) - tenant.now()) if waiting else None


def body_of(tenant: "Tenant", delivery: Delivery) -> bytes:
    """What is sent."""
    body: dict[str, Any] = {"event": delivery.event}
    moment = datetime.fromtimestamp(delivery.happened_at, tenant.local_time().tzinfo)
    if tenant.knobs.webhook_time == "documented":
        body["event_time"] = moment.strftime("%Y-%m-%d %H:%M:%S")
    elif tenant.knobs.webhook_time == "iso":
        body["event_time"] = moment.isoformat(timespec="seconds")
    body["member_data"] = [{"code": code} for code in delivery.codes]
    return json.dumps(body, ensure_ascii=False).encode()


def settle(tenant: "Tenant", delivery: Delivery, *, status: int = 0, problem: str = "") -> None:
    """An attempt has ended: done, to be repeated, or given up. The caller holds the lock."""
    knobs = tenant.knobs
    delivery.attempts += 1
    delivery.status, delivery.problem = status, problem
    if status == 200 or (knobs.webhook_accepts == "2xx" and 200 <= status < 300):
        delivery.state = "delivered"
    elif delivery.attempts <= knobs.webhook_retries:
        delivery.due_at = tenant.now() + knobs.webhook_retry_after
    else:
        delivery.state = "failed"
    tenant.changed.set()
