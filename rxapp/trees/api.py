"""REST: published trees."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from rxapp.api.auth import CurrentActor, CurrentCaller
from rxapp.api.paging import Cursor, Limit
from rxapp.core import db as database
from rxapp.trees import queries
from rxapp.trees.document import Document
from rxapp.trees.views import CategoryCount, TreePage

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
    caller: CurrentCaller,
    q: Annotated[str, Query(max_length=200, description="Words, each matched by its beginning")],
    category: str | None = None,
    limit: Limit = 30,
) -> TreePage:
    """The published trees that have every word, best match first; one page."""
    items = await caller.read(queries.search_trees, q, category=category, limit=limit)
    return TreePage(items, None)


@router.get("/{tree_id}", response_model=TreeDetail)
async def get_tree(caller: CurrentCaller, tree_id: str) -> Response:
    """One published tree with its newest document."""
    card, newest = await caller.read(queries.tree_with_document, tree_id)
    detail = TreeDetail(**asdict(card), document=newest.document)
    # Already of the declared shape: sent as it is, without being checked a second time.
    return Response(detail.model_dump_json(), media_type="application/json")
