"""REST: versions. People who write trees read the history, compare, publish and go back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from rxapp.access.caller import Caller
from rxapp.access.policy import Permission
from rxapp.api.auth import allowed
from rxapp.api.browser_actor import BrowserActor
from rxapp.api.etags import LOST_UPDATE, IfMatch, revisions_of, tagged
from rxapp.api.idempotency import Creating
from rxapp.api.paging import MAX_LIMIT, Cursor, Limit
from rxapp.core import db as database
from rxapp.core.columns import LARGEST_INT
from rxapp.core.db import DbSession
from rxapp.drafts.api import TreeId, Writer, answered
from rxapp.drafts.operations import Client
from rxapp.drafts.views import DraftAnswer
from rxapp.trees.document import MAX_NODES, VersionNote
from rxapp.versions import (
    diff_queries,
    going_back_service,
    impact_queries,
    publish_service,
    queries,
    review_service,
)
from rxapp.versions.views import (
    DiffPage,
    DrawnTree,
    Impact,
    ReviewView,
    StepPage,
    VersionDetail,
    VersionPage,
    VersionView,
)

router = APIRouter(prefix="/trees", tags=["versions"])
browser = APIRouter(prefix="/auth/browser/trees", include_in_schema=False)

Asking = Annotated[Caller, allowed(Permission.WRITE_TREES, as_caller=True)]
Number = Annotated[int, Path(ge=1, le=LARGEST_INT, description="The number of the version")]
Old = Annotated[int, Query(ge=1, le=LARGEST_INT, description="The number of a version")]
New = Annotated[
    int | None,
    Query(ge=1, le=LARGEST_INT, description="The number of a version; without it, the draft"),
]
After = Annotated[
    int,
    Query(ge=0, le=2 * MAX_NODES, description="How many steps earlier answers had"),
]
_ID = "5f0c2a3e-9a49-4c55-8a0b-6f5f7b6a1c11"
Note = Annotated[VersionNote, Field(description="What is new in it; the history shows it")]


class DiscardBody(BaseModel):
    """The id of the operation, so that it can be repeated and undone."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"client": "tab-4f9a27c1", "id": _ID}]}
    )

    client: Client = Field(description="A random name of the tab or program")
    id: UUID = Field(description="New and random; a repeat gets the first answer")


class PublishBody(BaseModel):
    """What to publish: the draft as it was at ``revision``."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"revision": 4, "note": "Asks about the plug first."}]},
    )

    revision: int = Field(
        ge=0,
        le=LARGEST_INT,
        description="Of the draft, as it was read; refused if it changed since",
    )
    note: Note = ""


class TakeBody(DiscardBody):
    """The version that becomes the draft, and the operation's id."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "client": "tab-4f9a27c1",
                    "id": "5f0c2a3e-9a49-4c55-8a0b-6f5f7b6a1c13",
                    "version": 1,
                }
            ]
        },
    )

    version: int = Field(ge=1, le=LARGEST_INT, description="The number of the version")


