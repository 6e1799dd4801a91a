"""Tables: guided_session, session_turn, session_step, step_note."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from rxapp.core.clock import utc_now
from rxapp.core.columns import EnumText, UTCDateTime
from rxapp.core.ids import new_id
from rxapp.sessions.rules import CLIENT_LIMIT, TICKET_LIMIT, Outcome, SessionStatus, StepKind
from rxapp.trees.rules import KEY_LIMIT, LABEL_LIMIT, TITLE_LIMIT


class GuidedSession(SQLModel, table=True):
    """One run through one version of a tree, for one ticket.

    ``belongs_to`` is whose case it is: whoever started it, or got it from a member who left.
    ``seq`` is the number of the step being answered, from 1. Each text that its holders share has
    a revision that counts its changes.
    ``holder_id`` is who may move it. With a lease of ``lease_seconds``, the hold ends at
    ``held_until``, and every move of the holder extends it; without a lease, both are None.
    """

    __tablename__ = "guided_session"
    __table_args__ = (
        Index("ix_guided_session_account_updated", "account_id", "updated_at", "id"),
        Index("ix_guided_session_own_updated", "account_id", "belongs_to", "updated_at", "id"),
        Index("ix_guided_session_holder_updated", "account_id", "holder_id", "updated_at", "id"),
        Index("ix_guided_session_version_completed", "version_id", "completed_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id")
    tree_id: UUID = Field(foreign_key="tree.id")
    version_id: UUID = Field(foreign_key="tree_version.id")
    title: str = Field(max_length=TITLE_LIMIT)
    status: SessionStatus = Field(default=SessionStatus.ACTIVE, sa_type=EnumText(SessionStatus, 16))
    started_by: UUID = Field(foreign_key="user.id")
    belongs_to: UUID = Field(foreign_key="user.id")
    holder_id: UUID | None = Field(default=None, foreign_key="user.id")
    held_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    lease_seconds: int | None = None
    node_key: str = Field(max_length=KEY_LIMIT)
    node_title: str = Field(max_length=TITLE_LIMIT)
    seq: int = 1
    entered_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    scratchpad: str = Field(default="", sa_type=Text)
    scratchpad_revision: int = 0
    scratchpad_by: UUID | None = Field(default=None, foreign_key="user.id")
    scratchpad_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ticket_number: str = Field(default="", max_length=TICKET_LIMIT)
    ticket_number_revision: int = 0
    client_name: str = Field(default="", max_length=CLIENT_LIMIT)
    client_name_revision: int = 0
    outcome: Outcome | None = Field(default=None, sa_type=EnumText(Outcome, 16))
    outcome_notes: str = Field(default="", sa_type=Text)
    next_steps: str = Field(default="", sa_type=Text)
    started_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    updated_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    completed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    completed_by: UUID | None = Field(default=None, foreign_key="user.id")


class SessionTurn(SQLModel, table=True):
    """From ``at`` on, the session had this status and this holder. Append-only.

    A turn ends where the next one begins, or with the session.
    """

    __tablename__ = "session_turn"
    __table_args__ = (Index("ix_session_turn_session_id", "session_id", "at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    session_id: UUID = Field(foreign_key="guided_session.id")
    at: datetime = Field(sa_type=UTCDateTime)
    status: SessionStatus = Field(sa_type=EnumText(SessionStatus, 16))
    holder_id: UUID | None = Field(default=None, foreign_key="user.id")


class SessionStep(SQLModel, table=True):
    """One recorded move from ``node_key`` to ``to_node``. Append-only.

    ``option_key`` and ``option_label`` are empty for a move back.
    """

    __tablename__ = "session_step"
    __table_args__ = (UniqueConstraint("session_id", "seq"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    session_id: UUID = Field(foreign_key="guided_session.id")
    seq: int
    kind: StepKind = Field(sa_type=EnumText(StepKind, 8))
    node_key: str = Field(max_length=KEY_LIMIT)
    node_title: str = Field(max_length=TITLE_LIMIT)
    to_node: str = Field(max_length=KEY_LIMIT)
    option_key: str = Field(default="", max_length=KEY_LIMIT)
    option_label: str = Field(default="", max_length=LABEL_LIMIT)
    user_id: UUID = Field(foreign_key="user.id")
    entered_at: datetime = Field(sa_type=UTCDateTime)
    left_at: datetime = Field(sa_type=UTCDateTime)


class StepNote(SQLModel, table=True):
    """One person's note on step ``seq``; ``revision`` counts its changes, from 1.

    It refers to the step's number, since the step's row is only written when the step is left.
    """

    __tablename__ = "step_note"
    __table_args__ = (UniqueConstraint("session_id", "seq", "user_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    session_id: UUID = Field(foreign_key="guided_session.id")
    seq: int
    user_id: UUID = Field(foreign_key="user.id")
    text: str = Field(sa_type=Text)
    revision: int = 1
    written_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
