"""Signing in, for pages and API: limits, password, second factor, login; off the event loop."""

import asyncio
from dataclasses import dataclass

from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.rules import LoginKind
from rxapp.core import db as database
from rxapp.core.errors import Conflict, Invalid, Unauthenticated
from rxapp.core.limits import limiter
from rxapp.settings import settings
from rxapp.sign_in import limits, link_service, login_service, queries, second_factor_service
from rxapp.sign_in.passwords import check_in_thread
from rxapp.sign_in.views import Credentials, Grant, Place

WRONG = "Email address or password is wrong."


CODE_WANTED = "Enter the code from your authenticator app, or a recovery code."


CODE_WRONG = "This code is wrong or has already been used."


RESET_SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody signs in with."""

    email: str
    password: str
    code: str = ""


async def sign_in(attempt: Attempt, kind: LoginKind, place: Place) -> Grant:
    """Sign somebody in.

    Raises:
        Unauthenticated: if it is wrong; ``second_factor`` says that a code is needed.
        TooMany: after too many attempts.
    """
    counted = limiter()
    await counted.hit(limits.sign_in_by_address(), place.network)
    who = await _with_password(attempt, place)
    if who.has_second_factor and not attempt.code.strip():
        raise Unauthenticated(CODE_WANTED, second_factor=True)

    def finish(db: DbSession) -> Grant | None:
        if who.has_second_factor and not second_factor_service.passes(
            db, who.user_id, attempt.code, address=place.address
        ):
            login_service.record_failure(db, who, place, "second factor")
            return None
        return login_service.sign_in(db, who, kind, place)

    grant = await database.run(finish)
    if grant is None:
        await counted.hit(limits.failures_from_everywhere(), _one(attempt.email))
        raise Unauthenticated(CODE_WRONG, second_factor=True)
    await counted.forget(limits.failures_by_account(), _at(attempt.email, place))
    return grant


def _at(email: str, place: Place) -> str:
    return f"{_one(email)} {place.network}"


def _one(email: str) -> str:
    return email.strip().lower()


async def _with_password(attempt: Attempt, place: Place) -> Credentials:
    """Return whose password it is. An unknown address takes as long as a known one."""
    counted = limiter()
    # Counted before it is tried: otherwise, many at once would all pass before the first failed.
    await counted.hit(limits.failures_by_account(), _at(attempt.email, place))
    await counted.check(limits.failures_from_everywhere(), _one(attempt.email))
    found = await database.read(queries.credentials, attempt.email)
    matches = await check_in_thread(attempt.password, found.password_hash if found else None)
    if matches and found is not None:
        return found
    await counted.hit(limits.failures_from_everywhere(), _one(attempt.email))
    if found is not None:
        await database.run(login_service.record_failure, found, place, "password")
    raise Unauthenticated(WRONG)


async def check_own_password(actor: Actor, password: str) -> Credentials:
    """Check the actor's own password, before changes that a thief would make.

    Returns the credentials that it was checked against.

    Raises:
        Invalid: if it is wrong.
        TooMany: after too many attempts.
    """
    place = Place(actor.address)
    found = await database.read(queries.own_credentials, actor)
    if found is None:
        raise Unauthenticated()
    await limiter().hit(limits.failures_by_account(), _at(found.email, place))
    if not await check_in_thread(password, found.password_hash):
        await limiter().hit(limits.failures_from_everywhere(), _one(found.email))
        raise Invalid("This is not your password.", field="password")
    await limiter().forget(limits.failures_by_account(), _at(found.email, place))
    return found


def check_sends_mail(advice: str) -> None:
    """Do nothing if emails can be sent.

    Raises:
        Conflict: if no mail server is set up; ``advice`` says what to do instead.
    """
    if not settings().sends_mail:
        raise Conflict(f"No mail server is set up here, so no emails can be sent. {advice}")


async def ask_reset(email: str, place: Place) -> None:
    """Email a link to set a new password; takes equally long whether or not the address is known.

    Raises:
        TooMany: after too many attempts.
        Conflict: if no mail server is set up.
    """
    check_sends_mail("Ask an admin of your account for a reset link.")
    await limiter().hit(limits.reset_by_address(), place.network)
    await limiter().hit(limits.reset_by_account(), _one(email))
    pause = asyncio.create_task(asyncio.sleep(RESET_SECONDS))
    await database.run(link_service.ask_reset, email, address=place.address)
    await pause