class ReviewBody(BaseModel):
    """The note for the version, once a second person publishes it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"note": "Asks about the plug first."}]},
    )

    note: Note = ""


@router.get("/{tree_id}/versions")
async def list_versions(
    caller: Asking, tree_id: TreeId, cursor: Cursor = None, limit: Limit = 50
) -> VersionPage:
    """The published versions of a tree, newest first, each with who published it and its note."""
    return await caller.read(queries.versions, tree_id, cursor=cursor, limit=limit)


@router.get("/{tree_id}/versions/{number}")
async def get_version(caller: Asking, tree_id: TreeId, number: Number) -> VersionDetail:
    """One version with its document."""
    return await caller.read(queries.version_detail, tree_id, number)


@router.post("/{tree_id}/versions", status_code=201, response_model=VersionView)
async def publish_version(
    actor: Writer, tree_id: TreeId, body: PublishBody, creation: Creating
) -> Response:
    """Publish the draft as the next version. Sessions keep the version they started with.

    A draft that has changed since `revision` is refused with 409, except where steps were merely
    placed. So is one that the caller changed, if in this account a second person publishes.
    Without a note, the version has the one that came with the request for a review.
    """

    def work(db: DbSession) -> VersionView:
        tree = publish_service.publish(db, actor, tree_id, revision=body.revision, note=body.note)
        return queries.version_view(db, actor, tree, tree.version)

    return await creation.run(actor, work)


@router.post(
    "/{tree_id}/draft/discard",
    response_model=DraftAnswer,
    responses={**tagged(), **LOST_UPDATE},
)
async def discard_draft(
    actor: Writer, tree_id: TreeId, body: DiscardBody, if_match: IfMatch = None
) -> Response:
    """Go back to the newest version, as an operation that its author can undo."""
    return answered(
        await database.run(
            going_back_service.discard,
            actor,
            tree_id,
            client=body.client,
            operation_id=body.id,
            revisions=revisions_of(if_match),
        )
    )


@router.get("/{tree_id}/draft/impact")
async def get_publish_impact(caller: Asking, tree_id: TreeId) -> Impact:
    """How many open sessions run each version, and how many are at a step the draft removes."""
    return await caller.read(impact_queries.impact, tree_id)


@router.post(
    "/{tree_id}/draft/take", response_model=DraftAnswer, responses={**tagged(), **LOST_UPDATE}
)
async def take_version(
    actor: Writer, tree_id: TreeId, body: TakeBody, if_match: IfMatch = None
) -> Response:
    """Make a version's steps the draft, as an operation that its author can undo."""
    return answered(
        await database.run(
            going_back_service.take,
            actor,
            tree_id,
            number=body.version,
            client=body.client,
            operation_id=body.id,
            revisions=revisions_of(if_match),
        )
    )


@router.post("/{tree_id}/draft/review")
async def ask_review(actor: Writer, tree_id: TreeId, body: ReviewBody) -> ReviewView:
    """Ask a second person to publish the draft. Asking again renews the request."""
    return await database.run(review_service.ask_review, actor, tree_id, note=body.note)


@router.delete("/{tree_id}/draft/review", status_code=204)
async def withdraw_review(actor: Writer, tree_id: TreeId) -> None:
    """Withdraw the request for a review. Without one, nothing happens."""
    await database.run(review_service.withdraw_review, actor, tree_id)


@router.get("/{tree_id}/diff")
async def compare_versions(
    actor: Writer,
    tree_id: TreeId,
    old: Old,
    new: New = None,
    after: After = 0,
    limit: Limit = 50,
) -> DiffPage:
    """What changed from one version to another, or to the draft; texts word by word.

    Steps come in this order: changed, added, removed. While `has_more` is true, ask again with
    `after` as the number of steps that came already; if `revision` is another then, start again.
    """
    return await database.read(
        diff_queries.compared, actor, tree_id, old=old, new=new, after=after, limit=limit
    )


AtOnce = Annotated[int, Query(ge=1, le=MAX_LIMIT)]


@browser.get("/{tree_id}/diff")
async def compare_versions_on_page(
    actor: BrowserActor,
    tree_id: TreeId,
    old: Old,
    new: New = None,
    after: After = 0,
    limit: AtOnce = 50,
) -> DiffPage:
    """The same for the pages."""
    return await database.read(
        diff_queries.compared, actor, tree_id, old=old, new=new, after=after, limit=limit
    )


@browser.get("/{tree_id}/diff/drawing")
async def draw_comparison_on_page(
    actor: BrowserActor, tree_id: TreeId, old: Old, new: New = None
) -> DrawnTree:
    """Both states of the tree in one, for the canvas of the page."""
    return await database.read(diff_queries.compared_drawing, actor, tree_id, old=old, new=new)


@browser.get("/{tree_id}/versions/{number}/steps")
async def list_steps_on_page(
    actor: BrowserActor, tree_id: TreeId, number: Number, after: After = 0, limit: AtOnce = 50
) -> StepPage:
    """The steps of a version in walking order, for the page that shows it."""
    return await database.read(queries.steps, actor, tree_id, number, after=after, limit=limit)
