"""What pages ask of the manual."""

from django import template
from django.template.context import RequestContext

from integrations.manual.pages import manual
from integrations.manual.places import PLACES

register = template.Library()


@register.filter
def told_at(anchor: str) -> str:
    """Where the manual tells of it: a heading, or a code; "" where it does not, as of an earlier version's code."""
    return manual().addresses.get(anchor, "")


@register.simple_tag(takes_context=True)
def manual_address(context: RequestContext) -> str:
    """Where the manual tells of this page; "" where it does not."""
    match = getattr(context.get("request"), "resolver_match", None)
    anchor = PLACES.get(match.view_name, "") if match else ""
    return manual().addresses[anchor] if anchor else ""
