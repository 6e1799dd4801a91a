"""Reads about what changed."""

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.live.models import LiveTopic
from rxapp.live.topics import Topic


def revision_of(db: DbSession, topic: Topic) -> int:
    """Return the newest revision of the topic, or 0 if it has never changed."""
    query = select(LiveTopic.revision).where(LiveTopic.topic == str(topic))
    return db.execute(query).scalar_one_or_none() or 0
