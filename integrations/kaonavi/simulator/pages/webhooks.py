"""管理者メニュー > その他 > 公開API v2 情報 > Webhook: the addresses that are told, and the 送信履歴."""

from typing import Any

from werkzeug.wrappers import Response

from integrations.kaonavi.simulator.refusal import Refusal
from integrations.kaonavi.simulator.webhook_api import add_webhook, change_webhook, delete_webhook
from integrations.kaonavi.simulator.webhooks import EVENTS

from .page import Page

SHOWN = 200
STATES = {"waiting": "送信待ち", "delivered": "成功", "failed": "失敗"}


def show_webhooks(page: Page, error: str = "", status: int = 200) -> Response:
    """The settings and, newest first, what was sent."""
    return page.render(
        "api_webhooks.html",
        status,
        webhooks=page.state.webhooks,
        deliveries=list(reversed(page.state.deliveries[-SHOWN:])),
        events=EVENTS,
        states=STATES,
        local=page.tenant.local_text,
        error=error,
    )


def create(page: Page) -> Response:
    """追加."""
    return _judged(page, lambda: add_webhook(page.tenant, _sent(page)))


def change(page: Page, webhook_id: int) -> Response:
    """保存."""
    return _judged(page, lambda: change_webhook(page.tenant, _sent(page), webhook_id))


def delete(page: Page, webhook_id: int) -> Response:
    """削除."""
    return _judged(page, lambda: delete_webhook(page.tenant, None, webhook_id))


def _sent(page: Page) -> dict[str, Any]:
    return {
        "url": page.form("url"),
        "events": page.request.form.getlist("events"),
        "secret_token": page.form("secret_token"),
    }


def _judged(page: Page, do: Any) -> Response:
    try:
        do()
    except Refusal as refusal:
        return show_webhooks(page, " ".join(refusal.messages), refusal.status)
    return page.go("/api-v2/webhooks", "saved")


ROUTES = {
    "GET /api-v2/webhooks": show_webhooks,
    "POST /api-v2/webhooks": create,
    "POST /api-v2/webhooks/<int:webhook_id>": change,
    "POST /api-v2/webhooks/<int:webhook_id>/delete": delete,
}
