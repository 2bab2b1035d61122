"""Accounts in words."""

from django import template
from django.contrib.auth.models import User
from django.db.models import QuerySet

from accounts.models import AuditEntry
from accounts.roles import role_of
from accounts.viewing_log import looks_at

register = template.Library()
register.filter(role_of)
LOOKS_SHOWN = 20


@register.filter
def standing(user: User) -> str:
    """`stopped`, `invited` (no password yet, or a new link is out), or `active`."""
    if not user.is_active:
        return "stopped"
    return "active" if user.has_usable_password() else "invited"


@register.inclusion_tag("accounts/_lookers.html")
def lookers(number: int) -> dict[str, QuerySet[AuditEntry] | int]:
    """Who looked at the results of the person of this number, newest first."""
    return {"number": number, "entries": looks_at(number)[:LOOKS_SHOWN]}
