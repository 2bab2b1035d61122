"""Where the pages are opened: the address that stands in our links, and with it the host that is answered.

The variable SITE_URL says it where it is set, else what was chosen on the first day, else this machine.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User

from accounts.models import Installation


def installation() -> Installation:
    """As it was chosen; the defaults, not yet stored, before the first day."""
    return Installation.objects.filter(pk=1).first() or Installation(pk=1)


def site_url() -> str:
    """The address without its last slash. Whatever writes a link asks here, not the settings."""
    if settings.IS_SITE_URL_GIVEN:
        return str(settings.SITE_URL)
    return installation().site_url or str(settings.SITE_URL)


def is_answered(host: str) -> bool:
    """Whether a request for the host, as its Host header has it, is one for us: the site's, and any before the first
    account, since nobody could have chosen an address yet.
    """
    return host.strip("[]") == urlsplit(site_url()).hostname or not User.objects.exists()
