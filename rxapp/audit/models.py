"""Tables: audit_entry. Triggers in the database refuse any change to a line."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from rxapp.access.rules import ADDRESS_LIMIT
from rxapp.audit.rules import ACTION_LIMIT, SUBJECT_LIMIT, Action
from rxapp.core.clock import utc_now
from rxapp.core.columns import EnumText, UTCDateTime
from rxapp.core.ids import ID_LIMIT, new_id


class AuditEntry(SQLModel, table=True):
    """One line of an account's audit log. Ids sort by time, so pages need no other order."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_account", "account_id", "id"),
        Index("ix_audit_entry_actor", "account_id", "actor_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id")
    at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    actor_id: UUID | None = None
    actor_name: str = Field(default="", max_length=SUBJECT_LIMIT)
    action: Action = Field(sa_type=EnumText(Action, ACTION_LIMIT))
    subject_id: str = Field(default="", max_length=ID_LIMIT)
    subject: str = Field(default="", max_length=SUBJECT_LIMIT)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    address: str = Field(default="", max_length=ADDRESS_LIMIT)
