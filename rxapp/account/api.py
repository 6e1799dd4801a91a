"""REST: the account's settings, its export and its deletion."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.account import queries, service
from rxapp.account.archive import account_zip, export_name, start_export
from rxapp.account.views import AccountView
from rxapp.api.auth import allowed
from rxapp.api.browser_actor import BrowserActor
from rxapp.api.files import file_of
from rxapp.core import db as database
from rxapp.core.db import DbSession
from rxapp.core.zones import ZONE_LIMIT
from rxapp.sign_in.rules import CHOICE_READ, NAME_READ

router = APIRouter(prefix="/account", tags=["account"])


browser = APIRouter(prefix="/auth/browser", include_in_schema=False)


Admin = Annotated[Actor, allowed(Permission.MANAGE_ACCOUNT, in_person=True)]


Exporter = Annotated[Actor, allowed(Permission.EXPORT_ACCOUNT, in_person=True)]


Owner = Annotated[Actor, allowed(Permission.DELETE_ACCOUNT, in_person=True)]


_ZIP = file_of("application/zip", "One JSON file for each table")


class AccountChange(BaseModel):
    """The settings to change; one that is left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"lease_minutes": 20, "retention_days": 365}]},
    )

    name: str | None = Field(None, max_length=NAME_READ, description="Of the company or team")
    escalation_priority: str | None = Field(
        None,
        max_length=CHOICE_READ,
        description="`normal` or `urgent`, for escalations that name no priority",
    )
    time_zone: str | None = Field(
        None,
        max_length=ZONE_LIMIT,
        description="The time zone of the times in notes and emails, such as Europe/Berlin",
    )
    lease_minutes: int | None = Field(
        None, description="How long a claim lasts without activity: 2 to 480"
    )
    unseen_minutes: int | None = Field(
        None, description="How long a notice may stay unopened before an email follows: 1 to 60"
    )
    retention_days: int | None = Field(
        None, description="How many days completed sessions are kept, 1 to 3650; null is forever"
    )
    second_person_publishes: bool | None = Field(
        None, description="Whether nobody publishes a draft that they changed themselves"
    )


class Deletion(BaseModel):
    """The account's name, typed again, so that nobody deletes the wrong account."""

    name: str = Field(
        max_length=NAME_READ, description="As it is written now", examples=["Example Support"]
    )


@router.get("")
async def get_account(actor: Admin) -> AccountView:
    """The account's settings."""
    return await database.read(queries.account, actor)


@router.put("")
async def update_account(actor: Admin, body: AccountChange) -> AccountView:
    """Change the account's settings."""

    def work(db: DbSession) -> AccountView:
        values = body.model_dump(exclude={"retention_days"})
        keeps = "retention_days" not in body.model_fields_set
        days = queries.account(db, actor).retention_days if keeps else body.retention_days
        service.change_account(db, actor, retention_days=days, **values)
        return queries.account(db, actor)

    return await database.run(work)


@router.get("/export", response_class=StreamingResponse, responses=_ZIP)
async def export_account(actor: Exporter) -> StreamingResponse:
    """Everything that the account owns, as one ZIP of JSON files."""
    return await _export(actor)


@browser.get("/account-export")
async def browser_export(actor: BrowserActor) -> StreamingResponse:
    """The same, for the button on the page."""
    return await _export(actor)


async def _export(actor: Actor) -> StreamingResponse:
    name = await database.run(start_export, actor)
    return StreamingResponse(
        account_zip(actor.account_id),
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{export_name(name)}"'},
    )


@router.post("/deletion")
async def request_account_deletion(actor: Owner, body: Deletion) -> AccountView:
    """Delete the account in fourteen days; until then, this can be cancelled."""

    def work(db: DbSession) -> AccountView:
        service.ask_deletion(db, actor, name=body.name)
        return queries.account(db, actor)

    return await database.run(work)


@router.delete("/deletion", status_code=204)
async def cancel_account_deletion(actor: Owner) -> None:
    """Cancel the deletion of the account."""
    await database.run(service.cancel_deletion, actor)
