"""The strip of runs on ホーム, and the mark in the sub-menu."""

from typing import Any

from django import template

from integrations.models import SyncJob
from integrations.templatetags.kaonavi import STATUS_LOOK

register = template.Library()

Status = SyncJob.Status
SIGNS = {  # as forms in Japan have them: a circle is right, a triangle partly, a cross wrong
    Status.QUEUED: "…",
    Status.RUNNING: "…",
    Status.HELD: "？",
    Status.SUCCEEDED: "○",
    Status.PARTIAL: "△",
    Status.FAILED: "×",
    Status.CANCELLED: "－",
    Status.INTERRUPTED: "×",
}


@register.filter
def look_of(job: SyncJob) -> str:
    """How its end looks: good, care, bad, busy or still."""
    return STATUS_LOOK[Status(job.status)][0]


@register.filter
def sign_of(job: SyncJob) -> str:
    """The same as a sign, for whoever does not see the colour."""
    return SIGNS[Status(job.status)]


@register.inclusion_tag("integrations/_held_runs.html")
def held_runs(*, is_brought: bool = False) -> dict[str, Any]:
    """How many runs wait for a person, for those who may see runs: an index over these alone."""
    return {"held": SyncJob.objects.filter(status=Status.HELD).count(), "is_brought": is_brought}
