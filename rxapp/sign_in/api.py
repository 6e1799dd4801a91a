"""REST: register, sign in, refresh, sign out, who am I."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from rxapp.access.rules import EMAIL_LIMIT, LoginKind
from rxapp.access.tokens import ACCESS_LIFETIME, sign_access
from rxapp.api.auth import CurrentActor, PersonalActor, client_address
from rxapp.api.idempotency import Creating
from rxapp.api.problems import may
from rxapp.core import db as database
from rxapp.core.clock import utc_now
from rxapp.core.db import DbSession
from rxapp.core.errors import Invalid, Unauthenticated
from rxapp.core.limits import limiter
from rxapp.core.zones import UTC_ZONE, ZONE_LIMIT
from rxapp.settings import settings
from rxapp.sign_in import joining_service, limits, login_service, queries, service
from rxapp.sign_in.attempt import Attempt, ask_reset, sign_in
from rxapp.sign_in.passwords import hash_in_thread
from rxapp.sign_in.rules import (
    CODE_READ,
    NAME_READ,
    PASSWORD_LENGTH,
    PASSWORD_READ,
    TOKEN_READ,
    check_new_password,
    clean_email,
    clean_name,
)
from rxapp.sign_in.views import Grant, Identity, Place

router = APIRouter(prefix="/auth", tags=["auth"])


class Registration(BaseModel):
    """A new account and its owner or, with an invitation, a new member of an account."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"email": "name@example.com", "password": "a long pass phrase"}]
        }
    )

    email: str = Field("", max_length=EMAIL_LIMIT, description="May be left out with an invitation")
    password: str = Field(max_length=PASSWORD_READ, description=PASSWORD_LENGTH)
    name: str = Field("", max_length=NAME_READ, description="If empty, taken from the address")
    account_name: str = Field("", max_length=NAME_READ, description="If empty, taken from the name")
    time_zone: str = Field(
        "", max_length=ZONE_LIMIT, description="Of a new account, as Europe/Berlin; if empty, UTC"
    )
    invitation: str = Field("", max_length=TOKEN_READ, description="The token of the emailed link")


