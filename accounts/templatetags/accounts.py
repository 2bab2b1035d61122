"""Accounts in words."""

from typing import Any

from django import template
from django.contrib.auth.models import User

from accounts.roles import role_of

register = template.Library()
register.filter(role_of)


@register.filter
def standing(user: User) -> str:
    """`stopped`, `invited` (no password yet, or a new link is out), or `active`."""
    if not user.is_active:
        return "stopped"
    return "active" if user.has_usable_password() else "invited"


@register.filter
def in_words(detail: dict[str, Any]) -> list[tuple[str, str]]:
    """An audit entry's detail as names and texts."""
    return [
        (name, "、".join(map(str, value)) if isinstance(value, list) else str(value))
        for name, value in detail.items()
        if value not in ("", [], None)
    ]
