"""Writes about the second factor: time-based one-time codes (RFC 6238) and recovery codes."""

from uuid import UUID

import pyotp
from sqlalchemy import delete, update
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.models import RecoveryCode, User
from rxapp.access.service import own_row
from rxapp.access.tokens import recovery_code, token_hash
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict, Invalid
from rxapp.core.sealing import seal, unseal
from rxapp.core.statements import change_if
from rxapp.settings import settings
from rxapp.sign_in.link_service import warn
from rxapp.sign_in.rules import RECOVERY_CODES, TOTP_SECONDS
from rxapp.sign_in.service import record_user
from rxapp.sign_in.views import SecondFactorSetup

ISSUER = "ResolutionFlow"


def set_up(db: DbSession, actor: Actor) -> SecondFactorSetup:
    """Make a secret for an authenticator app, in use once :func:`turn_on` has seen its code.

    Raises:
        Conflict: if the second factor is already on.
    """
    user = own_row(db, actor)
    if user.totp_since is not None:
        raise Conflict("The second factor is already on. Turn it off first.")
    secret = pyotp.random_base32()
    user.totp_secret = seal(secret, settings().signing_key)
    db.flush()
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER)
    return SecondFactorSetup(secret, uri)


def turn_on(db: DbSession, actor: Actor, *, code: str) -> list[str]:
    """Turn the second factor on and return the recovery codes, which are shown once.

    Raises:
        Conflict: if it is already on, or was not set up.
        Invalid: if the code is wrong.
    """
    user = own_row(db, actor)
    if user.totp_since is not None or not user.totp_secret:
        raise Conflict("Set the second factor up first.")
    window = _window(user, code)
    if window is None:
        raise Invalid("This code is wrong. Check that the phone's clock is right.", field="code")
    user.totp_since, user.totp_last = utc_now(), window
    db.flush()
    record(db, actor, Action.SECOND_FACTOR_ON, subject_id=user.id)
    warn(db, user, "second_factor_on")
    return _new_codes(db, user.id)


def turn_off(db: DbSession, actor: Actor) -> None:
    """Turn the second factor off. The caller has checked the password."""
    user = own_row(db, actor)
    if user.totp_since is None:
        return
    user.totp_secret, user.totp_since = "", None
    db.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.flush()
    record(db, actor, Action.SECOND_FACTOR_OFF, subject_id=user.id)
    warn(db, user, "second_factor_off")


def renew_codes(db: DbSession, actor: Actor) -> list[str]:
    """Return new recovery codes; the previous ones stop working. The caller checks the password.

    Raises:
        Conflict: if the second factor is off.
    """
    user = own_row(db, actor)
    if user.totp_since is None:
        raise Conflict("The second factor is off.")
    record(db, actor, Action.RECOVERY_CODES_RENEWED, subject_id=user.id)
    return _new_codes(db, user.id)


def _new_codes(db: DbSession, user_id: UUID) -> list[str]:
    db.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [recovery_code() for _ in range(RECOVERY_CODES)]
    db.add_all(RecoveryCode(user_id=user_id, code_hash=token_hash(code)) for code in codes)
    db.flush()
    return codes


def passes(db: DbSession, user_id: UUID, code: str, *, address: str = "") -> bool:
    """Return whether the code is the user's, and use it up: no code works twice."""
    user = db.get(User, user_id, with_for_update=True)
    if user is None or user.totp_since is None:
        return False
    typed = code.strip().lower().replace(" ", "")
    if typed.isdecimal():
        window = _window(user, typed)
        if window is None or window <= user.totp_last:
            return False
        user.totp_last = window
        db.flush()
        return True
    used = change_if(
        db,
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == token_hash(typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=utc_now()),
    )
    if not used:
        return False
    record_user(
        db,
        user,
        Action.RECOVERY_CODE_USED,
        address=address,
        subject_id=user.id,
    )
    return True


def _window(user: User, code: str) -> int | None:
    """Return the 30-second window of the code: the current, previous or next one, or None."""
    totp = pyotp.TOTP(unseal(user.totp_secret, settings().signing_key))
    now = int(utc_now().timestamp()) // TOTP_SECONDS
    typed = code.strip().replace(" ", "")
    for window in (now, now - 1, now + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(window), typed):
            return window
    return None
