"""What the tests of the simulator share: a clock, a caller of the API, and rows for its bodies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from integrations.kaonavi.simulator.state import Sheet
from integrations.kaonavi.simulator.tenant import Tenant

START = 1_775_000_000.0  # 2026-04-01 08:33:20 in Japan


class Clock:
    """Stands still until told otherwise."""

    def __init__(self) -> None:
        self.seconds = START

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Api:
    """A caller with good keys, as plain as possible: it does not use the product's client."""

    base: str
    tenant: Tenant
    token: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def root(self) -> str:
        return self.base.removesuffix("/api/v2.0")

    def ask_token(self, key: str | None = None, secret: str | None = None, body: str = "") -> requests.Response:
        keys = self.tenant.credentials
        return self.session.post(
            f"{self.base}/token",
            data=body or "grant_type=client_credentials",
            auth=(key or keys.consumer_key, secret or keys.consumer_secret),
            headers={"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"},
            timeout=60,
        )

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        if not self.token:
            self.token = self.ask_token().json()["access_token"]
        headers = {"Kaonavi-Token": self.token, **more.pop("headers", {})}
        return self.session.request(method, self.base + path, headers=headers, timeout=60, **more)

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.call("GET", path, **more)

    def patch(self, sheet: Sheet, *rows: dict[str, Any], **more: Any) -> requests.Response:
        return self.call("PATCH", f"/sheets/{sheet.id}", json={"member_data": list(rows)}, **more)

    def put(self, sheet: Sheet, *rows: dict[str, Any], **more: Any) -> requests.Response:
        return self.call("PUT", f"/sheets/{sheet.id}", json={"member_data": list(rows)}, **more)

    def add(self, sheet: Sheet, *rows: dict[str, Any], **more: Any) -> requests.Response:
        return self.call("POST", f"/sheets/{sheet.id}/add", json={"member_data": list(rows)}, **more)

    def status(self, answer: requests.Response) -> str:
        """The present status of the task that a write was answered with."""
        return str(self.get(f"/tasks/{answer.json()['task_id']}").json()["status"])


def row(sheet: Sheet, code: str, *records: Mapping[str, str | list[str]]) -> dict[str, Any]:
    """One member of a request body; `records` are item name → value or values."""
    return {
        "code": code,
        "records": [
            {
                "custom_fields": [
                    {"id": sheet.item(name).id, "values": [value] if isinstance(value, str) else value}
                    for name, value in record.items()
                ]
            }
            for record in records
        ],
    }
