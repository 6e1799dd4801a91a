"""REST: drafts. People who write trees read them, send operations, and go back."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from rxapp.access.actor import Actor
from rxapp.access.caller import Caller
from rxapp.access.policy import Permission
from rxapp.api import etags
from rxapp.api.auth import allowed
from rxapp.api.etags import TAGS_LIMIT, tagged
from rxapp.api.ids import id_of
from rxapp.api.paging import Limit
from rxapp.core import db as database
from rxapp.core.columns import LARGEST_INT
from rxapp.drafts import finding_queries, queries, service
from rxapp.drafts.operations import Client, Operations
from rxapp.drafts.views import DraftAnswer, DraftFindings, DraftView, OperationPage

router = APIRouter(prefix="/trees", tags=["drafts"])

TreeId = Annotated[UUID, *id_of("tree")]
Writer = Annotated[Actor, allowed(Permission.WRITE_TREES)]
Asking = Annotated[Caller, allowed(Permission.WRITE_TREES, as_caller=True)]
IfNoneMatch = Annotated[
    str | None,
    Header(max_length=TAGS_LIMIT, description="An `ETag`; the answer is 304 if it is the newest."),
]

_VIEW = TypeAdapter(DraftView)
_FINDINGS = TypeAdapter(DraftFindings)
_ANSWER = TypeAdapter(DraftAnswer)
_OLD: dict[int | str, dict[str, Any]] = {304: {"description": "The `ETag` is the newest"}}

_ID = "5f0c2a3e-9a49-4c55-8a0b-6f5f7b6a1c11"


class OperationsBody(BaseModel):
    """An author's operations, in order: all of them are applied, or none."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "client": "tab-4f9a27c1",
                    "operations": [
                        {
                            "id": _ID,
                            "seen": 0,
                            "change": {
                                "op": "set_field",
                                "node": "plug",
                                "field": "title",
                                "value": "Plug the lamp in",
                            },
                        }
                    ],
                }
            ]
        },
    )

    client: Client = Field(
        description="A random name of the tab or program. Its own changes never raise a question."
    )
    operations: Operations = Field(description="At most 500, in the order in which they were made")


def _tag(revision: int) -> dict[str, str]:
    return {"ETag": etags.quoted(revision)}


def answered(answer: DraftAnswer) -> Response:
    """Return the result of operations, with the draft's revision as its tag."""
    return Response(
        _ANSWER.dump_json(answer), media_type="application/json", headers=_tag(answer.revision)
    )


@router.get("/{tree_id}/draft", response_model=DraftView, responses={**tagged(), **_OLD})
async def get_draft(caller: Asking, tree_id: TreeId, if_none_match: IfNoneMatch = None) -> Response:
    """A tree as it is being written. Without a draft, it is the newest version at revision 0."""
    if unchanged := await _unchanged(caller, tree_id, if_none_match):
        return unchanged
    view = await caller.read(queries.draft_view, tree_id)
    body = _VIEW.dump_json(view)
    return Response(body, media_type="application/json", headers=_tag(view.revision))


async def _unchanged(caller: Caller, tree_id: UUID, if_none_match: str | None) -> Response | None:
    """Return the answer 304 if the caller has the draft's revision, else None."""
    if known := etags.tags(if_none_match):
        revision = await caller.read(queries.revision_seen, tree_id)
        if etags.quoted(revision) in known:
            return Response(status_code=304, headers=_tag(revision))
    return None


@router.get(
    "/{tree_id}/draft/findings", response_model=DraftFindings, responses={**tagged(), **_OLD}
)
async def get_draft_findings(
    caller: Asking, tree_id: TreeId, if_none_match: IfNoneMatch = None
) -> Response:
    """What lint finds in a draft: errors, which keep it from being published, then warnings.

    `items` holds at most 500 of them. Where a `mend` is offered, send its `changes` as operations.
    """
    if unchanged := await _unchanged(caller, tree_id, if_none_match):
        return unchanged
    found = await caller.read(finding_queries.draft_findings, tree_id)
    body = _FINDINGS.dump_json(found)
    return Response(body, media_type="application/json", headers=_tag(found.revision))


@router.get("/{tree_id}/draft/operations")
async def list_draft_operations(
    caller: Asking,
    tree_id: TreeId,
    after: Annotated[int, Query(ge=0, le=LARGEST_INT, description="A revision of the draft")] = 0,
    limit: Limit = 50,
) -> OperationPage:
    """The draft's operations after a revision, oldest first, each with the changes that undo it."""
    return await caller.read(queries.operations_after, tree_id, after=after, limit=limit)


@router.post("/{tree_id}/draft/operations", response_model=DraftAnswer, responses=tagged())
async def apply_draft_operations(actor: Writer, tree_id: TreeId, body: OperationsBody) -> Response:
    """Change a draft. An operation with a known `id` is not applied a second time.

    `seen` is the revision that the author had seen. Changes to different fields are merged. If
    somebody else has since changed the same field, or removed what is changed here, nothing is
    applied and the answer is 409 with `asked`: for each question its `operation`, the `reason`
    (`changed`, `removed` or `edited`), both values as `mine` and `theirs`, and `by` whom.
    """
    return answered(
        await database.run(
            service.operate, actor, tree_id, client=body.client, operations=body.operations
        )
    )
