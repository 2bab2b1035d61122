"""`/webhook`: the addresses that are told, as API and 管理画面 set them."""

from typing import Any
from urllib.parse import urlsplit

import msgspec

from .refusal import Refusal
from .tenant import Tenant
from .webhooks import EVENTS, Webhook

FIELDS = ("url", "events", "secret_token")


def list_webhooks(tenant: Tenant, _body: Any) -> Any:
    """`GET /webhook`."""
    return {"webhook_data": msgspec.to_builtins(tenant.state.webhooks)}


def add_webhook(tenant: Tenant, body: Any) -> Any:
    """`POST /webhook`: all three are needed."""
    values = _judged(tenant, body, FIELDS)
    now = tenant.timestamp()
    webhook = Webhook(id=tenant.state.next.webhook, created_at=now, updated_at=now, **values)
    tenant.state.next.webhook += 1
    tenant.state.webhooks.append(webhook)
    tenant.changed.set()
    return msgspec.to_builtins(webhook)


def change_webhook(tenant: Tenant, body: Any, webhook_id: int) -> Any:
    """`PATCH /webhook/{id}`: what is sent changes."""
    webhook = _known(tenant, webhook_id)
    sent = tuple(name for name in FIELDS if isinstance(body, dict) and name in body)
    for name, value in _judged(tenant, body, sent).items():
        setattr(webhook, name, value)
    webhook.updated_at = tenant.timestamp()
    tenant.changed.set()
    return msgspec.to_builtins(webhook)


def delete_webhook(tenant: Tenant, _body: Any, webhook_id: int) -> Any:
    """`DELETE /webhook/{id}`: from now on it is told nothing, nor what waits."""
    tenant.state.webhooks.remove(_known(tenant, webhook_id))
    tenant.changed.set()
    tenant.posted.set()
    return {}


def _known(tenant: Tenant, webhook_id: int) -> Webhook:
    for webhook in tenant.state.webhooks:
        if webhook.id == webhook_id:
            return webhook
    raise Refusal(404, f"Webhookの設定が見つかりません: {webhook_id}")


def _judged(tenant: Tenant, body: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """The fields of these names. Raises Refusal 400 with a message for each that is wrong."""
    if not isinstance(body, dict):
        raise Refusal(400, "リクエストの JSON がオブジェクトではありません")
    problems = [problem for name in names if (problem := _problem(tenant, name, body.get(name)))]
    if problems:
        raise Refusal(400, *problems)
    return {name: body[name] for name in names}


def _problem(tenant: Tenant, name: str, value: Any) -> str:
    if name == "events":
        if not isinstance(value, list) or not value:
            return "events を1つ以上指定してください"
        if unknown := [each for each in value if each not in EVENTS]:
            return f"events に存在しない値があります: {unknown[0]}"
        return "events に同じ値が複数あります" if len(set(value)) < len(value) else ""
    if not isinstance(value, str) or not value:
        return f"{name} を指定してください"
    if name == "url":
        schemes = {"https"} if tenant.knobs.webhook_needs_https else {"https", "http"}
        if urlsplit(value).scheme not in schemes or not urlsplit(value).hostname:
            return "url は https で始まるアドレスを指定してください"
    return ""
