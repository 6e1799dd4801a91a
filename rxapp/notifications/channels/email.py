"""Email over SMTP: one attempt to send one message, and what a failure means."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from rxapp.notifications.channels.letter import Unsendable, compose, deliverable
from rxapp.notifications.rules import MailTrouble, trouble_of
from rxapp.notifications.views import Message
from rxapp.settings import STARTTLS

STEP_SECONDS = 15.0
"""How long one answer from the mail server may take."""

GOODBYE_SECONDS = 2.0
"""How long the mail server may take to say goodbye after it has accepted the message."""


class NotNow(Exception):
    """The recipient's side does not accept the message now, but may later (4xx)."""


class Refused(Exception):
    """The message will never be accepted for this recipient."""


class ServerTrouble(Exception):
    """The mail server is down or set up wrongly; nothing is wrong with the message."""

    def __init__(self, kind: MailTrouble, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class MailServer:
    """The mail server and the sender's address, from ``SMTP_URL`` and ``MAIL_FROM``."""

    host: str
    port: int
    username: str | None
    password: str | None
    starttls: bool
    tls: bool
    sender: str

    @classmethod
    def from_url(cls, url: str, sender: str) -> "MailServer":
        """Read ``smtp://user:password@host:587?starttls=true``; ``smtps`` is TLS from the start."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        wanted = parse_qs(parts.query).get("starttls", ["false"])[0]
        starttls = STARTTLS[wanted.strip().lower()]
        return cls(
            host=parts.hostname or "localhost",
            port=parts.port or (465 if tls else 587 if starttls else 25),
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            starttls=starttls and not tls,
            tls=tls,
            sender=sender,
        )


async def send(message: Message, server: MailServer) -> None:
    """Hand the message to the mail server.

    Raises:
        Refused: if the recipient or the message is refused for good (5xx) or cannot be written.
        NotNow: if the recipient's side does not accept it right now (4xx).
        ServerTrouble: for anything else: no connection, a refused sign-in or sender.
    """
    async with _connected(server) as client:
        utf8 = client.supports_extension("smtputf8")
        sender = _own_address(server, utf8=utf8)
        try:
            raw = compose(message, server.sender, utf8=utf8)
            recipient = deliverable(message.to_address, utf8=utf8)
        except Unsendable as error:
            raise Refused(str(error)) from None
        is_plain = sender.isascii() and recipient.isascii()
        encoding, options = ("ascii", []) if is_plain else ("utf-8", ["SMTPUTF8"])
        try:
            await client.mail(sender, options=options, encoding=encoding)
        except aiosmtplib.SMTPResponseException as error:
            otherwise = MailTrouble.SENDER if error.code >= 500 else MailTrouble.BUSY
            kind = trouble_of(error.code, error.message) or otherwise
            raise ServerTrouble(kind, _said(error.code, error.message)) from None
        try:
            await client.rcpt(recipient, encoding=encoding)
            await client.data(raw)
        except aiosmtplib.SMTPResponseException as error:
            raise _judged(error.code, error.message) from None


def _own_address(server: MailServer, *, utf8: bool) -> str:
    try:
        return deliverable(parseaddr(server.sender)[1], utf8=utf8)
    except Unsendable as error:
        raise ServerTrouble(MailTrouble.SENDER, f"MAIL_FROM: {error}") from None


@asynccontextmanager
async def _connected(server: MailServer) -> AsyncIterator[aiosmtplib.SMTP]:
    """Yield a connection, encrypted and signed in as ``SMTP_URL`` says; close it afterwards.

    Raises:
        ServerTrouble: if it cannot be opened, or is lost.
    """
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.username,
        password=server.password,
        use_tls=server.tls,
        start_tls=server.starttls,
        timeout=STEP_SECONDS,
    )
    try:
        await client.connect()
        await _greet(client)
        yield client
        with suppress(aiosmtplib.SMTPException, OSError):
            await client.quit(timeout=GOODBYE_SECONDS)
    except aiosmtplib.SMTPAuthenticationError as error:
        reason = f"sign-in to the mail server refused: {error.code}"
        raise ServerTrouble(MailTrouble.SIGN_IN, reason) from None
    except aiosmtplib.SMTPResponseException as error:
        kind = MailTrouble.REFUSED if error.code >= 500 else MailTrouble.BUSY
        raise ServerTrouble(kind, _said(error.code, error.message)) from None
    except (aiosmtplib.SMTPException, OSError) as error:
        raise _not_sent(error) from None
    finally:
        client.close()


async def _greet(client: aiosmtplib.SMTP) -> None:
    """Ask for the server's capabilities with EHLO; greet an old server with HELO."""
    if client.is_ehlo_or_helo_needed:
        try:
            await client.ehlo()
        except aiosmtplib.SMTPHeloError:
            await client.helo()


def _not_sent(error: Exception) -> ServerTrouble:
    for cause in (error, error.__cause__):
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = f"the mail server's certificate is not trusted: {cause.verify_message}"
            return ServerTrouble(MailTrouble.CERTIFICATE, reason[:300])
        if isinstance(cause, ssl.SSLError):
            return ServerTrouble(MailTrouble.ENCRYPTION, f"no encryption: {cause.reason}"[:300])
    reason = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, OSError):
        return ServerTrouble(MailTrouble.UNREACHABLE, f"mail server not reached: {reason}"[:300])
    kind = MailTrouble.SIGN_IN if "AUTH" in reason else MailTrouble.ENCRYPTION
    return ServerTrouble(kind, f"email not sent: {reason}"[:300])


def _judged(code: int, reason: str) -> Exception:
    text = _said(code, reason)
    if kind := trouble_of(code, reason):
        return ServerTrouble(kind, text)
    return Refused(text) if code >= 500 else NotNow(text)


def _said(code: int, reason: str) -> str:
    return f"{code} {' '.join(str(reason).split())}"[:300]
