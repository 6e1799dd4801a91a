"""The routes that pages post JSON to, outside their state; only for our own pages."""

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from rxapp.access.cookies import sign_in_token
from rxapp.access.rules import LoginKind, MailLinkKind
from rxapp.access.tokens import token_hash
from rxapp.core import db as database
from rxapp.core.errors import Forbidden
from rxapp.core.limits import limiter
from rxapp.core.zones import zone_named
from rxapp.settings import settings
from rxapp.sign_in import joining_service, limits, link_service, login_service
from rxapp.sign_in.api import Credentials, Newcomer, Registration, ResetRequest, place_of
from rxapp.sign_in.attempt import Attempt, ask_reset, sign_in
from rxapp.sign_in.cookies import clear_cookie, set_cookie
from rxapp.sign_in.passwords import hash_in_thread
from rxapp.sign_in.rules import PASSWORD_READ, TOKEN_READ, check_new_password
from rxapp.sign_in.views import Invited


def _own_page(request: Request) -> None:
    if request.headers.get("origin") not in settings().origins:
        raise Forbidden(f"Open this app at {settings().base_url} and sign in there.")


router = APIRouter(
    prefix="/auth/browser", include_in_schema=False, dependencies=[Depends(_own_page)]
)


class Link(BaseModel):
    """The token of an emailed link."""

    token: str = Field(max_length=TOKEN_READ)


class NewPassword(Link):
    """A new password, with an emailed link."""

    password: str = Field(max_length=PASSWORD_READ)


class ForAddress(BaseModel):
    """Whom an emailed link is for."""

    email: str


@router.post("/login", status_code=204)
async def browser_login(body: Credentials, request: Request, response: Response) -> None:
    """Sign this browser in; whoever was signed in here before is signed out."""
    attempt = Attempt(body.email, body.password, body.code)
    grant = await sign_in(attempt, LoginKind.BROWSER, place_of(request))
    await _end_login_of(request)
    set_cookie(response, grant)


@router.post("/register", status_code=204)
async def browser_register(body: Registration, request: Request, response: Response) -> None:
    """Create an account, or accept an invitation, and sign this browser in."""
    place = place_of(request)
    await limiter().hit(limits.register_by_address(), place.network)
    # People cannot correct what their browser calls its time zone.
    body = body.model_copy(update={"time_zone": zone_named(body.time_zone) or ""})
    newcomer = await Newcomer.of(body, place)
    grant = await database.run(newcomer.join, LoginKind.BROWSER)
    await _end_login_of(request)
    set_cookie(response, grant)


@router.post("/logout", status_code=204)
async def browser_logout(request: Request, response: Response) -> None:
    """Sign this browser out, in all its tabs."""
    await _end_login_of(request)
    clear_cookie(response)


async def _end_login_of(request: Request) -> None:
    if token := sign_in_token(request.headers.raw):
        await database.run(login_service.end_by_cookie, token_hash(token), place_of(request))


@router.post("/invitation")
async def read_invitation(body: Link, request: Request) -> Invited:
    """What somebody who opens an invitation's link is invited to."""
    await limiter().hit(limits.sign_in_by_address(), place_of(request).network)
    return await database.read(joining_service.read, body.token)


@router.post("/forgot", status_code=204)
async def browser_forgot(body: ResetRequest, request: Request) -> None:
    """Email a link to set a new password. The answer is the same for unknown addresses."""
    await ask_reset(body.email, place_of(request))


@router.post("/reset", status_code=204)
async def browser_reset(body: NewPassword, request: Request, response: Response) -> None:
    """Set a new password with an emailed link; every sign-in ends, including this browser's."""
    place = place_of(request)
    await limiter().hit(limits.sign_in_by_address(), place.network)
    email = await database.read(link_service.check_link, body.token, MailLinkKind.RESET)
    password_hash = await hash_in_thread(check_new_password(body.password, email))
    await database.run(
        link_service.reset_password,
        body.token,
        password_hash=password_hash,
        address=place.address,
    )
    clear_cookie(response)


@router.post("/confirm-email")
async def confirm_email(body: Link, request: Request) -> ForAddress:
    """Change an address with an emailed link."""
    place = place_of(request)
    await limiter().hit(limits.sign_in_by_address(), place.network)
    email = await database.run(link_service.confirm_new_email, body.token, address=place.address)
    return ForAddress(email=email)