class Credentials(BaseModel):
    """What somebody signs in with."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"email": "name@example.com", "password": "a long pass phrase"}]
        }
    )

    email: str = Field(max_length=EMAIL_LIMIT, description="As registered")
    password: str = Field(max_length=PASSWORD_READ, description="As registered")
    code: str = Field("", max_length=CODE_READ, description="Of the second factor, where it is on")


class SignInForm(BaseModel):
    """The same as OAuth2 clients send it; other fields are ignored."""

    username: str = Field(description="The email address", examples=["name@example.com"])
    password: str = Field(description="As registered", examples=["a long pass phrase"])
    code: str = Field("", max_length=CODE_READ, description="Of the second factor, where it is on")


class Refresh(BaseModel):
    """A refresh token; it works once."""

    refresh_token: str = Field(max_length=TOKEN_READ, description="From the newest pair")


class ResetRequest(BaseModel):
    """Who has forgotten their password."""

    email: str = Field(
        max_length=EMAIL_LIMIT, description="Where to send the link", examples=["name@example.com"]
    )


class Token(BaseModel):
    """An access token with the refresh token for the next one; ``expires_in`` is in seconds."""

    access_token: str
    refresh_token: str
    token_type: str = "bearer"  # noqa: S105 - the name of a scheme
    expires_in: int


def place_of(request: Request) -> Place:
    """Return where a request comes from."""
    return Place(client_address(request), request.headers.get("user-agent", ""))


def _token(grant: Grant) -> Token:
    expires_at = utc_now() + ACCESS_LIFETIME
    return Token(
        access_token=sign_access(grant.login_id, expires_at, settings().signing_key),
        refresh_token=grant.secret,
        expires_in=int(ACCESS_LIFETIME.total_seconds()),
    )


class Newcomer:
    """A checked registration with its password hashed; nothing has been written yet."""

    def __init__(self, body: Registration, password_hash: str, place: Place) -> None:
        self._body = body
        self._password_hash = password_hash
        self._place = place

    @classmethod
    async def of(cls, body: Registration, place: Place) -> "Newcomer":
        """Check what can be checked and hash the password.

        Raises:
            Invalid: if something is not acceptable.
            NotFound: if the invitation is not valid.
        """
        given = body.email.strip()
        if body.invitation:
            invited = await database.read(joining_service.read, body.invitation)
            if given and clean_email(given) != invited.email:
                raise Invalid("The invitation is for another address.", field="email")
            given = invited.email
        email = clean_email(given)
        name = clean_name(body.name.strip() or email.partition("@")[0], field="name")
        account_name = body.account_name.strip() or f"{name[:100]}'s team"
        password_hash = await hash_in_thread(check_new_password(body.password, email))
        body = body.model_copy(update={"email": email, "name": name, "account_name": account_name})
        return cls(body, password_hash, place)

    def join(self, db: DbSession, kind: LoginKind) -> Grant:
        """Write the new user, with a new account unless invited, and sign them in.

        Raises:
            Conflict: if the address is taken.
            NotFound: if the invitation is no longer valid.
        """
        body, address = self._body, self._place.address
        if body.invitation:
            user = joining_service.accept(
                db,
                body.invitation,
                name=body.name,
                password_hash=self._password_hash,
                address=address,
            )
        else:
            user = service.register(
                db,
                account_name=body.account_name,
                email=body.email,
                name=body.name,
                password_hash=self._password_hash,
                time_zone=body.time_zone or UTC_ZONE,
                address=address,
            )
        return login_service.start_login(db, user.id, kind, self._place)


@router.post("/register", status_code=201, response_model=Token, responses=may(404, 409, 429))
async def register(body: Registration, request: Request, creation: Creating) -> Response:
    """Create an account with the caller as its owner, or accept an invitation, and sign in."""
    # Nobody else knows the password, so nobody else gets this answer again.
    who = f"{body.email} {body.password} {body.invitation}"
    place = place_of(request)
    await limiter().hit(limits.register_by_address(), place.network)
    if (repeated := await creation.repeated(who)) is not None:
        return repeated  # the invitation is used up by now, so checking it again would refuse
    newcomer = await Newcomer.of(body, place)

    def work(db: DbSession) -> Token:
        return _token(newcomer.join(db, LoginKind.API))

    return await creation.run(who, work)


@router.post("/login", responses=may(401, 429))
async def sign_in_with_form(form: Annotated[SignInForm, Form()], request: Request) -> Token:
    """Sign in with a form, as OAuth2 clients do."""
    attempt = Attempt(form.username[:EMAIL_LIMIT], form.password[:PASSWORD_READ], form.code)
    return _token(await sign_in(attempt, LoginKind.API, place_of(request)))


@router.post("/login/json", responses=may(401, 429))
async def sign_in_with_json(body: Credentials, request: Request) -> Token:
    """Sign in with JSON. 401 with `second_factor` asks for a `code`."""
    attempt = Attempt(body.email, body.password, body.code)
    return _token(await sign_in(attempt, LoginKind.API, place_of(request)))


@router.post("/refresh", responses=may(401))
async def refresh_sign_in(body: Refresh, request: Request) -> Token:
    """Exchange a refresh token for the next pair. Using it a second time ends the sign-in."""
    grant = await database.run(login_service.refresh, body.refresh_token, place_of(request))
    if grant is None:
        raise Unauthenticated("This refresh token was used before, so the sign-in was ended.")
    return _token(grant)


@router.get("/me")
async def get_signed_in_user(actor: CurrentActor) -> Identity:
    """Whom the token belongs to. Their settings are at `/me`."""
    return await database.read(queries.identity, actor)


@router.post("/logout", status_code=204)
async def sign_out(
    actor: PersonalActor,
    everywhere: Annotated[bool, Query(description="End all sign-ins, including browsers")] = False,
) -> None:
    """End this sign-in: its access and refresh tokens stop working at once."""
    if everywhere:
        await database.run(login_service.end_all, actor)
    else:
        await database.run(login_service.end_one, actor, actor.login_id)


@router.post("/forgot", status_code=202, response_class=Response, responses=may(409, 429))
async def request_password_reset(body: ResetRequest, request: Request) -> Response:
    """Email a link to set a new password. The answer is the same for unknown addresses.

    If no mail server is set up, it is 409, and an admin can create a reset link.
    """
    await ask_reset(body.email, place_of(request))
    return Response(status_code=202)
