"""Routes that the editor page calls with the browser's cookie; not in the API's document."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, TypeAdapter

from rxapp.api import etags
from rxapp.api.browser_actor import BrowserActor
from rxapp.api.paging import MAX_LIMIT, Limit
from rxapp.core import db as database
from rxapp.core.columns import LARGEST_INT
from rxapp.core.errors import Conflict
from rxapp.drafts import finding_queries, queries, service
from rxapp.drafts.api import IfNoneMatch, OperationsBody, TreeId
from rxapp.drafts.operations import Client
from rxapp.drafts.views import DraftAnswer, DraftFindings, DraftRows, OperationPage
from rxapp.editor import author_service

router = APIRouter(prefix="/auth/browser/drafts", include_in_schema=False)

_ROWS = TypeAdapter(DraftRows)


class EditorBody(OperationsBody):
    """Operations and their author: somebody who has signed in since must not send them."""

    writer: UUID


@router.get("/{tree_id}")
async def get_draft_rows(
    actor: BrowserActor, tree_id: TreeId, if_none_match: IfNoneMatch = None
) -> Response:
    """The draft as the editor reads it: once, then only its operations."""
    revision = await database.read(queries.revision_seen, actor, tree_id)
    tag = {"ETag": etags.quoted(revision), "Cache-Control": "private, no-cache"}
    if etags.quoted(revision) in (etags.tags(if_none_match) or ()):
        return Response(status_code=304, headers=tag)
    rows = await database.read(queries.draft_rows, actor, tree_id)
    tag["ETag"] = etags.quoted(rows.revision)
    return Response(_ROWS.dump_json(rows), media_type="application/json", headers=tag)


@router.get("/{tree_id}/operations")
async def list_operations_of_page(
    actor: BrowserActor,
    tree_id: TreeId,
    after: Annotated[int, Query(ge=0, le=LARGEST_INT)] = 0,
    limit: Limit = MAX_LIMIT,
) -> OperationPage:
    """The operations after a revision, oldest first."""
    return await database.read(queries.operations_after, actor, tree_id, after=after, limit=limit)


@router.get("/{tree_id}/findings")
async def get_findings_of_page(actor: BrowserActor, tree_id: TreeId) -> DraftFindings:
    """What is wrong with the draft as it is now."""
    return await database.read(finding_queries.draft_findings, actor, tree_id)


@router.post("/{tree_id}/operations")
async def apply_operations_of_page(
    actor: BrowserActor, tree_id: TreeId, body: EditorBody
) -> DraftAnswer:
    """Apply an author's operations, only in that author's name."""
    if body.writer != actor.user_id:
        raise Conflict("Somebody else is signed in here now. These changes are not theirs.")
    return await database.run(
        service.operate, actor, tree_id, client=body.client, operations=body.operations
    )


class LeavingBody(BaseModel):
    """The tab that closes the draft."""

    client: Client


@router.post("/{tree_id}/leave", status_code=204)
async def leave_draft(actor: BrowserActor, tree_id: TreeId, body: LeavingBody) -> None:
    """Remove the tab from those that have the draft open; the tab calls this when it closes."""
    await database.run(author_service.leave, actor, tree_id, client=body.client)
