"""Two records of one person: which of them stays. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class Twin(NamedTuple):
    """A record, and what the link to カオナビ says of it."""

    pk: int
    last_seen_at: datetime | None
    missing_since: datetime | None
    is_unseen: bool = False  # by the newest run, which could not say that it is gone

    @property
    def is_in_kaonavi(self) -> bool:
        return self.last_seen_at is not None and self.missing_since is None and not self.is_unseen


def who_stays(twins: Iterable[Twin]) -> int | None:
    """The record (pk) that カオナビ has; None where it has none or several of them, for then a person has to say."""
    present = [twin.pk for twin in twins if twin.is_in_kaonavi]
    return present[0] if len(present) == 1 else None
