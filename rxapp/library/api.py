"""REST: one tree. Everybody reads it, seniors write it, admins delete it."""

from dataclasses import fields
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from rxapp.access.actor import Actor
from rxapp.access.caller import Caller
from rxapp.access.policy import Permission
from rxapp.api import etags
from rxapp.api.auth import allowed
from rxapp.api.etags import LOST_UPDATE, IfMatch, revisions_of, tagged
from rxapp.api.idempotency import Creating
from rxapp.core import db as database
from rxapp.core.db import DbSession
from rxapp.core.moments import Moment
from rxapp.drafts import queries
from rxapp.drafts.api import TreeId, Writer
from rxapp.drafts.mending import finding_views
from rxapp.drafts.views import FindingView, TreeRecord
from rxapp.library import service as tree_service
from rxapp.library import shelf_service
from rxapp.trees.api import router  # shared by all of /trees, where "categories" is not an id
from rxapp.trees.document import Category, Description, Document, Tags, Title, VersionNote
from rxapp.trees.lint import lint
from rxapp.trees.rules import TreeStatus

Asking = Annotated[Caller, allowed(Permission.READ_TREES, as_caller=True)]
Deleter = Annotated[Actor, allowed(Permission.DELETE_TREES)]

_DOCUMENT: Any = {
    "start": "lamp",
    "nodes": [
        {
            "key": "lamp",
            "kind": "decision",
            "title": "Is the lamp lit?",
            "options": [
                {"key": "yes", "label": "Yes", "to": "fine"},
                {"key": "no", "label": "No", "to": "plug"},
            ],
        },
        {
            "key": "plug",
            "kind": "action",
            "title": "Plug it in",
            "options": [{"key": "done", "label": "Done", "to": "lamp"}],
        },
        {"key": "fine", "kind": "solution", "ending": "solved", "title": "It has power"},
    ],
}


class NewTree(BaseModel):
    """A tree to create: published as version 1, or kept as a draft."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "title": "Lamp stays dark",
                    "category": "Devices",
                    "tags": ["lamp"],
                    "document": _DOCUMENT,
                }
            ]
        },
    )

    title: Title = Field(description="What the library shows")
    description: Description = Field("", description="When it helps")
    category: Category = Field("", description="Where the library puts it")
    tags: Tags = Field([], description="Words that search finds it by")
    document: Document = Field(description="Its steps, and where it starts")
    publish: bool = Field(True, description="If false, it is kept as a draft and not linted")
    note: VersionNote = Field("", description="The note on the first version in the history")


class TreeChange(BaseModel):
    """The fields of a tree to change; one that is left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"description": "For desk lamps.", "tags": ["lamp"]}]},
    )

    title: Title | None = Field(None, description="What the library shows")
    description: Description | None = Field(None, description="When it helps")
    category: Category | None = Field(None, description="Where the library puts it")
    tags: Tags | None = Field(None, description="Words that search finds it by")
    document: Document | None = Field(None, description="Becomes the draft")
    publish: bool = Field(False, description="Publish the draft as the next version")
    note: VersionNote = Field("", description="What is new in the published version")


class TreeDetail(BaseModel):
    """A tree with the document of its newest version and, for those who write trees, its draft."""

    id: UUID
    title: str
    description: str
    category: str
    tags: list[str]
    status: TreeStatus
    version: int
    revision: int
    steps: int
    updated_at: Moment
    owner_id: UUID | None
    owner: str
    review_on: date | None
    is_due: bool
    has_changes: bool
    has_update: bool
    document: Document | None
    draft: Document | None
    findings: list[FindingView]


def detail_of(record: TreeRecord) -> TreeDetail:
    """Return a tree in the API's form, with the findings of lint in its draft."""
    return TreeDetail(
        **{each.name: getattr(record.card, each.name) for each in fields(record.card)},
        revision=record.revision,
        document=record.document,
        draft=record.draft,
        findings=finding_views(lint(record.draft)) if record.draft else [],
    )


def answered(detail: TreeDetail) -> Response:
    """Return the answer, with its ``ETag``."""
    # It already has the declared form, so it is sent without being checked again.
    return Response(
        detail.model_dump_json(), media_type="application/json", headers=tag_of(detail.revision)
    )


def tag_of(revision: int) -> dict[str, str]:
    """Return the header that names the revision of a tree."""
    return {"ETag": etags.quoted(revision)}


@router.post("", status_code=201, response_model=TreeDetail, responses=tagged(201))
async def create_tree(actor: Writer, body: NewTree, creation: Creating) -> Response:
    """Create a tree. If it should be published and lint finds errors, the answer is 422."""

    def work(db: DbSession) -> TreeDetail:
        values = {name: getattr(body, name) for name in type(body).model_fields}
        return detail_of(queries.record_of(db, tree_service.create(db, actor, **values)))

    return await creation.run(actor, work, headers=lambda made: tag_of(made["revision"]))


@router.get("/{tree_id}", response_model=TreeDetail, responses=tagged())
async def get_tree(caller: Asking, tree_id: TreeId) -> Response:
    """One tree with its newest document."""

    def work(db: DbSession, actor: Actor) -> TreeDetail:
        # Here, in the thread: linting a large draft takes long enough to keep others waiting.
        return detail_of(queries.tree_record(db, actor, tree_id))

    return answered(await caller.read(work))


@router.put("/{tree_id}", response_model=TreeDetail, responses={**tagged(), **LOST_UPDATE})
async def update_tree(
    actor: Writer, tree_id: TreeId, body: TreeChange, if_match: IfMatch = None
) -> Response:
    """Change a tree, its draft, or publish it. Sessions keep the version they started with."""
    values: dict[str, Any] = {name: getattr(body, name) for name in type(body).model_fields}

    def work(db: DbSession) -> TreeDetail:
        tree = tree_service.change(db, actor, tree_id, revisions=revisions_of(if_match), **values)
        return detail_of(queries.record_of(db, tree))

    return answered(await database.run(work))


@router.delete("/{tree_id}", status_code=204, responses=LOST_UPDATE)
async def delete_tree(actor: Deleter, tree_id: TreeId, if_match: IfMatch = None) -> None:
    """Remove a tree from the library. Its sessions continue, and it can be restored."""
    await database.run(shelf_service.delete, actor, tree_id, revisions=revisions_of(if_match))


@router.post("/{tree_id}/restore", response_model=TreeDetail, responses=tagged())
async def restore_tree(actor: Writer, tree_id: TreeId) -> Response:
    """Restore an archived or deleted tree as it was. Only admins can restore a deleted one."""

    def work(db: DbSession) -> TreeDetail:
        return detail_of(queries.record_of(db, shelf_service.restore(db, actor, tree_id)))

    return answered(await database.run(work))
