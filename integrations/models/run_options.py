"""How a run was asked for, and what a person was asked and said."""

from typing import Any

import msgspec


class RunOptions(
    msgspec.Struct, omit_defaults=True, rename={"fingerprint": "digest", "approved_fingerprint": "approved_digest"}
):
    """As `SyncJob.options` keeps them. `format` is the version in which options and state are written.

    `dry_run` writes nothing and waits for a person; `approve` never waits. `fingerprint` is of the plan that waits
    (確認待ち), `question` the alarms why it stopped by itself. `approved_fingerprint` is of the plan that a person let go
    on, `approved_at` when (ISO), `keep_items` with the answer that loses nothing. Of an undo `row` is the only record
    (pk) that it takes back, `only_created` that it takes back those alone that the run made.
    """

    format: int = 1
    dry_run: bool = False
    approve: bool = False
    fingerprint: str = ""
    question: list[dict[str, Any]] | str = msgspec.field(default_factory=list)  # an older version wrote a text
    approved_fingerprint: str = ""
    approved_at: str = ""
    keep_items: bool = False
    row: int | None = None
    only_created: bool = False

    @property
    def is_asked(self) -> bool:
        """Whether a person sees the plan before anything is written, or has seen one."""
        return self.dry_run or bool(self.approved_fingerprint)
