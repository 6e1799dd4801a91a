"""Tables: account, user, login."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from rxapp.access.actor import Role
from rxapp.core.clock import utc_now
from rxapp.core.db import UTCDateTime
from rxapp.core.ids import new_id


class Account(SQLModel, table=True):
    """A tenant. Everything else belongs to exactly one."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=120)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)


class User(SQLModel, table=True):
    """A person in an account. ``deleted_at`` set means gone; the history stays under the name."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    email: str = Field(max_length=254, unique=True)
    name: str = Field(max_length=120)
    role: str = Field(default=Role.VIEWER.value, max_length=16)
    password_hash: str = Field(max_length=100)
    is_active: bool = True
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Login(SQLModel, table=True):
    """One sign-in. A browser's cookie is kept as a hash; an API login is named by its token."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", index=True)
    kind: str = Field(max_length=16)
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
