"""Telling of a change: in the transaction that makes it, heard only if it commits.

PostgreSQL carries the signal to every process with ``NOTIFY``; SQLite serves one process, which is
told directly after the commit.
"""

from collections.abc import Callable, Iterable

from sqlalchemy import delete, text
from sqlalchemy.orm import Session as DbSession
from sqlmodel import col

from rxapp.core.db import after_commit
from rxapp.live.models import LiveTopic
from rxapp.live.topics import Topic

CHANNEL = "resolutionflow"
OUTBOX = "outbox"

Sink = Callable[[str, int], None]
_sink: Sink | None = None

_BUMP = (
    "INSERT INTO live_topic (topic, revision) VALUES (:topic, 1)"
    " ON CONFLICT (topic) DO UPDATE SET revision = live_topic.revision + 1 RETURNING revision"
)


def listen(sink: Sink | None) -> None:
    """Hear this process's own signals as ``sink(topic, revision)``, from any thread.

    The topic comes as text, as PostgreSQL would send it; ``OUTBOX`` is none.
    """
    global _sink
    _sink = sink


def publish(db: DbSession, topic: Topic) -> int:
    """Say that ``topic`` changed; whoever watches it re-reads it after the commit.

    Returns the topic's new revision; it is the topic's newest until this transaction ends.
    """
    name = str(topic)
    if db.get_bind().dialect.name == "sqlite":
        revision = db.execute(text(_BUMP), {"topic": name}).scalar_one()
        after_commit(db, lambda: _hear(name, revision))
        return revision
    bumped = db.execute(
        text(
            f"WITH bumped AS ({_BUMP})"  # noqa: S608 - a constant of this module
            " SELECT revision, pg_notify(:channel, :topic || ' ' || revision) FROM bumped"
        ),
        {"topic": name, "channel": CHANNEL},
    )
    return bumped.one().revision


def forget(db: DbSession, topics: Iterable[Topic]) -> None:
    """Forget topics of what is deleted; nobody watches them any more."""
    db.execute(delete(LiveTopic).where(col(LiveTopic.topic).in_([str(each) for each in topics])))


def wake_outbox(db: DbSession) -> None:
    """Say that the outbox has work; there is no revision, since the work itself is in a table."""
    if db.get_bind().dialect.name == "sqlite":
        after_commit(db, lambda: _hear(OUTBOX, 0))
        return
    db.execute(
        text("SELECT pg_notify(:channel, :word)"), {"channel": CHANNEL, "word": f"{OUTBOX} 0"}
    )


def _hear(topic: str, revision: int) -> None:
    if _sink is not None:
        _sink(topic, revision)
