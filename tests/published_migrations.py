"""`python -m tests.published_migrations` lists new migrations among those that may not be changed any more."""

import hashlib

from integrations.operations.published import LIST, Published, published
from mikiwame_kaonavi.version import ROOT, product_version


def digest_of(path: str) -> str:
    return hashlib.sha256((ROOT / path).read_bytes()).hexdigest()


def paths() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("*/migrations/0*.py"))


def as_it_shall_be() -> list[Published]:
    """What is in the list, and behind it what is new with this version."""
    before = published()
    known = {each.path for each in before}
    return before + [Published(product_version(), digest_of(path), path) for path in paths() if path not in known]


if __name__ == "__main__":
    LIST.write_text("".join(f"{each.version} {each.digest} {each.path}\n" for each in as_it_shall_be()))
