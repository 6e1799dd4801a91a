"""REST: your own settings, sign-ins and API tokens."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.access.rules import TokenScope
from rxapp.api.auth import allowed
from rxapp.api.idempotency import Creating
from rxapp.api.ids import id_of
from rxapp.api.problems import may
from rxapp.core import db as database
from rxapp.core.db import DbSession
from rxapp.core.zones import ZONE_LIMIT
from rxapp.own_settings import queries, service
from rxapp.own_settings.password import change_password
from rxapp.own_settings.views import ApiTokenView, LoginView, NewApiToken
from rxapp.sign_in import login_service
from rxapp.sign_in import queries as people
from rxapp.sign_in.rules import CHOICE_READ, NAME_READ, PASSWORD_LENGTH, PASSWORD_READ
from rxapp.sign_in.views import Profile

router = APIRouter(prefix="/me", tags=["own settings"])


LoginId = Annotated[UUID, *id_of("sign-in")]


TokenId = Annotated[UUID, *id_of("API token")]


User = Annotated[Actor, allowed(Permission.OWN_SETTINGS)]


Personal = Annotated[Actor, allowed(Permission.OWN_SETTINGS, in_person=True)]


class Preferences(BaseModel):
    """The settings to change; one that is left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "Night shift", "time_zone": "Europe/Berlin"}]},
    )

    name: str | None = Field(None, max_length=NAME_READ, description="As colleagues see it")
    time_zone: str | None = Field(None, max_length=ZONE_LIMIT, description="Empty: the browser's")
    theme: str | None = Field(
        None, description="`system`, `light` or `dark`", max_length=CHOICE_READ
    )
    email_on_escalation: bool | None = Field(None, description="Email me about escalations")
    email_on_return: bool | None = Field(
        None, description="Email me when a colleague's escalation comes back to the queue"
    )


class PasswordChange(BaseModel):
    """The old password and the new one."""

    old_password: str = Field(
        max_length=PASSWORD_READ, description="The current one", examples=["a long pass phrase"]
    )
    new_password: str = Field(
        max_length=PASSWORD_READ, description=PASSWORD_LENGTH, examples=["another long pass phrase"]
    )


class TokenRequest(BaseModel):
    """A new API token: its name, and what it may do."""

    name: str = Field(max_length=NAME_READ, description="What it is for", examples=["Ticket sync"])
    scope: str = Field(
        description="`read`, or `write` for what its user may change",
        json_schema_extra={"enum": list(TokenScope)},
    )


class LoginList(BaseModel):
    """All sign-ins that have not ended, on one page."""

    items: list[LoginView]
    next_cursor: str | None = None


class ApiTokenList(BaseModel):
    """All API tokens that are not revoked, on one page."""

    items: list[ApiTokenView]
    next_cursor: str | None = None


@router.get("")
async def get_me(actor: User) -> Profile:
    """Your own profile and preferences."""
    return await database.read(people.profile, actor)


@router.put("")
async def update_me(actor: Personal, body: Preferences) -> Profile:
    """Change your own name and preferences."""

    def work(db: DbSession) -> Profile:
        if body.name is not None:
            service.rename(db, actor, name=body.name)
        service.set_preferences(db, actor, **body.model_dump(exclude={"name"}))
        return people.profile(db, actor)

    return await database.run(work)


@router.put("/password", status_code=204, responses=may(429))
async def update_password(actor: Personal, body: PasswordChange) -> None:
    """Change your own password. Every sign-in ends, including this one."""
    await change_password(actor, body.old_password, body.new_password, keep_login=False)


@router.get("/logins")
async def list_logins(actor: User) -> LoginList:
    """Your own signed-in browsers and API sign-ins, last used first."""
    return LoginList(items=await database.read(queries.logins, actor))


@router.delete("/logins/{login_id}", status_code=204)
async def end_login(actor: Personal, login_id: LoginId) -> None:
    """End one of your own sign-ins at once."""
    await database.run(login_service.end_one, actor, login_id)


@router.get("/tokens")
async def list_tokens(actor: User) -> ApiTokenList:
    """Your own API tokens, without their secrets."""
    return ApiTokenList(items=await database.read(queries.api_tokens, actor))


@router.post("/tokens", status_code=201, response_model=NewApiToken)
async def create_token(actor: Personal, body: TokenRequest, creation: Creating) -> Response:
    """Create a long-lived token for an integration. Its secret is shown only once."""

    def work(db: DbSession) -> NewApiToken:
        return service.make_api_token(db, actor, name=body.name, scope=body.scope)

    return await creation.run(actor, work)


@router.delete("/tokens/{token_id}", status_code=204)
async def revoke_token(actor: Personal, token_id: TokenId) -> None:
    """Revoke one of your own API tokens at once."""
    await database.run(service.revoke_api_token, actor, token_id)
