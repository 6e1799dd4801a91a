"""Tables: account, user, and everything through which somebody signs in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from rxapp.access.actor import Role
from rxapp.access.rules import (
    ADDRESS_LIMIT,
    AGENT_LIMIT,
    EMAIL_LIMIT,
    HINT_LIMIT,
    NAME_LIMIT,
    PASSWORD_HASH_LIMIT,
    TOTP_SECRET_LIMIT,
    LoginKind,
    MailLinkKind,
    Priority,
    Theme,
    TokenScope,
)
from rxapp.core.clock import utc_now
from rxapp.core.columns import HASH_LENGTH, EnumText, UTCDateTime
from rxapp.core.ids import new_id
from rxapp.core.zones import UTC_ZONE, ZONE_LIMIT


class Account(SQLModel, table=True):
    """A tenant. Everything else belongs to exactly one.

    Notes and emails give times in its ``time_zone``, since people in several zones read them.
    ``escalation_priority``, ``lease_minutes`` and ``unseen_minutes`` are the defaults of its
    escalations. Completed sessions are kept for ``retention_days``, or forever if it is None. With
    ``second_person_publishes`` nobody publishes a draft that they changed themselves. An account
    is deleted at ``delete_at``; ``purged_at`` is set in the same transaction.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=NAME_LIMIT)
    time_zone: str = Field(default=UTC_ZONE, max_length=ZONE_LIMIT)
    escalation_priority: Priority = Field(default=Priority.NORMAL, sa_type=EnumText(Priority, 16))
    lease_minutes: int = 15
    unseen_minutes: int = 2
    retention_days: int | None = None
    second_person_publishes: bool = False
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    delete_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    purged_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class User(SQLModel, table=True):
    """A person in an account. One with ``deleted_at`` is gone; the history keeps their name.

    ``totp_secret`` is encrypted; it is in use once ``totp_since`` is set. ``totp_last`` is the last
    30-second window that was used, so that no code works twice.
    """

    __table_args__ = (
        Index(
            "uq_user_email",
            "email",
            unique=True,
            sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index("ix_user_account_name", "account_id", "name", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id")
    email: str = Field(max_length=EMAIL_LIMIT)
    name: str = Field(max_length=NAME_LIMIT)
    role: Role = Field(default=Role.VIEWER, sa_type=EnumText(Role, 16))
    password_hash: str = Field(max_length=PASSWORD_HASH_LIMIT)
    is_active: bool = True
    totp_secret: str = Field(default="", max_length=TOTP_SECRET_LIMIT)
    totp_since: datetime | None = Field(default=None, sa_type=UTCDateTime)
    totp_last: int = 0
    email_on_escalation: bool = True
    email_on_return: bool = True
    time_zone: str = Field(default="", max_length=ZONE_LIMIT)
    theme: Theme = Field(default=Theme.SYSTEM, sa_type=EnumText(Theme, 8))
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Login(SQLModel, table=True):
    """One sign-in. A browser's cookie is stored as a hash; access tokens contain the login's id."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", index=True)
    kind: LoginKind = Field(sa_type=EnumText(LoginKind, 16))
    token_hash: str = Field(max_length=HASH_LENGTH, unique=True)
    agent: str = Field(default="", max_length=AGENT_LIMIT)
    address: str = Field(default="", max_length=ADDRESS_LIMIT)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    seen_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class RefreshToken(SQLModel, table=True):
    """One refresh token of an API login, as a hash. If it is used twice, the login ends."""

    __tablename__ = "refresh_token"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    login_id: UUID = Field(foreign_key="login.id", index=True)
    token_hash: str = Field(max_length=HASH_LENGTH, unique=True)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ApiToken(SQLModel, table=True):
    """A long-lived token of an integration, as a hash; ``hint`` is its first characters."""

    __tablename__ = "api_token"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", index=True)
    name: str = Field(max_length=NAME_LIMIT)
    scope: TokenScope = Field(sa_type=EnumText(TokenScope, 8))
    token_hash: str = Field(max_length=HASH_LENGTH, unique=True)
    hint: str = Field(max_length=HINT_LIMIT)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Invitation(SQLModel, table=True):
    """An address that may join the account once. Sending it again starts a new ``generation``.

    The link's token is derived from id and generation; only its hash is stored.
    """

    __table_args__ = (Index("ix_invitation_account", "account_id", "id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id")
    email: str = Field(max_length=EMAIL_LIMIT)
    role: Role = Field(sa_type=EnumText(Role, 16))
    generation: int = 1
    token_hash: str = Field(max_length=HASH_LENGTH, unique=True)
    invited_by: UUID = Field(foreign_key="user.id")
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    accepted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class MailLink(SQLModel, table=True):
    """A link that works once for its user, for a new password or a new address.

    It was emailed, or was ``made_by`` an admin, who handed it over.
    """

    __tablename__ = "mail_link"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", index=True)
    kind: MailLinkKind = Field(sa_type=EnumText(MailLinkKind, 16))
    email: str = Field(max_length=EMAIL_LIMIT)
    made_by: UUID | None = Field(default=None, foreign_key="user.id")
    token_hash: str = Field(max_length=HASH_LENGTH, unique=True)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class RecoveryCode(SQLModel, table=True):
    """A code that replaces the second factor once; stored as a hash."""

    __tablename__ = "recovery_code"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", index=True)
    code_hash: str = Field(max_length=HASH_LENGTH)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
