"""Tables: tree, tree_tag, tree_category, tree_version; search_word, search_synonyms."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from rxapp.core.clock import utc_now
from rxapp.core.columns import EnumText, UTCDateTime
from rxapp.core.ids import new_id
from rxapp.trees.rules import (
    CATEGORY_LIMIT,
    DESCRIPTION_LIMIT,
    DIGEST_LENGTH,
    STARTER_LIMIT,
    TAG_LIMIT,
    TITLE_LIMIT,
    VERSION_NOTE_LIMIT,
    TreeStatus,
)


class Tree(SQLModel, table=True):
    """A named troubleshooting flow. ``version`` is the number of the newest published version.

    ``revision`` counts every change to the row and to the tree's draft, so that nobody overwrites
    what they have not seen. ``has_changes`` says whether the draft differs from the newest version;
    a tree that was never published has changes. ``owner_id`` answers for the tree and is asked to
    review it on ``review_on``. One that came from a ``starter`` remembers with what content
    (``starter_digest``), and which newer content its draft has taken over (``starter_taken``).
    """

    __table_args__ = (
        Index(
            "uq_tree_account_title",
            "account_id",
            "title",
            unique=True,
            sqlite_where=text("status != 'deleted'"),
            postgresql_where=text("status != 'deleted'"),
        ),
        Index("ix_tree_library", "account_id", "status", "title", "id"),
        Index("ix_tree_updated", "account_id", "updated_at"),
        Index("ix_tree_owner", "account_id", "owner_id", "title", "id"),
        Index(
            "ix_tree_changed",
            "account_id",
            "title",
            "id",
            sqlite_where=text("has_changes IS 1"),
            postgresql_where=text("has_changes IS true"),
        ),
        Index(
            "ix_tree_review",
            "account_id",
            "review_on",
            sqlite_where=text("review_on IS NOT NULL"),
            postgresql_where=text("review_on IS NOT NULL"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id")
    title: str = Field(max_length=TITLE_LIMIT)
    description: str = Field(default="", max_length=DESCRIPTION_LIMIT)
    category: str = Field(default="", max_length=CATEGORY_LIMIT)
    tags: list[str] = Field(default_factory=list, sa_type=JSON)
    status: TreeStatus = Field(default=TreeStatus.DRAFT, sa_type=EnumText(TreeStatus, 16))
    version: int = 0
    version_id: UUID | None = None
    node_count: int = 0
    has_changes: bool = False
    owner_id: UUID | None = Field(default=None, foreign_key="user.id")
    review_on: date | None = None
    starter: str = Field(default="", max_length=STARTER_LIMIT)
    starter_digest: str = Field(default="", max_length=DIGEST_LENGTH)
    starter_taken: str = Field(default="", max_length=DIGEST_LENGTH)
    revision: int = 1
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    updated_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)


class TreeTag(SQLModel, table=True):
    """One tag of one tree, so that listing by tag does not read every tree."""

    __tablename__ = "tree_tag"
    __table_args__ = (Index("ix_tree_tag_account", "account_id", "tag", "tree_id"),)

    tree_id: UUID = Field(primary_key=True, foreign_key="tree.id")
    tag: str = Field(primary_key=True, max_length=TAG_LIMIT)
    account_id: UUID = Field(foreign_key="account.id")


class TreeCategory(SQLModel, table=True):
    """How many published trees a category has; kept at publishing, since every visit reads it."""

    __tablename__ = "tree_category"

    account_id: UUID = Field(primary_key=True, foreign_key="account.id")
    name: str = Field(primary_key=True, max_length=CATEGORY_LIMIT)
    trees: int


class SearchWord(SQLModel, table=True):
    """A word of the search index, and about how many of the account's trees have it.

    A tree that has it both in its head and in its steps counts twice.
    """

    __tablename__ = "search_word"

    account_id: UUID = Field(primary_key=True, foreign_key="account.id")
    word: str = Field(
        primary_key=True,
        # Compared by code points, so that the words that begin alike stand together.
        sa_type=Text().with_variant(Text(collation="C"), "postgresql"),
    )
    trees: int


class SearchSynonyms(SQLModel, table=True):
    """Expressions that mean the same to searches in the account, beside the shipped list."""

    __tablename__ = "search_synonyms"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    words: list[str] = Field(sa_type=JSON)
    updated_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)


class TreeVersion(SQLModel, table=True):
    """One published document. Never changes. ``note`` says what is new in it."""

    __tablename__ = "tree_version"
    __table_args__ = (UniqueConstraint("tree_id", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    tree_id: UUID = Field(foreign_key="tree.id")
    number: int
    title: str = Field(max_length=TITLE_LIMIT)
    note: str = Field(default="", max_length=VERSION_NOTE_LIMIT)
    node_count: int = 0
    document: dict[str, Any] = Field(sa_type=JSON)
    published_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    published_by: UUID | None = Field(default=None, foreign_key="user.id")
