"""Where the pages are opened: the address that stands in our links, and with it the host that is answered.

The variable SITE_URL says it where it is set, else what was chosen on the first day, else this machine.
"""

from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from accounts import audit, origin
from accounts.audit import Action
from accounts.models import Installation
from accounts.origin import NOWHERE, Origin

Rows = dict[str, list[dict[str, Any]]]

# The request in which the row was read last, and the row: a page asks for it more than once.
known: ContextVar[tuple[Origin, Installation] | None] = ContextVar("installation", default=None)


def installation() -> Installation:
    """As it was chosen; the defaults, not yet stored, before the first day. Read once for a request."""
    request, kept = origin.current.get(), known.get()
    if kept is not None and kept[0] is request:
        return kept[1]
    found = Installation.objects.filter(pk=1).first() or Installation(pk=1)
    known.set((request, found) if request is not NOWHERE else None)
    return found


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


def is_practice() -> bool:
    """Whether a simulated カオナビ stands in for the real one."""
    return installation().is_practice


def begin_practice(before: Rows) -> None:
    """From now on it does. `before` is kept for the end: model → its rows, as they were."""
    Installation.objects.update_or_create(pk=1, defaults={"is_practice": True, "before_practice": before})
    known.set(None)


def end_practice() -> Rows:
    """From now on it does not. Gives back what was kept at the beginning; raises Installation.DoesNotExist outside."""
    row = Installation.objects.lock().get(pk=1, is_practice=True)
    before: Rows = row.before_practice
    row.is_practice, row.before_practice = False, {}
    row.save()
    known.set(None)
    return before


@transaction.atomic
def choose(address: str, *, by: User) -> None:
    """From now on the pages are opened there. Links that カオナビ has already follow with the next run."""
    before = site_url()
    Installation.objects.update_or_create(pk=1, defaults={"site_url": address})
    known.set(None)
    if address != before:
        audit.record(Action.CHANGED_SETTINGS, by=by, what="画面のアドレス", label=address, detail={"before": before})
