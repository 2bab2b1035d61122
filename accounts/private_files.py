"""Files that nobody but us can read, from their first byte on, and that are there in full or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BESIDE_SQLITE = ("-journal", "-wal", "-shm")  # what SQLite puts beside a file that it has open


@contextmanager
def scratch(beside: Path) -> Iterator[Path]:
    """An empty file of ours in the same folder, and so on the same disk, that is gone afterwards."""
    place = beside.with_name(f".{beside.name}.{secrets.token_hex(4)}.draft")
    os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield place
    finally:
        for ending in ("", *BESIDE_SQLITE):
            place.with_name(place.name + ending).unlink(missing_ok=True)


@contextmanager
def draft(path: Path) -> Iterator[Path]:
    """As `scratch`, but when the block ends well it takes the place of `path`."""
    with scratch(path) as place:
        yield place
        put(place, path)


def put(place: Path, path: Path) -> None:
    """Give a finished draft its name, so that it is there after a power cut too."""
    fsync(place)
    place.replace(path)
    fsync(path.parent)


def fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write(path: Path, text: str) -> None:
    with draft(path) as place:
        place.write_text(text)
