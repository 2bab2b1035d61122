"""The simulated カオナビ of 練習モード: asked for by a marker in the data folder, which the launcher looks for."""

import time
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from typing import Any

import requests
from django.urls import reverse

from integrations.connection.address import ADDRESS, WANTED, folder, simulator_address

EVENTS = ["member_created", "member_updated", "member_deleted"]
Control = Callable[[str, str, Any], Any]  # method, path, body → answer
PATIENCE = 20.0  # seconds that the launcher gets to start or to end it
LOOK_EVERY = 0.1
TIMEOUT = 10  # seconds of one call


class SimulatorMissingError(Exception):
    """Nobody runs it; the message says to the person what that means."""

    def __init__(self) -> None:
        super().__init__(
            "練習用のカオナビ（シミュレーター）が起動しませんでした。練習モードは、script/serve または1つのコンテナーで"
            "起動しているときだけ使えます。サーバーを管理する方にご確認ください。"
        )


def is_installed() -> bool:
    """Whether this installation has what the simulator needs: one with services of its own leaves it out."""
    return find_spec("werkzeug") is not None and find_spec("jinja2") is not None


def begin() -> None:
    """Have it started, with the sample company as new, and wait for it. Raises SimulatorMissingError."""
    if not waited_for(is_up):
        end()
        raise SimulatorMissingError


def is_up() -> bool:
    with suppress(FileNotFoundError):  # again each time: the launcher may just be clearing up after an earlier one
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder() / WANTED).touch(mode=0o600)
    try:
        return bool(simulator_address()) and bool(control("GET", "credentials"))
    except requests.RequestException:
        return False


def end() -> None:
    """Have it ended, and its company forgotten; wait for that, as far as a launcher is there."""
    (folder() / WANTED).unlink(missing_ok=True)
    if (folder() / ADDRESS).exists():
        waited_for(lambda: not (folder() / ADDRESS).exists())


def waited_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_EVERY)
    return True


def control(method: str, path: str, body: Any = None) -> Any:
    """Ask it for something that カオナビ itself would not tell or do. Raises requests.RequestException."""
    with requests.Session() as session:
        session.trust_env = False  # this machine is never behind the company's proxy
        answer = session.request(method, f"{simulator_address()}/_control/{path}", json=body, timeout=TIMEOUT)
    answer.raise_for_status()
    return answer.json()


def subscribe(control: Control, address: str, secret: str) -> None:
    """Have it tell of its members there, as a person enters it in カオナビ. Raises requests.RequestException.

    `control` asks a simulator: ours of 練習モード, or the demo's. What was entered before goes.
    """
    control("PATCH", "knobs", {"webhook_needs_https": False})
    control("DELETE", "webhooks", None)
    hook = {"url": f"{address}{reverse('integrations:webhook')}", "events": EVENTS, "secret_token": secret}
    control("POST", "webhooks", hook)
