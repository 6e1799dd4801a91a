"""Tables: draft, draft_node, draft_operation."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from rxapp.core.clock import utc_now
from rxapp.core.columns import EnumText, UTCDateTime
from rxapp.core.ids import new_id
from rxapp.drafts.rules import CLIENT_LIMIT, OperationKind
from rxapp.trees.rules import (
    CATEGORY_LIMIT,
    DESCRIPTION_LIMIT,
    KEY_LIMIT,
    TITLE_LIMIT,
    VERSION_NOTE_LIMIT,
)


class Draft(SQLModel, table=True):
    """A tree as it is being written, without its steps.

    ``revision`` counts operations. ``version_id`` is the version that the draft started from;
    ``is_changed`` says whether it differs from that one in more than positions. ``marks`` records
    who changed each field and when. ``visits`` records when each author last changed something.
    ``size`` is the number of characters in the texts of all steps. ``authors`` holds who
    changed something since the last version; False for those whose changes were discarded.
    ``review_by`` asked for a review, with the note for the version.
    """

    tree_id: UUID = Field(primary_key=True, foreign_key="tree.id")
    account_id: UUID = Field(foreign_key="account.id", index=True)
    revision: int = 0
    version_id: UUID | None = Field(default=None, foreign_key="tree_version.id")
    is_changed: bool = True
    title: str = Field(max_length=TITLE_LIMIT)
    description: str = Field(default="", max_length=DESCRIPTION_LIMIT)
    category: str = Field(default="", max_length=CATEGORY_LIMIT)
    tags: list[str] = Field(default_factory=list, sa_type=JSON)
    start: str = Field(max_length=KEY_LIMIT)
    marks: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    visits: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    authors: dict[str, bool] = Field(default_factory=dict, sa_type=JSON)
    review_by: UUID | None = Field(default=None, foreign_key="user.id")
    review_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    review_note: str = Field(default="", max_length=VERSION_NOTE_LIMIT)
    node_count: int = 0
    next_place: int = 0
    size: int = 0
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    updated_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)


class DraftNode(SQLModel, table=True):
    """One step of a draft. ``place`` is its place in the list, ``x`` and ``y`` on the canvas.

    ``revision`` is the draft's when the row was last written, so that what is newer is found.
    """

    __tablename__ = "draft_node"
    __table_args__ = (
        UniqueConstraint("tree_id", "key"),
        Index("ix_draft_node_revision", "tree_id", "revision"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    tree_id: UUID = Field(foreign_key="tree.id")
    key: str = Field(max_length=KEY_LIMIT)
    fields: dict[str, Any] = Field(sa_type=JSON)
    options: list[Any] = Field(default_factory=list, sa_type=JSON)
    marks: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    revision: int
    place: int
    x: int | None = None
    y: int | None = None


class DraftOperation(SQLModel, table=True):
    """One operation as it was applied. Append-only.

    ``operation_id`` was chosen by the client. ``changes`` is what it did and ``undo`` what undoes
    it. ``was_merged``: somebody else had changed another field of the same thing.
    """

    __tablename__ = "draft_operation"
    __table_args__ = (
        UniqueConstraint("tree_id", "operation_id"),
        Index("ix_draft_operation_revision", "tree_id", "revision"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    tree_id: UUID = Field(foreign_key="tree.id")
    operation_id: UUID
    revision: int
    author_id: UUID = Field(foreign_key="user.id")
    client: str = Field(max_length=CLIENT_LIMIT)
    kind: OperationKind = Field(sa_type=EnumText(OperationKind, 24))
    changes: list[Any] = Field(sa_type=JSON)
    undo: list[Any] = Field(sa_type=JSON)
    was_merged: bool = False
    at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
