"""Accounts in words."""

from typing import NamedTuple

from django import template
from django.contrib.auth.models import User
from django.db.models import QuerySet

from accounts.models import AuditEntry
from accounts.roles import role_of
from accounts.viewing_log import looks_at

register = template.Library()
register.filter(role_of)
LOOKS_SHOWN = 20


class Standing(NamedTuple):
    """Whether an account can be used, as a badge says it."""

    words: str
    icon: str
    badge: str = ""


@register.filter
def standing(user: User) -> Standing:
    """Stopped, invited (no password yet, or a new link is out), or in use."""
    if not user.is_active:
        return Standing("停止中", "no-symbol")
    if user.has_usable_password():
        return Standing("利用中", "check-circle", "badge-good")
    return Standing("パスワード設定待ち", "link", "badge-busy")


@register.inclusion_tag("accounts/_lookers.html")
def lookers(number: int) -> dict[str, QuerySet[AuditEntry] | int]:
    """Who looked at the results of the person of this number, newest first."""
    return {"number": number, "entries": looks_at(number)[:LOOKS_SHOWN]}
