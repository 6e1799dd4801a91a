"""Signals: published in the transaction that makes a change, and received only if it commits.

PostgreSQL sends the signal to every process with ``NOTIFY``; SQLite serves one process, which gets
it directly after the commit.
"""

from collections.abc import Callable, Iterable
from functools import partial

from sqlalchemy import delete, text
from sqlalchemy.orm import Session as DbSession
from sqlmodel import col

from rxapp.core.db import after_commit
from rxapp.core.statements import upsert
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
    """Call ``sink(topic, revision)``, from any thread, for each signal of this process.

    The topic is passed as text, as PostgreSQL would send it; ``OUTBOX`` is not a topic.
    """
    global _sink
    _sink = sink


def publish(db: DbSession, topic: Topic) -> int:
    """Signal that ``topic`` changed; whoever watches it reads it again after the commit.

    Returns the topic's new revision, which stays the newest until this transaction ends.
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


def publish_all(db: DbSession, topics: Iterable[Topic]) -> None:
    """Signal that all of these topics changed, with as many statements as for one or two."""
    names = sorted({str(each) for each in topics})  # everybody locks their rows in this order
    if not names:
        return
    dialect = db.get_bind().dialect.name
    rows = upsert(LiveTopic, dialect).values([{"topic": name, "revision": 1} for name in names])
    bump = rows.on_conflict_do_update(
        index_elements=["topic"], set_={"revision": col(LiveTopic.revision) + 1}
    )
    bumped = db.execute(bump.returning(col(LiveTopic.topic), col(LiveTopic.revision))).all()
    if dialect == "sqlite":
        for name, revision in bumped:
            after_commit(db, partial(_hear, name, revision))
        return
    words = [f"{name} {revision}" for name, revision in bumped]
    db.execute(
        text("SELECT pg_notify(:channel, word) FROM unnest(CAST(:words AS text[])) AS word"),
        {"channel": CHANNEL, "words": words},
    )


def forget(db: DbSession, topics: Iterable[Topic]) -> None:
    """Forget the topics of deleted things; nobody watches them any more."""
    db.execute(delete(LiveTopic).where(col(LiveTopic.topic).in_([str(each) for each in topics])))


def wake_outbox(db: DbSession) -> None:
    """Signal that the outbox has work; no revision is needed, because the work is in a table."""
    if db.get_bind().dialect.name == "sqlite":
        after_commit(db, lambda: _hear(OUTBOX, 0))
        return
    db.execute(
        text("SELECT pg_notify(:channel, :word)"), {"channel": CHANNEL, "word": f"{OUTBOX} 0"}
    )


def _hear(topic: str, revision: int) -> None:
    if _sink is not None:
        _sink(topic, revision)
