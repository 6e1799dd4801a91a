"""How a delivery stands, when to try again, and when to give up. Pure."""

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
    SENT = "sent"  # shown in a connected tab, or taken by the mail server
    SEEN = "seen"  # the recipient opened what it is about
    FAILED = "failed"  # the attempt failed; the next one is at next_attempt_at
    DEAD = "dead"  # given up; detail has the reason
    SKIPPED = "skipped"  # never to be sent; detail has the reason


BACKOFF = (
    timedelta(seconds=15),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
)
MAX_ATTEMPTS = len(BACKOFF) + 1

ATTEMPT_LIMIT = timedelta(seconds=25)
"""How long one attempt may take in all."""

STALE_AFTER = timedelta(seconds=40)
"""How long an attempt may stand as under way before another process takes it back."""

UNSEEN_AFTER = timedelta(minutes=2)
"""How long a notice may stand on a screen unopened before an email follows."""


def retry_after(attempts: int) -> timedelta | None:
    """Return how long to wait after this many failed attempts, or None to give up."""
    return BACKOFF[attempts - 1] if attempts < MAX_ATTEMPTS else None
