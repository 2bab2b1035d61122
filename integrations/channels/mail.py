"""Mail by EMAIL_URL, through Django's mail: one message for each address, so that nobody sees another's."""

import logging
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from accounts.causes import told
from accounts.site import site_url
from integrations.channels.outcomes import Outcome

logger = logging.getLogger(__name__)

# What a machine writes says so: no out-of-office note comes back.
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
LATER = range(400, 500)  # of SMTP: not now

MEANINGS: tuple[tuple[type[Exception], Outcome], ...] = (  # the first that fits
    (smtplib.SMTPAuthenticationError, Outcome.LOG_IN),
    (smtplib.SMTPNotSupportedError, Outcome.LOG_IN),
    (smtplib.SMTPSenderRefused, Outcome.SENDER),
    (smtplib.SMTPDataError, Outcome.CONTENT),
    (smtplib.SMTPConnectError, Outcome.REFUSED),
    (smtplib.SMTPHeloError, Outcome.REFUSED),
    (smtplib.SMTPServerDisconnected, Outcome.UNREACHABLE),
    (smtplib.SMTPException, Outcome.FAILED),
    (ssl.SSLCertVerificationError, Outcome.CERTIFICATE),
    (ssl.SSLError, Outcome.TLS),
    (socket.gaierror, Outcome.NAME_UNKNOWN),
    (TimeoutError, Outcome.TIMED_OUT),
    (ConnectionRefusedError, Outcome.REFUSED),
    (OSError, Outcome.UNREACHABLE),
)


def is_set() -> bool:
    return bool(settings.EMAIL_HOST)


def default_sender() -> str:
    """Who mails come from where nobody chose it: the user of EMAIL_URL, or a name at the address of the pages."""
    return settings.DEFAULT_FROM_EMAIL or f"mikiwame@{urlsplit(site_url()).hostname}"


def send(
    subject: str, text: str, addresses: Sequence[str], *, sender: str, begin: Callable[[str], bool]
) -> Iterator[tuple[str, Outcome]]:
    """Send it to each address, and say of each what became of it as soon as that is known. Raises nothing.

    `begin` is asked right before a message is handed over, from when on it may arrive; where it says no, none is sent.
    """
    if not is_set():
        yield from ((address, Outcome.NOT_SET) for address in addresses)
        return
    line = get_connection()
    left = list(addresses)
    try:
        outcome = attempt(line.open, is_handed_over=False)
        while left and outcome is Outcome.SENT:
            address = left[0]
            if not begin(address):
                return
            message = EmailMessage(subject, text, sender, [address], connection=line, headers=HEADERS)
            told_of = attempt(message.send, is_handed_over=True)
            yield left.pop(0), told_of
            if told_of in {Outcome.UNCERTAIN, Outcome.FAILED}:  # the line is dead
                outcome = Outcome.UNREACHABLE
        yield from ((address, outcome) for address in left)
    finally:
        with suppress(Exception):
            line.close()


def reach() -> Outcome:
    """Connect and log in as for a message, and send none."""
    line = get_connection()
    try:
        return attempt(line.open, is_handed_over=False)
    finally:
        with suppress(Exception):
            line.close()


def attempt(do: Callable[[], object], *, is_handed_over: bool) -> Outcome:
    """What became of it; never an error's text, in which servers quote names and addresses."""
    try:
        do()
    except Exception as error:  # noqa: BLE001 - whatever it is, a message that fails harms nothing
        outcome = outcome_of(error, is_handed_over=is_handed_over)
        logger.warning("a mail was not sent: %s (%s)", outcome.name, told(error))
        return outcome
    return Outcome.SENT


def outcome_of(error: Exception, *, is_handed_over: bool) -> Outcome:
    """`is_handed_over`: the message may have arrived, unless the server itself said no."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()), (0, b""))[0]
        return Outcome.BUSY if code in LATER else Outcome.ADDRESS
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code in LATER:
        return Outcome.BUSY
    if isinstance(error, smtplib.SMTPNotSupportedError) and "STARTTLS" in str(error):
        return Outcome.NO_STARTTLS
    if is_handed_over and isinstance(error, smtplib.SMTPServerDisconnected | OSError) and not is_answer(error):
        return Outcome.UNCERTAIN
    return next((outcome for kind, outcome in MEANINGS if isinstance(error, kind)), Outcome.FAILED)


def is_answer(error: Exception) -> bool:
    """Whether the server said so. All errors of SMTP are OSErrors in Python."""
    return isinstance(error, smtplib.SMTPException) and not isinstance(error, smtplib.SMTPServerDisconnected)
