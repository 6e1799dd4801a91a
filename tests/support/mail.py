"""A real SMTP server on the loopback interface, which can be told to misbehave."""

import asyncio
import email
import email.policy
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.net import free_port


@dataclass
class MailServer:
    """Keeps what it takes; ``refuse`` maps a recipient to the answer it gets instead.

    ``says`` maps ``EHLO``, ``MAIL`` or ``DATA`` to the answer of everybody. ``utf8`` says whether
    it offers SMTPUTF8. ``raw`` has the bytes of what it took; ``most_at_once`` counts the mails
    that were under way together.
    """

    port: int = field(default_factory=free_port)
    taken: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)
    delay_seconds: float = 0.0
    at_once: int = 0
    most_at_once: int = 0
    utf8: bool = True
    _controller: Controller | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_EHLO(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        return [self.says["EHLO"]] if "EHLO" in self.says else responses

    async def handle_HELO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str
    ) -> str:
        session.host_name = hostname
        return self.says.get("EHLO", "250 hello")

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list
    ) -> str:
        if answer := self.says.get("MAIL"):
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list
    ) -> str:
        if answer := self.refuse.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)
        self.at_once -= 1
        if answer := self.says.get("DATA"):
            return answer
        assert isinstance(envelope.content, bytes)
        self.raw.append(envelope.content)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        message["X-Rcpt"] = ", ".join(envelope.rcpt_tos)
        self.taken.append(message)  # type: ignore[arg-type]
        return "250 OK"

    def start(self) -> None:
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=self.utf8
        )
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.taken if message["X-Rcpt"] == address]
