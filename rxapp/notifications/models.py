"""Tables: outbox_event, delivery, mail_status."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from rxapp.access.rules import EMAIL_LIMIT
from rxapp.core.clock import utc_now
from rxapp.core.columns import WORD_LIMIT, EnumText, UTCDateTime
from rxapp.core.ids import new_id
from rxapp.notifications.rules import MESSAGE_ID_LIMIT, Channel, DeliveryStatus, MailTrouble


class OutboxEvent(SQLModel, table=True):
    """Something to notify people of, written in the transaction that did it."""

    __tablename__ = "outbox_event"
    __table_args__ = (Index("ix_outbox_event_due", "processed_at", "next_attempt_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id")
    kind: str = Field(max_length=WORD_LIMIT)
    subject_id: UUID
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    attempts: int = 0
    next_attempt_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    processed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


_MAIL = text("channel = 'email'")
UNDELIVERED = text("channel = 'email' AND status IN ('dead', 'failed')")
"""The condition of a partial index; queries must use exactly this text to benefit from it."""


class Delivery(SQLModel, table=True):
    """One notice to one recipient over one channel; a recipient is a user, or somebody invited.

    ``next_attempt_at`` says when the dispatcher looks again: to send, to retry, to take back a
    stale attempt or, for a delivery on screen, to send an email if nobody looked. None: never.

    For emails, ``address`` is where it goes, ``queued_at`` the time from which it has been tried,
    ``refusals`` how often the recipient's side said "not now", and ``trouble`` what was wrong with
    the mail server at the last attempt, at ``tried_at``.
    """

    __table_args__ = (
        UniqueConstraint("event_id", "recipient_id", "channel"),
        Index("ix_delivery_due", "next_attempt_at", "status"),
        Index("ix_delivery_subject_id", "subject_id"),
        Index("ix_delivery_mail", "account_id", "id", sqlite_where=_MAIL, postgresql_where=_MAIL),
        Index(
            "ix_delivery_undelivered",
            "account_id",
            "id",
            sqlite_where=UNDELIVERED,
            postgresql_where=UNDELIVERED,
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id")
    event_id: UUID = Field(foreign_key="outbox_event.id")
    subject_id: UUID
    recipient_id: UUID
    channel: Channel = Field(sa_type=EnumText(Channel, 16))
    status: DeliveryStatus = Field(
        default=DeliveryStatus.PENDING, sa_type=EnumText(DeliveryStatus, 16)
    )
    address: str = Field(default="", max_length=EMAIL_LIMIT)
    attempts: int = 0
    refusals: int = 0
    trouble: MailTrouble | None = Field(default=None, sa_type=EnumText(MailTrouble, 16))
    detail: str = Field(default="", sa_type=Text)
    message_id: str = Field(default="", max_length=MESSAGE_ID_LIMIT)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    queued_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    tried_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    next_attempt_at: datetime | None = Field(default_factory=utc_now, sa_type=UTCDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    seen_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class MailStatus(SQLModel, table=True):
    """Whether emails go out, for all servers of this database: one row, from the first email on.

    ``trouble`` is what has been wrong with the mail server since ``since``, and was last seen at
    ``seen_at``; ``detail`` is the server's answer. It is None while emails go out.
    ``last_sent_at`` is exact to the minute.
    """

    __tablename__ = "mail_status"

    id: int = Field(default=1, primary_key=True)
    last_sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    trouble: MailTrouble | None = Field(default=None, sa_type=EnumText(MailTrouble, 16))
    detail: str = Field(default="", sa_type=Text)
    since: datetime | None = Field(default=None, sa_type=UTCDateTime)
    seen_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
