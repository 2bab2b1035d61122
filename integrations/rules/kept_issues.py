"""Which problems of a run are kept: a file in which everything is wrong must not fill the database. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

from integrations.reasons import REASONS, Reason, Severity
from integrations.rules.plan import Finding

MOST_ISSUES = 10_000  # of each 区分 in a run
DECIDED_ON = frozenset({Reason.MEMBER_IDENTITY_UNCERTAIN})  # at most one for each of us, and the next run needs them


def split_kept(issues: Sequence[Finding], stored: Mapping[str, int]) -> tuple[Sequence[Finding], dict[str, int]]:
    """The issues that are kept, in their order, and how many of each reason are not.

    `stored` is how many the run has already, by severity. Where room is short each reason gets an equal share, at least
    one, so that no flood of one kind hides another. What somebody decides on is always kept.
    """
    wanted: dict[Severity, Counter[Reason]] = {severity: Counter() for severity in Severity}
    for problem in issues:
        wanted[problem.severity][problem.reason] += 1
    room = {reason: wanted[REASONS[reason].severity][reason] for reason in DECIDED_ON}
    for severity, counts in wanted.items():
        others = {reason: count for reason, count in counts.items() if reason not in DECIDED_ON}
        room |= shares(others, MOST_ISSUES - stored.get(severity, 0))
    kept: list[Finding] = []
    left_out: Counter[str] = Counter()
    for problem in issues:
        if room[problem.reason]:
            room[problem.reason] -= 1
            kept.append(problem)
        else:
            left_out[problem.reason.value] += 1
    return kept, dict(left_out)


def shares(wanted: Mapping[Reason, int], room: int) -> dict[Reason, int]:
    """How many of each reason find room, at least one: those who want little get it, the others share the rest."""
    given: dict[Reason, int] = {}
    for place, (reason, count) in enumerate(sorted(wanted.items(), key=lambda pair: pair[1])):
        given[reason] = max(1, min(count, room // (len(wanted) - place)))
        room -= given[reason]
    return given
