"""What a correction of results does to カオナビ, for pages that know nothing of it."""

from django import template

from assessments.models import Assessment
from integrations.screens.effects import after_deletion, after_edit, after_naming

register = template.Library()


@register.simple_tag
def kaonavi_after_naming() -> str:
    """What becomes of カオナビ when results get a 16タイプ."""
    return after_naming()


@register.simple_tag
def kaonavi_after_edit(result: Assessment) -> str:
    """What becomes of カオナビ when the result is edited."""
    return after_edit(result)


@register.simple_tag
def kaonavi_after_deletion(result: Assessment) -> str:
    """What becomes of カオナビ when the result is deleted."""
    return after_deletion(result)
