"""Sends what webhooks have to tell, in a thread beside the server: one after the other, as each is due."""

import threading
from typing import Self

import requests

from .tenant import Tenant
from .webhooks import Delivery, Webhook, body_of, due, settle, wait_for_next

TIMEOUT = 10.0
"""Seconds that a receiver has for its answer."""
LOOK_EVERY = 0.5
"""Seconds between two looks while something waits, for the tenant's clock may be moved."""


class Courier:
    """Context manager: it sends while it runs."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhook-courier", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self.tenant.posted.set()
        self._thread.join(TIMEOUT)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self.tenant.posted.clear()
            wait = self.send_due()
            self.tenant.posted.wait(None if wait is None else min(wait, LOOK_EVERY))

    def send_due(self) -> float | None:
        """Send all that is due; seconds until more is, None where nothing waits."""
        with requests.Session() as session:
            session.trust_env = False
            while not self._stopped.is_set():
                with self.tenant.lock:
                    delivery = due(self.tenant)
                    if delivery is None:
                        return wait_for_next(self.tenant)
                    named = [each for each in self.tenant.state.webhooks if each.id == delivery.webhook_id]
                    if not named:
                        delivery.state, delivery.problem = "failed", "[SIM] 設定が削除されました"
                if named:
                    self._send(session, named[0], delivery)
        return None

    def _send(self, session: requests.Session, webhook: Webhook, delivery: Delivery) -> None:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Kaonavi-Webhook",
            "Kaonavi-Token": webhook.secret_token,
        }
        delivery.url = webhook.url
        body = body_of(self.tenant, delivery)
        try:
            answer = session.post(webhook.url, body, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        except (requests.RequestException, ValueError) as error:
            with self.tenant.lock:
                settle(self.tenant, delivery, problem=f"[SIM] {type(error).__name__}")
            return
        with self.tenant.lock:
            settle(self.tenant, delivery, status=answer.status_code)
