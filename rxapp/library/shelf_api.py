"""REST: archiving, ownership, usage and copies of trees."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from rxapp.access.caller import Caller
from rxapp.access.policy import Permission
from rxapp.api.auth import allowed
from rxapp.api.etags import LOST_UPDATE, IfMatch, revisions_of, tagged
from rxapp.api.idempotency import Creating
from rxapp.api.ids import named_or_none
from rxapp.api.problems import may
from rxapp.core import db as database
from rxapp.core.db import DbSession
from rxapp.drafts import queries
from rxapp.drafts.api import TreeId, Writer
from rxapp.library import making_service, ownership_service, shelf_service
from rxapp.library import queries as library_queries
from rxapp.library.api import TreeDetail, answered, detail_of, tag_of
from rxapp.library.views import Usage
from rxapp.trees.document import Title
from rxapp.trees.rules import STARTER_LIMIT

router = APIRouter(prefix="/trees", tags=["trees"])

Asking = Annotated[Caller, allowed(Permission.WRITE_TREES, as_caller=True)]


class NewCopy(BaseModel):
    """The title of a copy."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"title": "Lamp flickers"}]}
    )

    title: Title | None = Field(None, description="If left out, it is named after the tree")


class FromStarter(BaseModel):
    """A starter that a draft begins with."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"starter": "printer-offline"}]}
    )

    starter: str = Field(max_length=STARTER_LIMIT, description="The `key` of a starter")
    title: Title | None = Field(None, description="If left out, it has the starter's title")


class Ownership(BaseModel):
    """Who owns a tree, and when it is reviewed; null is nobody, or never."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"owner_id": "019b76da-a800-7000-8000-000000000005", "review_on": "2027-03-01"}
            ]
        },
    )

    owner_id: Annotated[UUID | None, named_or_none("member")] = Field(
        description="The `id` of an active member who may write trees"
    )
    review_on: date | None = Field(description="The day, in UTC, from which it is due")


@router.post(
    "/starters",
    status_code=201,
    response_model=TreeDetail,
    responses={**tagged(201), **may(404)},
)
async def create_from_starter(actor: Writer, body: FromStarter, creation: Creating) -> Response:
    """Begin a draft from a starter of this release. It belongs to whoever begins it."""

    def work(db: DbSession) -> TreeDetail:
        made = making_service.make_from_starter(db, actor, body.starter, title=body.title or "")
        return detail_of(queries.record_of(db, made))

    return await creation.run(actor, work, headers=lambda made: tag_of(made["revision"]))


@router.post("/{tree_id}/copy", status_code=201, response_model=TreeDetail, responses=tagged(201))
async def copy_tree(
    actor: Writer, tree_id: TreeId, creation: Creating, body: NewCopy | None = None
) -> Response:
    """Begin a draft as a copy of this tree's draft. It belongs to whoever begins it."""

    def work(db: DbSession) -> TreeDetail:
        title = (body.title if body else None) or ""
        made = making_service.make_copy(db, actor, tree_id, title=title)
        return detail_of(queries.record_of(db, made))

    return await creation.run(actor, work, headers=lambda made: tag_of(made["revision"]))


@router.post("/{tree_id}/archive", response_model=TreeDetail, responses={**tagged(), **LOST_UPDATE})
async def archive_tree(actor: Writer, tree_id: TreeId, if_match: IfMatch = None) -> Response:
    """Archive a tree: nobody can start or change it any more. Its sessions continue."""

    def work(db: DbSession) -> TreeDetail:
        revisions = revisions_of(if_match)
        tree = shelf_service.archive(db, actor, tree_id, revisions=revisions)
        return detail_of(queries.record_of(db, tree))

    return answered(await database.run(work))


@router.put(
    "/{tree_id}/ownership", response_model=TreeDetail, responses={**tagged(), **LOST_UPDATE}
)
async def change_ownership(
    actor: Writer, tree_id: TreeId, body: Ownership, if_match: IfMatch = None
) -> Response:
    """Set who owns a tree and when it is reviewed. Both are replaced."""

    def work(db: DbSession) -> TreeDetail:
        tree = ownership_service.assign(
            db,
            actor,
            tree_id,
            owner_id=body.owner_id,
            review_on=body.review_on,
            revisions=revisions_of(if_match),
        )
        return detail_of(queries.record_of(db, tree))

    return answered(await database.run(work))


@router.get("/{tree_id}/usage")
async def get_tree_usage(caller: Asking, tree_id: TreeId) -> Usage:
    """How many sessions ran a tree, and how many are open: what deleting it would touch."""
    return await caller.read(library_queries.usage, tree_id)
