"""A copy of what the image holds, for what writes beside the code or may not."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mikiwame_kaonavi.launcher import ROOT


def copy_product(folder: Path) -> None:
    """As COPY does it, by the rules of .dockerignore; with its bytecode, which the image has too."""
    for rule in (ROOT / ".dockerignore").read_text().split():
        if not rule.startswith("!"):
            continue
        source, target = ROOT / rule[1:], folder / rule[1:]
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)


def let_nobody_write(folder: Path) -> None:
    """What stands in an image is not changed."""
    for path in [*folder.rglob("*"), folder]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)


def written_to(folder: Path) -> list[Path]:
    """What anybody could write to all the same."""
    return [path for path in folder.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o222]


@contextmanager
def folder_for_others() -> Iterator[Path]:
    """A folder that whoever is not us may look into, while the context lasts. None of pytest's: each test run of ours
    that begins meanwhile closes those again.
    """
    with tempfile.TemporaryDirectory(prefix="mikiwame-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)
