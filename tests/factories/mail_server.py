"""A real SMTP server that runs in the tests. What it does wrong next a test says by `trouble`."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.processes.ports import free_port

USER, PASSWORD = "notices@example.co.jp", "canary of a password"


@dataclass
class MailServer:
    """The server. `letters` are what it took: to whom, and what. `refused` answers an address with that line."""

    port: int = 0
    trouble: dict[str, str] = field(default_factory=dict)  # RCPT, MAIL, DATA → the answer
    pause: float = 0.0  # seconds before it answers to DATA; no longer than the server is there
    over: threading.Event = field(default_factory=threading.Event)
    letters: list[tuple[list[str], EmailMessage]] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd calls it so
        self, _: SMTP, __: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.trouble.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, _: SMTP, __: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.trouble.get(address) or self.trouble.get("RCPT", "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, _: SMTP, __: Session, envelope: Envelope
    ) -> str:
        self.over.wait(self.pause)  # it shall hang as a whole
        if "DATA" in self.trouble:
            return self.trouble["DATA"]
        letter: Any = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        self.letters.append((list(envelope.rcpt_tos), letter))
        return "250 OK"

    @property
    def texts(self) -> list[str]:
        """What the letters say, each without the lines before and behind."""
        return [letter.get_content().strip().replace("\r\n", "\n") for _, letter in self.letters]

    @property
    def subjects(self) -> list[str]:
        return [str(letter["Subject"]).strip() for _, letter in self.letters]


def check(_: SMTP, __: Session, ___: Envelope, ____: str, given: LoginPassword) -> AuthResult:
    return AuthResult(success=(given.login, given.password) == (USER.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def mail_server(certificate: Path | None = None, *, asks_for_password: bool = False) -> Iterator[MailServer]:
    """Serves on 127.0.0.1 until the end; with a certificate (`certificates`) it knows STARTTLS."""
    port, context = free_port(), None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    server = MailServer(port)
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        authenticator=check if asks_for_password else None,
        auth_required=asks_for_password,
        auth_require_tls=context is not None,
        ready_timeout=60,
    )
    controller.start()
    try:
        yield server
    finally:
        server.over.set()
        controller.stop()
