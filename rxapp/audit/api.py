"""REST: the audit log, as JSON and CSV."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.api.auth import allowed
from rxapp.api.browser_actor import BrowserActor
from rxapp.api.files import file_of
from rxapp.api.ids import named_or_none
from rxapp.api.paging import MAX_LIMIT, Cursor, Limit
from rxapp.api.problems import may
from rxapp.audit import queries
from rxapp.audit.rules import ACTION_LIMIT
from rxapp.audit.views import AuditPage
from rxapp.core import db as database

router = APIRouter(prefix="/audit", tags=["audit"])
browser = APIRouter(prefix="/auth/browser", include_in_schema=False)

Auditor = Annotated[Actor, allowed(Permission.READ_AUDIT)]

_CSV = file_of("text/csv", "Every line that matches")


@dataclass(frozen=True, slots=True)
class Filters:
    """The lines to return."""

    area: Annotated[
        str | None,
        Query(
            max_length=ACTION_LIMIT, description="The first part of the action", examples=["member"]
        ),
    ] = None
    action: Annotated[
        str | None,
        Query(
            max_length=ACTION_LIMIT,
            description="Only this action",
            examples=["member.role_changed"],
        ),
    ] = None
    actor_id: Annotated[
        UUID | None, named_or_none("member"), Query(description="The `id` of the member who acted")
    ] = None
    since: Annotated[datetime | None, Query(description="From this moment on")] = None
    until: Annotated[datetime | None, Query(description="Before this moment")] = None

    def values(self) -> dict[str, Any]:
        """Return the filters as arguments of the query."""
        return {
            "area": self.area,
            "action": self.action,
            "actor_id": self.actor_id,
            "since": self.since,
            "until": self.until,
        }


Wanted = Annotated[Filters, Depends()]


@router.get("", responses=may(404))
async def list_audit_lines(
    actor: Auditor, wanted: Wanted, cursor: Cursor = None, limit: Limit = 50
) -> AuditPage:
    """Who did what to what, when and from where; newest first."""
    return await database.read(queries.lines, actor, **wanted.values(), cursor=cursor, limit=limit)


@browser.get("/audit.csv")
async def browser_csv(actor: BrowserActor, wanted: Wanted) -> StreamingResponse:
    """The same, for the button on the page."""
    return await as_csv(actor, wanted)


@router.get("/csv", response_class=StreamingResponse, responses={**_CSV, **may(404)})
async def export_audit_lines(actor: Auditor, wanted: Wanted) -> StreamingResponse:
    """The audit log as CSV, all pages in one file."""
    return await as_csv(actor, wanted)


async def as_csv(actor: Actor, wanted: Filters) -> StreamingResponse:
    """Return all matching lines as a CSV file, sent page by page."""
    first = await database.read(queries.lines, actor, **wanted.values(), limit=MAX_LIMIT)

    async def pages() -> AsyncIterator[str]:
        page, head = first, True
        while True:
            yield queries.as_csv(page.items, head=head)
            if page.next_cursor is None:
                return
            head = False
            page = await database.read(
                queries.lines,
                actor,
                **wanted.values(),
                cursor=page.next_cursor,
                limit=MAX_LIMIT,
            )

    return StreamingResponse(
        pages(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="audit-log.csv"'},
    )
