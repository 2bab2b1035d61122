"""The one table of reason codes: how bad it is, its title, what is wrong, and what to do where.

Sentences and remedies are Japanese; `{words}` in braces are filled in by `integrations.rules.wording`. `link` names
the page of ours that mends it, where there is one. The administrators' manual lists this table.
"""

from integrations.reasons import departments, files, members, network, results, runs
from integrations.reasons.codes import Reason, Severity
from integrations.reasons.entry import Entry

__all__ = ["REASONS", "Entry", "Reason", "Severity", "entry_of"]

REASONS: dict[Reason, Entry] = (
    runs.ENTRIES | network.ENTRIES | departments.ENTRIES | members.ENTRIES | results.ENTRIES | files.ENTRIES
)


def entry_of(code: str) -> Entry | None:
    """What the table says of a code; None of one that it does not have, as a run of another version may."""
    entry: Entry | None = REASONS.get(code)  # type: ignore[call-overload]  # that is what is asked
    return entry
