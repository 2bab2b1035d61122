"""What pages ask of the manual."""

from django import template
from django.template.context import RequestContext

from manual.pages import manual
from manual.places import PLACES

register = template.Library()


@register.filter
def told_at(anchor: str) -> str:
    """Where the manual tells of it: a heading, or a reason by its code; "" where it does not."""
    return manual().addresses.get(anchor, "")


@register.simple_tag(takes_context=True)
def manual_address(context: RequestContext) -> str:
    """Where the manual tells of this page; "" where it does not."""
    match = getattr(context.get("request"), "resolver_match", None)
    anchor = PLACES.get(match.view_name, "") if match else ""
    return manual().addresses[anchor] if anchor else ""


@register.simple_tag
def manual_code(code: str) -> str:
    """Where the manual tells of a code; "" of one that it does not know, as of an earlier version's."""
    return manual().addresses.get(code, "")
