"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.rights import is_administrator, may_look


def screen(request: HttpRequest) -> dict[str, Any]:
    """The footer's contact and what the menus may show to this person."""
    user = getattr(request, "user", None)
    return {
        "support_url": settings.SUPPORT_URL,
        "support_hours": settings.SUPPORT_HOURS,
        "is_administrator": bool(user and is_administrator(user)),
        "may_look": bool(user and may_look(user)),
    }
