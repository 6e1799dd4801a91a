"""Tables: handoff, handoff_event."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from rxapp.access.rules import Priority
from rxapp.core.clock import utc_now
from rxapp.core.columns import EnumText, UTCDateTime
from rxapp.core.ids import new_id
from rxapp.handoffs.rules import HandoffEventKind, HandoffStatus, Intent
from rxapp.trees.rules import TITLE_LIMIT

_LIVE = text("status IN ('open', 'claimed')")


class Handoff(SQLModel, table=True):
    """One session that was escalated or parked. ``rank`` sorts the inbox: 0 urgent, 1 normal.

    ``belongs_to`` is whose case it was. That person gave it up, or ``escalated_by`` did it for them
    because they left. Ticket and client are in the session, since they may change.
    ``queued_at`` is when it last entered the queue: when it was escalated or came back;
    ``queued_by`` is who put it there, if that was not the one who escalated. ``revision`` is the
    revision of the account's inbox at its last change.
    """

    __table_args__ = (
        Index("ix_handoff_queue", "account_id", "intent", "status", "rank", "id"),
        Index("ix_handoff_revision", "account_id", "revision"),
        Index("ix_handoff_closed", "account_id", "intent", "closed_at"),
        Index("ix_handoff_belongs_to", "belongs_to", "created_at"),
        Index(
            "uq_handoff_live_session",
            "session_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_handoff_session_id", "session_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id")
    session_id: UUID = Field(foreign_key="guided_session.id")
    intent: Intent = Field(sa_type=EnumText(Intent, 16))
    status: HandoffStatus = Field(default=HandoffStatus.OPEN, sa_type=EnumText(HandoffStatus, 16))
    priority: Priority = Field(sa_type=EnumText(Priority, 16))
    rank: int
    reason: str = Field(default="", sa_type=Text)
    tree_title: str = Field(max_length=TITLE_LIMIT)
    node_title: str = Field(max_length=TITLE_LIMIT)
    belongs_to: UUID = Field(foreign_key="user.id")
    escalated_by: UUID = Field(foreign_key="user.id")
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    queued_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    queued_by: UUID | None = Field(default=None, foreign_key="user.id")
    claimed_by: UUID | None = Field(default=None, foreign_key="user.id")
    claimed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    returned: int = 0
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    revision: int = 0


class HandoffEvent(SQLModel, table=True):
    """One thing that happened to a handoff, written in the transaction that did it.

    ``user_id`` is who did it, None if it happened by itself. ``about_id`` is the other person, if
    there is one: for whom it was done, who got the case, or whose lease expired.
    """

    __tablename__ = "handoff_event"
    __table_args__ = (Index("ix_handoff_event_handoff_id", "handoff_id", "at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    handoff_id: UUID = Field(foreign_key="handoff.id")
    kind: HandoffEventKind = Field(sa_type=EnumText(HandoffEventKind, 16))
    user_id: UUID | None = Field(default=None, foreign_key="user.id")
    about_id: UUID | None = Field(default=None, foreign_key="user.id")
    detail: str = Field(default="", sa_type=Text)
    at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
