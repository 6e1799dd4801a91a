"""Tables: live_topic (what changed last), presence (who is connected, to which process)."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from rxapp.core.columns import UTCDateTime

TOPIC_LIMIT = 80
"""How many characters the name of a topic may have: a kind and one or two ids."""


class LiveTopic(SQLModel, table=True):
    """The newest revision of a topic; after a gap, a listener compares it with the last it saw."""

    __tablename__ = "live_topic"

    topic: str = Field(primary_key=True, max_length=TOPIC_LIMIT)
    revision: int


class Presence(SQLModel, table=True):
    """A user with a connected tab on a process; rows of a silent process do not count."""

    user_id: UUID = Field(primary_key=True, foreign_key="user.id")
    process_id: UUID = Field(primary_key=True)
    seen_at: datetime = Field(sa_type=UTCDateTime)
