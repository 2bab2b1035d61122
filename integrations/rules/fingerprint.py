"""When an issue of one run is the same problem as an issue of another one."""

from hashlib import blake2b

from integrations.rules.plan import Issue

BYTES = 8  # as many as a whole number of the database has


def fingerprint(problem: Issue) -> int:
    """A signed number of 64 bits, the same for the same problem of the same row in whichever run.

    The row is told by its 社員番号 or 所属コード; without one by its mail address, and without that by its name. So a mail
    address that was wrong and is now wrong in another way is still the same problem.
    """
    texts = (problem.subject_key, problem.email, problem.subject_name)
    subject = next((text.strip() for text in texts if text.strip()), "")
    told = f"{problem.reason}\x1f{problem.field}\x1f{subject}"
    return int.from_bytes(blake2b(told.encode(errors="replace"), digest_size=BYTES).digest(), "big", signed=True)
