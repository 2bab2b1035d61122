"""Events as カオナビ sends them."""

import json
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from integrations.automation import secret

WEBHOOK = reverse("integrations:webhook")
EVENT = {
    "event": "member_updated",
    "event_time": "2026-04-03 09:12:00",
    "member_data": [{"code": "E1007"}, {"code": "E1008"}],
}


def turned_on(by: User | None = None) -> str:
    """The secret of a webhook that is received from now on."""
    return secret.make(by=by or User.objects.create_superuser("the one who turned it on"))


def send(token: str | None, body: Any = EVENT, kind: str = "application/json", **headers: str) -> Any:
    """As カオナビ does; the client is a new one, as there is no session."""
    content = body if isinstance(body, bytes) else json.dumps(body)
    named = {"User-Agent": "Kaonavi-Webhook"} | ({"Kaonavi-Token": token} if token is not None else {}) | headers
    return Client().generic("POST", WEBHOOK, content, kind, headers=named)
