"""REST: expressions that mean the same to searches, beside the list that ships."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.api.auth import allowed
from rxapp.api.idempotency import Creating
from rxapp.api.ids import id_of
from rxapp.api.problems import may
from rxapp.core import db as database
from rxapp.core.db import DbSession
from rxapp.library import synonyms_queries, synonyms_service
from rxapp.library.views import SynonymGroup
from rxapp.trees.document import Tag
from rxapp.trees.rules import FEWEST_SYNONYMS, SYNONYMS_EACH

router = APIRouter(prefix="/synonyms", tags=["trees"])

Writer = Annotated[Actor, allowed(Permission.WRITE_TREES)]
GroupId = Annotated[UUID, *id_of("group of synonyms")]


class SynonymList(BaseModel):
    """All of the account's own groups, on one page."""

    items: list[SynonymGroup]
    next_cursor: str | None = None


class SynonymWords(BaseModel):
    """Two or more expressions that mean the same."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"expressions": ["till", "cash desk"]}]}
    )

    expressions: list[Tag] = Field(
        min_length=FEWEST_SYNONYMS,
        max_length=SYNONYMS_EACH,
        description="Each has up to three words. Capitals and accents do not count",
    )


@router.get("")
async def list_synonyms(actor: Writer) -> SynonymList:
    """The account's own groups; those that ship are not listed."""
    return SynonymList(items=await database.read(synonyms_queries.synonyms, actor))


@router.post("", status_code=201, response_model=SynonymGroup, responses=may(409))
async def add_synonyms(actor: Writer, body: SynonymWords, creation: Creating) -> Response:
    """Add a group. Searches understand it at once."""

    def work(db: DbSession) -> SynonymGroup:
        group = synonyms_service.add(db, actor, body.expressions)
        return SynonymGroup(group.id, group.words)

    return await creation.run(actor, work)


@router.put("/{group_id}", responses=may(404))
async def change_synonyms(actor: Writer, group_id: GroupId, body: SynonymWords) -> SynonymGroup:
    """Replace the expressions of a group."""

    def work(db: DbSession) -> SynonymGroup:
        group = synonyms_service.change(db, actor, group_id, body.expressions)
        return SynonymGroup(group.id, group.words)

    return await database.run(work)


@router.delete("/{group_id}", status_code=204, responses=may(404))
async def remove_synonyms(actor: Writer, group_id: GroupId) -> None:
    """Remove a group."""
    await database.run(synonyms_service.remove, actor, group_id)
