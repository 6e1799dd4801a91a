"""REST: the update of a starter that is offered to a tree."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from rxapp.access.caller import Caller
from rxapp.access.policy import Permission
from rxapp.api.auth import allowed
from rxapp.api.browser_actor import BrowserActor
from rxapp.api.etags import LOST_UPDATE, IfMatch, revisions_of, tagged
from rxapp.api.paging import MAX_LIMIT, Limit
from rxapp.core import db as database
from rxapp.core.db import DbSession
from rxapp.drafts import queries
from rxapp.drafts.api import TreeId, Writer
from rxapp.drafts.api import answered as draft_answered
from rxapp.drafts.views import DraftAnswer
from rxapp.library import starter_queries, starter_service
from rxapp.library.api import TreeDetail, answered, detail_of
from rxapp.library.views import StarterUpdate
from rxapp.versions.api import After, DiscardBody
from rxapp.versions.views import DiffPage, DrawnTree

router = APIRouter(prefix="/trees", tags=["trees"])
browser = APIRouter(prefix="/auth/browser/trees", include_in_schema=False)

Asking = Annotated[Caller, allowed(Permission.WRITE_TREES, as_caller=True)]
AtOnce = Annotated[int, Query(ge=1, le=MAX_LIMIT)]


@router.get("/{tree_id}/starter")
async def get_starter_update(caller: Asking, tree_id: TreeId) -> StarterUpdate:
    """The improved starter that this release offers to a tree; 404 if it offers none."""
    return await caller.read(starter_queries.starter_update, tree_id)


@router.get("/{tree_id}/starter/diff")
async def compare_with_starter(
    caller: Asking, tree_id: TreeId, after: After = 0, limit: Limit = 50
) -> DiffPage:
    """What leads from a tree's draft to the improved starter; texts word by word.

    Steps come as in the difference of two versions.
    """
    return await caller.read(
        starter_queries.compared_with_update, tree_id, after=after, limit=limit
    )


@browser.get("/{tree_id}/starter/diff")
async def compare_with_starter_on_page(
    actor: BrowserActor, tree_id: TreeId, after: After = 0, limit: AtOnce = 50
) -> DiffPage:
    """The same for the page."""
    return await database.read(
        starter_queries.compared_with_update, actor, tree_id, after=after, limit=limit
    )


@browser.get("/{tree_id}/starter/diff/drawing")
async def draw_starter_update_on_page(actor: BrowserActor, tree_id: TreeId) -> DrawnTree:
    """The draft and the improved starter in one, for the canvas of the page."""
    return await database.read(starter_queries.drawing_with_update, actor, tree_id)


@router.post(
    "/{tree_id}/starter/take", response_model=DraftAnswer, responses={**tagged(), **LOST_UPDATE}
)
async def take_starter_update(
    actor: Writer, tree_id: TreeId, body: DiscardBody, if_match: IfMatch = None
) -> Response:
    """Make the improved starter the draft, as an operation that its author can undo.

    The tree keeps its title, category and tags.
    """
    return draft_answered(
        await database.run(
            starter_service.take,
            actor,
            tree_id,
            client=body.client,
            operation_id=body.id,
            revisions=revisions_of(if_match),
        )
    )


@router.post("/{tree_id}/starter/skip", response_model=TreeDetail, responses=tagged())
async def skip_starter_update(actor: Writer, tree_id: TreeId) -> Response:
    """Keep a tree as it is. The next improvement of its starter is offered again."""

    def work(db: DbSession) -> TreeDetail:
        return detail_of(queries.record_of(db, starter_service.skip(db, actor, tree_id)))

    return answered(await database.run(work))
