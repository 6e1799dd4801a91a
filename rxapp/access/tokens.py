"""Tokens: random ones, stored as hashes; signed ones for the API; derived ones for links."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import jwt

from rxapp.core.clock import utc_now
from rxapp.core.errors import Unauthenticated
from rxapp.core.sealing import derive

BROWSER_LIFETIME = timedelta(days=30)


ACCESS_LIFETIME = timedelta(minutes=15)


REFRESH_LIFETIME = timedelta(days=30)


API_TOKEN_PREFIX = "rft_"  # noqa: S105 - it tells API tokens from access tokens


_ALGORITHM = "HS256"


_AUDIENCE = "resolutionflow-api"


def random_token() -> str:
    """Return 256 random bits, safe in a cookie."""
    return secrets.token_urlsafe(32)


def random_api_token() -> str:
    """Return a long-lived token; scanners for leaked secrets recognize its beginning."""
    return API_TOKEN_PREFIX + random_token()


def recovery_code() -> str:
    """Return 80 random bits, as ``abcd-efgh-ijkl-mnop``."""
    letters = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def mailed_token(kind: str, row_id: UUID, generation: int, key: str) -> str:
    """Return the token of an emailed link: derived for each attempt to send, and stored nowhere."""
    message = f"{kind}:{row_id}:{generation}".encode()
    digest = hmac.new(derive(key, "mailed links"), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def token_hash(token: str) -> str:
    """Return the SHA-256 of ``token`` in hex: the database stores it instead of the token."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign_access(login_id: UUID, expires_at: datetime, key: str) -> str:
    """Return a JWT with the login's id that expires at ``expires_at``."""
    claims = {"jti": str(login_id), "aud": _AUDIENCE, "exp": expires_at, "iat": utc_now()}
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def read_access(token: str, key: str) -> UUID:
    """Return the login whose id is in the access token.

    Raises:
        Unauthenticated: if it is not ours, was changed, or has expired.
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
            raise Unauthenticated("This access token has expired. Sign in again.")
        return UUID(claims["jti"])
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError):
        raise Unauthenticated("This access token is not valid.") from None
