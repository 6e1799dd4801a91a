"""REST: published trees."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from rxapp.access.actor import Actor
from rxapp.api.auth import CurrentActor
from rxapp.api.paging import Cursor, Limit
from rxapp.core import db as database
from rxapp.core.db import DbSession
from rxapp.trees import queries
from rxapp.trees.document import Document
from rxapp.trees.views import CategoryCount, TreeCard, TreePage

router = APIRouter(prefix="/trees", tags=["trees"])


class TreeDetail(BaseModel):
    """A tree with the document of its newest version."""

    id: str
    title: str
    description: str
    category: str
    tags: list[str]
    version: int
    steps: int
    updated_at: str
    document: Document


class CategoryList(BaseModel):
    """Every category; one page."""

    items: list[CategoryCount]
    next_cursor: str | None = None


@router.get("")
async def list_trees(
    actor: CurrentActor, category: str | None = None, cursor: Cursor = None, limit: Limit = 50
) -> TreePage:
    """The account's published trees, by title."""
    return await database.read(
        queries.published_trees, actor, category=category, cursor=cursor, limit=limit
    )


@router.get("/categories")
async def list_categories(actor: CurrentActor) -> CategoryList:
    """The categories with the number of their published trees."""
    return CategoryList(items=await database.read(queries.categories, actor))


@router.get("/search")
async def search_trees(
    actor: CurrentActor,
    q: Annotated[str, Query(max_length=200, description="Words, each matched by its beginning")],
    category: str | None = None,
    limit: Limit = 30,
) -> TreePage:
    """The published trees that have every word, best match first; one page."""
    items = await database.read(queries.search_trees, actor, q, category=category, limit=limit)
    return TreePage(items, None)


@router.get("/{tree_id}")
async def get_tree(actor: CurrentActor, tree_id: str) -> TreeDetail:
    """One published tree with its newest document."""
    card, document = await database.read(_tree, actor, tree_id)
    return TreeDetail(
        id=card.id,
        title=card.title,
        description=card.description,
        category=card.category,
        tags=card.tags,
        version=card.version,
        steps=card.steps,
        updated_at=card.updated_at,
        document=document,
    )


def _tree(db: DbSession, actor: Actor, tree_id: str) -> tuple[TreeCard, Document]:
    card = queries.tree_card(db, actor, tree_id)
    return card, queries.newest_version(db, actor, tree_id).document
