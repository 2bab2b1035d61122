"""Which product this is: the version of pyproject.toml, the only place that has it, and a name of the very code."""

import hashlib
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("accounts", "assessments", "departments", "employees", "integrations", "manual", "mikiwame_kaonavi")


def product_version() -> str:
    """As people speak of it, 「0.2.0」."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])


def fingerprint_of_code() -> str:
    """Names the code that runs, so that a worker that was not restarted after an upgrade is noticed."""
    digest = hashlib.blake2b(digest_size=8)
    for folder in ROOMS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def in_full() -> str:
    """For whoever asks on the command line."""
    return f"mikiwame-kaonavi {product_version()} ({fingerprint_of_code()})"
