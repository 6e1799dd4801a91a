"""REST: lists of trees. Everybody can read published ones."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from rxapp.access.actor import Actor
from rxapp.access.caller import Caller
from rxapp.access.policy import Permission
from rxapp.api.auth import allowed
from rxapp.api.paging import Cursor, Limit
from rxapp.core import db as database
from rxapp.trees import queries
from rxapp.trees.rules import SEARCH_LIMIT, Show
from rxapp.trees.views import CategoryCount, SearchPage, StarterView, TreePage

router = APIRouter(prefix="/trees", tags=["trees"])

Reader = Annotated[Actor, allowed(Permission.READ_TREES)]
Writer = Annotated[Actor, allowed(Permission.WRITE_TREES)]
Asking = Annotated[Caller, allowed(Permission.READ_TREES, as_caller=True)]
InCategory = Annotated[str | None, Query(description="Only those in this category")]


class CategoryList(BaseModel):
    """All categories, on one page."""

    items: list[CategoryCount]
    next_cursor: str | None = None


class StarterList(BaseModel):
    """All starters, on one page."""

    items: list[StarterView]
    next_cursor: str | None = None


@router.get("")
async def list_trees(
    actor: Reader,
    show: Annotated[
        Show,
        Query(
            description="`drafts` are trees that were never published and those with unpublished"
            " changes; `due` are published ones whose review date has come; `mine` are your own"
        ),
    ] = Show.PUBLISHED,
    title: Annotated[
        str, Query(max_length=SEARCH_LIMIT, description="Only those that have each word in it")
    ] = "",
    category: InCategory = None,
    tag: Annotated[str | None, Query(description="Only those with this tag")] = None,
    updated_since: Annotated[
        datetime | None, Query(description="Only those that have changed since")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> TreePage:
    """The account's trees, by title.

    Readers see the published ones, those who write trees all but the deleted ones.
    """
    return await database.read(
        queries.trees,
        actor,
        show=show,
        title=title,
        category=category,
        tag=tag,
        updated_since=updated_since,
        cursor=cursor,
        limit=limit,
    )


@router.get("/categories")
async def list_categories(actor: Reader) -> CategoryList:
    """The categories with the number of their published trees."""
    return CategoryList(items=await database.read(queries.categories, actor))


@router.get("/starters")
async def list_starters(actor: Writer) -> StarterList:
    """The trees that this release ships, starting with those not yet in the library."""
    return StarterList(items=await database.read(queries.starter_list, actor))


@router.get("/search")
async def search_trees(
    caller: Asking,
    q: Annotated[
        str,
        Query(
            max_length=SEARCH_LIMIT,
            description="Words or a sentence, as people put it. A word matches from its"
            " beginning, with any ending, misspelled, or as a synonym",
        ),
    ],
    category: InCategory = None,
    cursor: Cursor = None,
    limit: Limit = 30,
    words: Annotated[
        bool, Query(description="Also say which words were found, and in which steps")
    ] = False,
) -> SearchPage:
    """The published trees that match, best match first.

    Those with every word come first. If these are fewer than ten, those with some of the words
    follow. A search without any word finds nothing.
    """
    return await caller.read(
        queries.search_page, q, category=category, cursor=cursor, limit=limit, with_words=words
    )
