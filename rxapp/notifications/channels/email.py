"""Email over SMTP: one message, one attempt, and what its failure means."""

import ssl
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from rxapp.notifications.views import Message
from rxapp.settings import STARTTLS

_NEED_QUOTES = frozenset('()<>[]:;@\\,"')
STEP_SECONDS = 15.0
"""How long one answer of the mail server may take."""


class TemporaryFailure(Exception):
    """The attempt failed and a later one may succeed."""


class PermanentFailure(Exception):
    """The mail server will never take this message for this recipient."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail goes and from whom, as ``SMTP_URL`` and ``MAIL_FROM`` say."""

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
            starttls=starttls,
            tls=tls,
            sender=sender,
        )


def compose(message: Message, sender: str) -> EmailMessage:
    """Return the message with its text and HTML parts."""
    mail = EmailMessage()
    mail["From"] = _address(*parseaddr(sender))
    mail["To"] = _address(message.to_name, message.to_address)
    mail["Subject"] = _line(message.subject)
    mail["Message-ID"] = message.message_id
    mail["Date"] = formatdate()
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    return mail


def _address(name: str, address: str) -> Address:
    # Python drops the quotes of a name that it folds, so what would need them is left out.
    plain = "".join(" " if c in _NEED_QUOTES else c for c in name)
    return Address(_line(plain), addr_spec=address)


def _line(text: str) -> str:
    """Return the text as one line without anything that could end or bend a header."""
    kept = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(kept.encode("utf-8", "replace").decode().split())


async def send(message: Message, server: MailServer) -> None:
    """Hand the message to the mail server.

    Raises:
        PermanentFailure: if it refuses the message or the recipient for good (5xx).
        TemporaryFailure: on anything that may pass: 4xx, no connection, a refused sign-in.
    """
    try:
        await aiosmtplib.send(
            compose(message, server.sender),
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.tls,
            start_tls=server.starttls,
            timeout=STEP_SECONDS,
        )
    except aiosmtplib.SMTPAuthenticationError as error:
        raise TemporaryFailure(f"sign-in to the mail server refused: {error.code}") from None
    except aiosmtplib.SMTPRecipientsRefused as error:
        first = error.recipients[0]
        _refused(first.code, first.message)
    except aiosmtplib.SMTPResponseException as error:
        _refused(error.code, error.message)
    except (aiosmtplib.SMTPException, OSError) as error:
        raise TemporaryFailure(_not_sent(error)[:300]) from None
    except (UnicodeError, ValueError, MessageError) as error:
        # Asked last, because a certificate that is not trusted is a ValueError too.
        reason = f"no mail server takes this address: {type(error).__name__}"
        raise PermanentFailure(reason.removesuffix("Error")) from None


def _not_sent(error: Exception) -> str:
    for cause in (error, error.__cause__):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the mail server's certificate is not trusted: {cause.verify_message}"
    reason = " ".join(str(error).split()) or type(error).__name__
    reached = "mail server not reached" if isinstance(error, OSError) else "mail not sent"
    return f"{reached}: {reason}"


def _refused(code: int, reason: str) -> None:
    text = f"{code} {' '.join(str(reason).split())}"[:300]
    if code >= 500:
        raise PermanentFailure(text)
    raise TemporaryFailure(text)
