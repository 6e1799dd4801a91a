"""Idempotency keys: the first answer to a request is stored and returned to its repeats.

The answer is written in the transaction that does the work, so there is a stored answer exactly if
the work was done. It is encrypted, since an answer may hold a secret that is shown once.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Text, delete, select, update
from sqlalchemy.orm import Session as DbSession
from sqlmodel import Field, SQLModel

from rxapp.core import db as database
from rxapp.core.clock import utc_now
from rxapp.core.columns import HASH_LENGTH, UTCDateTime
from rxapp.core.errors import Invalid
from rxapp.core.sealing import derive, seal, unseal
from rxapp.core.statements import upsert

KEPT = timedelta(hours=24)
KEY_LIMIT = 200


class KeptAnswer(SQLModel, table=True):
    """The answer to one request; ``id`` is a keyed hash of who asked and of their key."""

    __tablename__ = "kept_answer"

    id: str = Field(primary_key=True, max_length=HASH_LENGTH)
    request_hash: str = Field(max_length=HASH_LENGTH)
    answer: str = Field(sa_type=Text)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime, index=True)


@dataclass(frozen=True, slots=True)
class Once:
    """A request to be done once: who asks, their key, and what they ask for."""

    who: str
    key: str
    request: str
    secret: str


# The row is inserted before the work is done: a repeat waits for it and does no work itself.
_CLAIM = {
    dialect: upsert(KeptAnswer, dialect).on_conflict_do_nothing().returning(KeptAnswer.id)
    for dialect in ("sqlite", "postgresql")
}


def _oldest() -> datetime:
    return utc_now() - KEPT


def _digest(once: Once, *parts: str) -> str:
    # Keyed: a request may hold a password, which could be guessed at full speed from a plain hash.
    key = derive(once.secret, "idempotency keys")
    return hmac.new(key, "\x00".join(parts).encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _ids(once: Once) -> tuple[str, str]:
    if not once.key.strip() or len(once.key) > KEY_LIMIT:
        raise Invalid(f"An Idempotency-Key has 1 to {KEY_LIMIT} characters.")
    return _digest(once, once.who, once.key), _digest(once, once.request)


def kept_answer(db: DbSession, once: Once) -> str | None:
    """Return the stored answer to the request, or None if there is none.

    Raises:
        Invalid: if the key is empty, too long, or was used for another request.
    """
    kept_id, request_hash = _ids(once)
    query = select(KeptAnswer.request_hash, KeptAnswer.answer).where(
        KeptAnswer.id == kept_id, KeptAnswer.created_at > _oldest()
    )
    kept = db.execute(query).one_or_none()
    if kept is None:
        return None
    if kept.request_hash != request_hash:
        raise Invalid("This Idempotency-Key was used for another request.")
    return unseal(kept.answer, once.secret)


def do_once(db: DbSession, once: Once, work: Callable[[DbSession], str]) -> tuple[str, bool]:
    """Return the answer of ``work(db)``, or the stored one, and whether this is a repeat.

    A repeat that arrives while the first request is still running waits for its answer.

    Raises:
        Invalid: as :func:`kept_answer`.
    """
    kept_id, request_hash = _ids(once)
    db.execute(
        delete(KeptAnswer).where(KeptAnswer.id == kept_id, KeptAnswer.created_at <= _oldest())
    )
    values = {"id": kept_id, "request_hash": request_hash, "answer": "", "created_at": utc_now()}
    if db.execute(_CLAIM[db.get_bind().dialect.name], values).first() is None:
        kept = kept_answer(db, once)
        assert kept is not None
        return kept, True
    answer = work(db)
    db.execute(
        update(KeptAnswer)
        .where(KeptAnswer.id == kept_id)
        .values(answer=seal(answer, once.secret))
        .execution_options(synchronize_session=False)
    )
    return answer, False


async def forget() -> None:
    """Delete answers that are kept no longer, as upkeep."""
    await database.run(forget_old)


def forget_old(db: DbSession) -> None:
    """Delete answers that are kept no longer."""
    db.execute(delete(KeptAnswer).where(KeptAnswer.created_at <= _oldest()))
