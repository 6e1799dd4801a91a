"""REST: all categories and tags, for those who write trees."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.api.auth import allowed
from rxapp.api.problems import may
from rxapp.core import db as database
from rxapp.library import catalog_queries, catalog_service
from rxapp.library.rules import Name
from rxapp.library.views import NameCount
from rxapp.trees.document import Category, Tag

router = APIRouter(tags=["trees"])

Writer = Annotated[Actor, allowed(Permission.WRITE_TREES)]
NewCategory = Annotated[Category, Field(min_length=1)]


class NameList(BaseModel):
    """All of them, on one page."""

    items: list[NameCount]
    next_cursor: str | None = None


class CategoryRename(BaseModel):
    """A category and its new name."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Devices", "to": "Hardware"}]}
    )

    name: Category = Field(description="Its current name")
    to: NewCategory = Field(description="Its new name; no other may have it")


class CategoryMerge(BaseModel):
    """A category, and the one that its trees get instead."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Device", "into": "Devices"}]}
    )

    name: Category = Field(description="The one to remove")
    into: Category = Field(description="The one that they get instead")


class TagRename(BaseModel):
    """A tag and its new name."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "lamp", "to": "lighting"}]}
    )

    name: Tag = Field(description="Its current name")
    to: Tag = Field(description="Its new name; no other may have it")


class TagMerge(BaseModel):
    """A tag, and the one that its trees get instead."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "lamps", "into": "lamp"}]}
    )

    name: Tag = Field(description="The one to remove")
    into: Tag = Field(description="The one that they get instead")


class Moved(BaseModel):
    """How many trees changed their category or tag, live or in their draft."""

    trees: int


@router.get("/categories")
async def list_all_categories(actor: Writer) -> NameList:
    """Every category with the number of its trees, including drafts and archived ones."""
    return NameList(items=await database.read(catalog_queries.categories, actor))


@router.post("/categories/rename", responses=may(404))
async def rename_category(actor: Writer, body: CategoryRename) -> Moved:
    """Rename a category: at once in all trees, and in the drafts of their authors."""
    rename = catalog_service.rename
    return Moved(trees=await database.run(rename, actor, Name.CATEGORY, body.name, to=body.to))


@router.post("/categories/merge", responses=may(404))
async def merge_categories(actor: Writer, body: CategoryMerge) -> Moved:
    """Give all trees of one category another one, in the same way as renaming."""
    merge = catalog_service.merge
    return Moved(trees=await database.run(merge, actor, Name.CATEGORY, body.name, into=body.into))


@router.get("/tags")
async def list_tags(actor: Writer) -> NameList:
    """Every tag with the number of its trees, including drafts and archived ones."""
    return NameList(items=await database.read(catalog_queries.tags, actor))


@router.post("/tags/rename", responses=may(404))
async def rename_tag(actor: Writer, body: TagRename) -> Moved:
    """Rename a tag: at once in all trees, and in the drafts of their authors."""
    rename = catalog_service.rename
    return Moved(trees=await database.run(rename, actor, Name.TAG, body.name, to=body.to))


@router.post("/tags/merge", responses=may(404))
async def merge_tags(actor: Writer, body: TagMerge) -> Moved:
    """Give all trees of one tag another one, in the same way as renaming."""
    merge = catalog_service.merge
    return Moved(trees=await database.run(merge, actor, Name.TAG, body.name, into=body.into))
