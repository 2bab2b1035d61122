"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts import site
from accounts.rights import NOTHING, access_of


def screen(request: HttpRequest) -> dict[str, Any]:
    """The footer's contact and what the menus may show to this person: `may.view_jobs` and so on, by Right."""
    user = getattr(request, "user", None)
    access = access_of(user) if user else NOTHING
    return {
        "support_url": settings.SUPPORT_URL,
        "support_hours": settings.SUPPORT_HOURS,
        "is_practice": site.is_practice,  # asked by the frame, not by parts of a page
        "is_administrator": access.is_administrator,
        "may": dict.fromkeys(access.where, True),
    }
