"""What a run would do, decided before anything is written: one shape for every kind that writes rows of ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from integrations.rules.guards import Alarm
from integrations.rules.plan import Change, Finding, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`outcomes` has one for each element of the source, `issues` say what is to be told.

    `vanished` are the numbers (pk) of those to be marked as gone, `unseen` of those of whom the source does not say
    whether they are there; `is_unsure`: because something in it was unreadable. `linked` are rows (pk → key) that カオナビ
    turns out to have; nothing else of them differs. `released` are the changes of people whose mail another person has
    now, and who are not changed otherwise. Where there are `alarms` a person is asked first. With `is_empty_source`
    nothing is planned: カオナビ sent nothing, though it has had rows of ours before.
    """

    changes: Sequence[Change] = ()
    issues: Sequence[Finding] = ()
    outcomes: Sequence[Outcome] = ()
    vanished: tuple[int, ...] = ()
    unseen: tuple[int, ...] = ()
    linked: Mapping[int, str] = field(default_factory=dict)
    released: Sequence[Change] = ()
    is_unsure: bool = False
    alarms: tuple[Alarm, ...] = ()
    is_empty_source: bool = False


@dataclass(slots=True, kw_only=True)
class Draft:
    """A plan in the making: the rows of a source are judged one by one, each leaves one outcome for each `line`."""

    changes: list[Change] = field(default_factory=list)
    issues: list[Finding] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def refuse(self, problems: Sequence[Finding], outcome: Outcome = Outcome.FAILED, *, lines: int = 1) -> None:
        """The row is not taken."""
        self.issues.extend(problems)
        self.outcomes += [outcome] * lines

    def take(self, change: Change, *, lines: int = 1) -> None:
        """The row is taken: there is something to write."""
        self.outcomes += [Outcome.CREATED if change.is_new else Outcome.UPDATED] * lines
        self.changes.append(change)

    def leave_as_is(self, *, lines: int = 1) -> None:
        """The row says what we have."""
        self.outcomes += [Outcome.UNCHANGED] * lines
