"""What the page of a run tells, read off the answer to a request for it."""

from typing import Any

from integrations.models import SyncIssue


def problems_on(page: Any) -> list[SyncIssue]:
    """Those that are shown, group after group."""
    return [line.issue for listed in page.context["groups"] for line in listed.lines]


def number_of_problems(page: Any) -> int:
    """How many there are in all groups, shown or not."""
    return sum(listed.group.times for listed in page.context["groups"])
