"""Idempotency keys: the first answer to a request is kept and given again to its repeats.

The answer is written in the transaction that does the work, so a key stands for work that is done,
or for none. It is kept sealed, since an answer may hold a secret that is shown once.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Text, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as DbSession
from sqlmodel import Field, SQLModel

from rxapp.core import db as database
from rxapp.core.clock import utc_now
from rxapp.core.db import UTCDateTime
from rxapp.core.errors import Conflict, Invalid
from rxapp.core.sealing import seal, unseal

KEPT = timedelta(hours=24)
KEY_LIMIT = 200


class KeptAnswer(SQLModel, table=True):
    """The answer to one request; ``id`` is the hash of who asked and the key they gave."""

    __tablename__ = "kept_answer"

    id: str = Field(primary_key=True, max_length=64)
    request_hash: str = Field(max_length=64)
    answer: str = Field(sa_type=Text)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime, index=True)


@dataclass(frozen=True, slots=True)
class Once:
    """A request to be done once: who asks, the key they gave, and what they ask for."""

    who: str
    key: str
    request: str
    secret: str


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()


def do_once(db: DbSession, once: Once, work: Callable[[DbSession], str]) -> tuple[str, bool]:
    """Do ``work(db)``, or return what it answered before; and whether this is a repeat.

    Raises:
        Invalid: if the key is empty, too long, or was used for another request.
        Conflict: if the first request with this key is being worked on just now.
    """
    if not once.key.strip() or len(once.key) > KEY_LIMIT:
        raise Invalid(f"An Idempotency-Key has 1 to {KEY_LIMIT} characters.")
    kept_id, request_hash = _digest(once.who, once.key), _digest(once.request)
    kept = db.get(KeptAnswer, kept_id)
    if kept is not None and kept.created_at > utc_now() - KEPT:
        if kept.request_hash != request_hash:
            raise Invalid("This Idempotency-Key was used for another request.")
        return unseal(kept.answer, once.secret), True
    if kept is not None:
        db.delete(kept)
        db.flush()
    answer = work(db)
    db.add(KeptAnswer(id=kept_id, request_hash=request_hash, answer=seal(answer, once.secret)))
    try:
        db.flush()
    except IntegrityError:
        raise Conflict("The same request is being worked on. Ask again in a moment.") from None
    return answer, False


async def forget() -> None:
    """Delete answers that are kept no longer, as upkeep."""
    await database.run(forget_old)


def forget_old(db: DbSession) -> None:
    """Delete answers that are kept no longer."""
    db.execute(delete(KeptAnswer).where(KeptAnswer.created_at <= utc_now() - KEPT))
