"""Tokens: random ones for cookies, kept as hashes, and signed access tokens for the API."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import jwt

from rxapp.core.clock import utc_now
from rxapp.core.errors import Unauthenticated

BROWSER_LIFETIME = timedelta(days=30)
ACCESS_LIFETIME = timedelta(hours=1)
_ALGORITHM = "HS256"
_AUDIENCE = "resolutionflow-api"


def random_token() -> str:
    """Return 256 random bits, safe in a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return the SHA-256 of ``token`` in hex: what the database keeps, never the token."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign_access(login_id: UUID, expires_at: datetime, key: str) -> str:
    """Return a JWT that names the login and ends at ``expires_at``."""
    claims = {"jti": str(login_id), "aud": _AUDIENCE, "exp": expires_at, "iat": utc_now()}
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def read_access(token: str, key: str) -> UUID:
    """Return the login that the access token names.

    Raises:
        Unauthenticated: if it is not ours, was changed, or has ended.
    """
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            options={"require": ["exp", "jti"], "verify_exp": False, "verify_iat": False},
        )
        ended = datetime.fromtimestamp(claims["exp"], tz=utc_now().tzinfo) <= utc_now()
        if ended:
            raise Unauthenticated("This access token has ended. Sign in again.")
        return UUID(claims["jti"])
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError):
        raise Unauthenticated("This access token is not valid.") from None
