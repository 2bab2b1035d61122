"""Answers of カオナビ in every documented shape and every error, with values of our own.

Each folder beside this file is one case: `status`, `headers`, `body` byte by byte, and `expected.json`, which names the
client's method, its arguments, and what comes of it: `result`, or `error` with its type and fields.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Sample:
    name: str
    status: int
    headers: dict[str, str]
    body: bytes
    call: str
    arguments: dict[str, Any]
    result: Any
    error: dict[str, Any] | None


def samples() -> list[Sample]:
    return [sample(folder.name) for folder in sorted(HERE.iterdir()) if (folder / "status").exists()]


def sample(name: str) -> Sample:
    folder = HERE / name
    expected = json.loads((folder / "expected.json").read_text())
    headers = dict(line.split(": ", 1) for line in (folder / "headers").read_text().splitlines())
    return Sample(
        name=name,
        status=int((folder / "status").read_text()),
        headers=headers,
        body=(folder / "body").read_bytes(),
        call=expected["call"],
        arguments=expected.get("arguments", {}),
        result=expected.get("result"),
        error=expected.get("error"),
    )
