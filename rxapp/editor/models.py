"""Tables: draft_author."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from rxapp.core.columns import UTCDateTime
from rxapp.drafts.rules import CLIENT_LIMIT
from rxapp.trees.rules import KEY_LIMIT


class DraftAuthor(SQLModel, table=True):
    """Somebody who has a draft open in a tab, at a step; valid while ``seen_at`` is recent."""

    __tablename__ = "draft_author"

    tree_id: UUID = Field(primary_key=True, foreign_key="tree.id")
    client: str = Field(primary_key=True, max_length=CLIENT_LIMIT)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    user_id: UUID = Field(foreign_key="user.id", index=True)
    step: str = Field(default="", max_length=KEY_LIMIT)
    seen_at: datetime = Field(sa_type=UTCDateTime)
