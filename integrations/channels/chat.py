"""Chat by NOTIFY_URLS, through the library apprise, which is imported only where there are such addresses.

Each address is a secret: it is known by its scheme and a digest, and nothing of it is logged.
"""

import logging
import time
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b

from django.conf import settings

from accounts.causes import told
from integrations.channels.outcomes import Outcome

logger = logging.getLogger(__name__)


def addresses() -> Mapping[str, str]:
    """Name, such as `slack:1f0c9a3b5d7e2a4c`, → address."""
    return {name_of(address): address for address in settings.NOTIFY_URLS}


@cache
def name_of(address: str) -> str:
    """By the library's scheme for it: the https:// address of a Webhook of Slack is `slack` too."""
    from apprise import Apprise  # noqa: PLC0415 - 20 MB, which nobody needs who has no chat

    way = Apprise.instantiate(address)
    scheme = scheme_of(way.url(privacy=True) if way else address)
    return f"{scheme}:{blake2b(address.encode(), digest_size=8).hexdigest()}"


def scheme_of(text: str) -> str:
    """Of an address or of its name: what people may see of it."""
    return text.partition(":")[0].lower()


def send(subject: str, text: str, name: str) -> Outcome:
    """Raises nothing. An address that answers no is as one that cannot be reached: apprise does not say which.

    What took as long as it waits for an answer may have arrived.
    """
    address = addresses().get(name)
    if address is None:
        return Outcome.CHAT_GONE
    try:
        from apprise import Apprise, NotifyFormat  # noqa: PLC0415 - 20 MB, which nobody needs who has no chat

        way = Apprise()
        way.add(address)
        patience = way[0].socket_read_timeout
        begun = time.monotonic()
        is_sent = way.notify(body=text, title=subject, body_format=NotifyFormat.TEXT)
    except Exception as error:  # noqa: BLE001 - whatever it is, a message that fails harms nothing
        logger.warning("a message to %s was not sent (%s)", scheme_of(address), told(error))
        return Outcome.FAILED
    if is_sent:
        return Outcome.SENT
    outcome = Outcome.UNCERTAIN if time.monotonic() - begun >= patience else Outcome.CHAT
    logger.warning("a message to %s was not taken: %s", scheme_of(address), outcome.name)
    return outcome
