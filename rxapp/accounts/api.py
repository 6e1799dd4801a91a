"""REST: register, sign in, who am I; and the browser's cookie."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import OAuth2PasswordRequestForm
from pydantic import BaseModel, Field

from rxapp.access.actor import Actor
from rxapp.accounts import queries, service
from rxapp.accounts.cookies import COOKIE, clear_cookie, set_cookie
from rxapp.accounts.passwords import check_in_thread, hash_in_thread
from rxapp.accounts.rules import LoginKind, check_new_password, clean_email, clean_name
from rxapp.accounts.tokens import sign_access, token_hash
from rxapp.accounts.views import Credentials as StoredCredentials
from rxapp.accounts.views import Grant, Profile
from rxapp.api.auth import CurrentActor
from rxapp.core import db as database
from rxapp.core.clock import utc_now
from rxapp.core.errors import Forbidden, Unauthenticated
from rxapp.settings import settings

router = APIRouter(prefix="/auth", tags=["auth"])


class Registration(BaseModel):
    """A new account and its owner."""

    email: str = Field(max_length=254, examples=["name@example.com"])
    password: str = Field(max_length=1000)
    name: str = Field(
        "", max_length=200, examples=["Your name"], description="If empty, from the address"
    )
    account_name: str = Field(
        "", max_length=200, examples=["Your company"], description="If empty, from the name"
    )


class Credentials(BaseModel):
    """What signs in."""

    email: str = Field(max_length=254)
    password: str = Field(max_length=1000)


class Token(BaseModel):
    """An access token; ``expires_in`` counts seconds."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105 - the name of a scheme
    expires_in: int


async def _verified(email: str, password: str) -> StoredCredentials:
    found = await database.read(queries.credentials, email)
    matches = await check_in_thread(password, found.password_hash if found else None)
    if not matches or found is None:
        raise Unauthenticated("Email address or password is wrong.")
    return found


def _token(grant: Grant) -> Token:
    return Token(
        access_token=sign_access(grant.login_id, grant.expires_at, settings().signing_key),
        expires_in=int((grant.expires_at - utc_now()).total_seconds()),
    )


async def _sign_in(email: str, password: str) -> Token:
    user = await _verified(email, password)
    return _token(await database.run(service.start_login, user.user_id, LoginKind.API))


@router.post("/register", status_code=201)
async def register(body: Registration) -> Token:
    """Create an account with the caller as its owner, and sign in."""
    actor = await _register(body)
    return _token(await database.run(service.start_login, actor.user_id, LoginKind.API))


async def _register(body: Registration) -> Actor:
    email = clean_email(body.email)
    name = clean_name(body.name.strip() or email.partition("@")[0], field="name")
    account_name = clean_name(
        body.account_name.strip() or f"{name[:100]}'s team", field="account_name"
    )
    password_hash = await hash_in_thread(check_new_password(body.password, email))

    return await database.run(
        service.register,
        account_name=account_name,
        email=email,
        name=name,
        password_hash=password_hash,
    )


@router.post("/login")
async def login_form(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> Token:
    """Sign in with a form; ``username`` is the email address."""
    return await _sign_in(form.username, form.password)


@router.post("/login/json")
async def login_json(body: Credentials) -> Token:
    """Sign in with JSON."""
    return await _sign_in(body.email, body.password)


@router.get("/me")
async def me(actor: CurrentActor) -> Profile:
    """Who the token belongs to."""
    return await database.read(queries.profile, actor)


browser = APIRouter(prefix="/auth/browser", include_in_schema=False)
"""What the sign-in pages post to: JSON, and from our own pages only."""


def _own_page(request: Request) -> None:
    if request.headers.get("origin") not in settings().origins:
        raise Forbidden("Sign in from this server's own page.")


@browser.post("/login", status_code=204, dependencies=[Depends(_own_page)])
async def browser_login(body: Credentials, request: Request, response: Response) -> None:
    """Sign this browser in; who was signed in here before is signed out."""
    user = await _verified(body.email, body.password)
    await _end_login_of(request)
    grant = await database.run(service.start_login, user.user_id, LoginKind.BROWSER)
    set_cookie(response, grant)


@browser.post("/register", status_code=204, dependencies=[Depends(_own_page)])
async def browser_register(body: Registration, request: Request, response: Response) -> None:
    """Create an account and sign this browser in as its owner."""
    actor = await _register(body)
    await _end_login_of(request)
    grant = await database.run(service.start_login, actor.user_id, LoginKind.BROWSER)
    set_cookie(response, grant)


@browser.post("/logout", status_code=204, dependencies=[Depends(_own_page)])
async def browser_logout(request: Request, response: Response) -> None:
    """Sign this browser out, in all its tabs."""
    await _end_login_of(request)
    clear_cookie(response)


async def _end_login_of(request: Request) -> None:
    if token := request.cookies.get(COOKIE):
        await database.run(service.end_login, token_hash(token))
