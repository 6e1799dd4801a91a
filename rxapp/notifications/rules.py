"""How a delivery stands, when to try again, and when to give up. Pure."""

import re
from datetime import timedelta
from enum import StrEnum


class Channel(StrEnum):
    """How a person is reached."""

    SCREEN = "screen"
    EMAIL = "email"


class DeliveryStatus(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"  # waits for its first attempt
    SENDING = "sending"  # an attempt is under way, or was when the process died
    SENT = "sent"  # a browser says that it shows it, or the mail server took it
    SEEN = "seen"  # the recipient opened what it is about
    FAILED = "failed"  # the attempt failed; the next one is at next_attempt_at
    DEAD = "dead"  # given up; detail has the reason
    SKIPPED = "skipped"  # never to be sent; detail has the reason


class MailTrouble(StrEnum):
    """What is wrong with the mail server or with how it is set up here: no recipient's fault."""

    UNREACHABLE = "unreachable"
    BUSY = "busy"
    CERTIFICATE = "certificate"
    ENCRYPTION = "encryption"
    SIGN_IN = "sign-in"
    SENDER = "sender"
    REFUSED = "refused"

    @property
    def words(self) -> str:
        """What an admin reads: what is wrong and where to look."""
        return _TROUBLES[self]

    @property
    def passes(self) -> bool:
        """Whether it may well be over in a moment; what is set up wrongly is not."""
        return self in (MailTrouble.UNREACHABLE, MailTrouble.BUSY)


_TROUBLES = {
    MailTrouble.UNREACHABLE: "The mail server cannot be reached.",
    MailTrouble.BUSY: "The mail server says that it is busy.",
    MailTrouble.CERTIFICATE: "The mail server's certificate is not trusted.",
    MailTrouble.ENCRYPTION: "The mail server offers no encryption. Check SMTP_URL.",
    MailTrouble.SIGN_IN: "The mail server does not accept our sign-in. Check the user and the"
    " password in SMTP_URL.",
    MailTrouble.SENDER: "The mail server does not take our sender's address. Check MAIL_FROM.",
    MailTrouble.REFUSED: "The mail server refuses to take mail from this server.",
}

_AUTHENTICATION = frozenset({530, 534, 535, 538})
_NOT_FOR_US = frozenset({500, 502, 503, 504, 521, 555})
_ENHANCED = re.compile(r"\b[245]\.(\d{1,3}\.\d{1,3})\b")
_OUR_SIGN_IN = frozenset({"7.0", "7.8", "7.9", "7.11", "7.14"})
_OUR_SENDER = frozenset({"1.7", "1.8", "7.26", "7.27"})
_OF_MESSAGE = frozenset({"3.4"})
_SENDER_WORDS = re.compile(r"sender (address )?(rejected|refused|verif)|\b(spf|dmarc|dkim)\b", re.I)
_REFUSED_WORDS = re.compile(
    r"relay|authenticat|client host|helo command|block ?list|black ?list|blocked using", re.I
)


def trouble_of(code: int, reason: str) -> MailTrouble | None:
    """Return what an answer to a recipient or to a message says of the server, if it does.

    None: it is about that recipient or that message. Many servers keep what they have against
    the sender until they are given a recipient, so the code alone does not tell.
    """
    if code < 500:
        return MailTrouble.BUSY if code in (421, 454) else None
    found = _ENHANCED.search(reason)
    enhanced = found[1] if found else ""
    if code in _AUTHENTICATION or enhanced in _OUR_SIGN_IN:
        return MailTrouble.SIGN_IN
    if enhanced in _OUR_SENDER or _SENDER_WORDS.search(reason):
        return MailTrouble.SENDER
    is_system = enhanced.startswith(("3.", "5.")) and enhanced not in _OF_MESSAGE
    if code in _NOT_FOR_US or is_system or _REFUSED_WORDS.search(reason):
        return MailTrouble.REFUSED
    return None


_ADDRESS = re.compile(r"[^\s<>\"',;:()]*@[^\s<>\"',;:()]+")


def without_addresses(text: str) -> str:
    """Return the text with every email address in it left out."""
    return _ADDRESS.sub("(address)", text)


PASSES_WITHIN = timedelta(minutes=5)
"""How long a mail server may be away or busy before that is an alarm."""


def is_alarming(trouble: MailTrouble, lasted: timedelta) -> bool:
    """Return whether somebody has to look; what may pass by itself gets some minutes for that."""
    return not trouble.passes or lasted >= PASSES_WITHIN


BACKOFF = (
    timedelta(seconds=15),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
)
MAX_ATTEMPTS = len(BACKOFF) + 1

TROUBLE_PAUSE = timedelta(minutes=15)
"""The longest pause while the mail server is in trouble: it may be mended at any moment."""

TROUBLE_PATIENCE = timedelta(days=7)
"""How long a mail is tried while nothing but the mail server stands in its way."""

ATTEMPT_LIMIT = timedelta(seconds=25)
"""How long one attempt may take in all."""

STALE_AFTER = timedelta(seconds=40)
"""How long an attempt may stand as under way before another process takes it back."""

SHOWN_WITHIN = timedelta(seconds=5)
"""How long a browser may take to say that it shows a notice before an email goes out."""

UNSEEN_AFTER = timedelta(minutes=2)
"""How long a notice may stand on a screen unopened before an email follows."""


def retry_after(refusals: int) -> timedelta | None:
    """Return how long to wait once the recipient's side refused so often, or None to give up."""
    return BACKOFF[refusals - 1] if refusals < MAX_ATTEMPTS else None


def retry_after_trouble(attempts: int, waited: timedelta) -> timedelta | None:
    """Return how long to wait for a mail server in trouble, or None to give up.

    ``waited`` is how long the mail has been tried.
    """
    if waited >= TROUBLE_PATIENCE:
        return None
    return min(BACKOFF[min(attempts, len(BACKOFF)) - 1], TROUBLE_PAUSE)
