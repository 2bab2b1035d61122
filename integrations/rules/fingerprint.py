"""By what things are known to be the same: a problem in two runs, a plan before and after a person approved it."""

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b

from integrations.rules.plan import Finding
from integrations.rules.wording import Issue

BYTES = 8  # as many as a whole number of the database has


def of_issue(problem: Finding | Issue) -> int:
    """A signed number of 64 bits, the same for the same problem of the same row in whichever run.

    The row is told by its 社員番号 or 所属コード; without one by its mail address, and without that by its name. So a mail
    address that was wrong and is now wrong in another way is still the same problem.
    """
    texts = (problem.subject_key, problem.email, problem.subject_name)
    subject = next((text.strip() for text in texts if text.strip()), "")
    told = f"{problem.reason}\x1f{problem.field}\x1f{subject}"
    return number_of(told)


def of_values(values: Iterable[str]) -> int:
    """The same for the same values, in any order: what a problem has in a run, where several rows are one problem."""
    return number_of("\x1f".join(sorted(set(values))))


def number_of(told: str) -> int:
    """The text as a signed number of so many bytes."""
    return int.from_bytes(blake2b(told.encode(errors="replace"), digest_size=BYTES).digest(), signed=True)


def of_plan(*parts: Iterable[object]) -> str:
    """A fingerprint of what a plan would do, the same in every process for the same plan.

    The order of a part's members makes no difference: neither カオナビ nor the database promises one.
    """
    texts = [
        sorted(json.dumps(member, ensure_ascii=False, sort_keys=True, default=plain) for member in part)
        for part in parts
    ]
    return blake2b(json.dumps(texts).encode(), digest_size=16).hexdigest()


def plain(value: object) -> object:
    """What JSON does not know: a mapping that is a view, dates, times."""
    return dict(value) if isinstance(value, Mapping) else str(value)
