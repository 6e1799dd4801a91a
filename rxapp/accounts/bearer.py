"""From an access token to who it belongs to."""

from rxapp.access.caller import Caller
from rxapp.accounts.queries import actor_by_login
from rxapp.accounts.tokens import read_access
from rxapp.settings import settings


def caller_by_token(token: str) -> Caller:
    """Return who asks with the access token; the sign-in behind it is read with what is asked.

    Raises:
        Unauthenticated: if it is not ours, or has ended.
    """
    login_id = read_access(token, settings().signing_key)
    return Caller(lambda db: actor_by_login(db, login_id))
