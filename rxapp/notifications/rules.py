"""The states of a delivery, when to try again, and when to give up. Pure."""

import re
from datetime import timedelta
from enum import StrEnum

MESSAGE_ID_LIMIT = 200
"""How many characters the id of an email may have."""


class Channel(StrEnum):
    """How a person is reached."""

    SCREEN = "screen"
    EMAIL = "email"


class DeliveryStatus(StrEnum):
    """The state of a delivery."""

    PENDING = "pending"  # waits for its first attempt
    SENDING = "sending"  # an attempt is running, or was when the process died
    SENT = "sent"  # a browser confirmed that it shows it, or the mail server accepted it
    SEEN = "seen"  # the recipient opened what it is about
    FAILED = "failed"  # the attempt failed; the next one is at next_attempt_at
    DEAD = "dead"  # given up; detail has the reason
    SKIPPED = "skipped"  # never to be sent; detail has the reason


class MailTrouble(StrEnum):
    """What is wrong with the mail server or its settings here; never the recipient's fault."""

    UNREACHABLE = "unreachable"
    BUSY = "busy"
    CERTIFICATE = "certificate"
    ENCRYPTION = "encryption"
    SIGN_IN = "sign-in"
    SENDER = "sender"
    REFUSED = "refused"

    @property
    def words(self) -> str:
        """What is wrong and where to look, in words for an admin."""
        return _TROUBLES[self]

    @property
    def passes(self) -> bool:
        """Whether it may soon pass by itself; a wrong setting does not."""
        return self in (MailTrouble.UNREACHABLE, MailTrouble.BUSY)


_TROUBLES = {
    MailTrouble.UNREACHABLE: "The mail server cannot be reached.",
    MailTrouble.BUSY: "The mail server says that it is busy.",
    MailTrouble.CERTIFICATE: "The mail server's certificate is not trusted.",
    MailTrouble.ENCRYPTION: "The mail server offers no encryption. Check SMTP_URL.",
    MailTrouble.SIGN_IN: "The mail server does not accept our sign-in. Check the user and the"
    " password in SMTP_URL.",
    MailTrouble.SENDER: "The mail server does not accept our sender address. Check MAIL_FROM.",
    MailTrouble.REFUSED: "The mail server refuses emails from this server.",
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
    """Return what an answer to a recipient or a message says about the mail server, if anything.

    None means that it is about that recipient or message. Many servers only say what they object
    to in the sender once they are given a recipient, so the code by itself is not enough.
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
    """Return the text without the email addresses in it."""
    return _ADDRESS.sub("(address)", text)


PASSES_WITHIN = timedelta(minutes=5)
"""How long a mail server may be down or busy before that is an alarm."""


def is_alarming(trouble: MailTrouble, lasted: timedelta) -> bool:
    """Return whether somebody has to act; trouble that may pass by itself gets some minutes."""
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
"""The longest pause while the mail server is in trouble: it may be repaired at any moment."""

TROUBLE_PATIENCE = timedelta(days=7)
"""How long an email is tried while only the mail server prevents it."""

ATTEMPT_LIMIT = timedelta(seconds=25)
"""How long one attempt may take in all."""

STALE_AFTER = timedelta(seconds=40)
"""How long an attempt may be in progress before another process takes it back."""

SHOWN_WITHIN = timedelta(seconds=5)
"""How long a browser may take to confirm that it shows a notice before an email goes out."""

UNSEEN_AFTER = timedelta(minutes=2)
"""How long a notice may stay unopened on a screen before an email follows."""


def retry_after(refusals: int) -> timedelta | None:
    """Return how long to wait after so many refusals by the recipient's side; None: give up."""
    return BACKOFF[refusals - 1] if refusals < MAX_ATTEMPTS else None


def retry_after_trouble(attempts: int, waited: timedelta) -> timedelta | None:
    """Return how long to wait for a mail server in trouble, or None to give up.

    ``waited`` is how long the email has been tried.
    """
    if waited >= TROUBLE_PATIENCE:
        return None
    return min(BACKOFF[min(attempts, len(BACKOFF)) - 1], TROUBLE_PAUSE)
