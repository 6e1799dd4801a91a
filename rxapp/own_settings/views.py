"""Own sign-ins and API tokens, as screens and JSON receive them."""

from dataclasses import dataclass

from rxapp.core.moments import MaybeMoment, Moment


@dataclass(frozen=True, slots=True)
class LoginView:
    """A signed-in browser or API login. Times are ISO 8601 UTC."""

    id: str
    kind: str
    agent: str
    address: str
    created_at: Moment
    seen_at: Moment
    is_current: bool


@dataclass(frozen=True, slots=True)
class ApiTokenView:
    """An API token without its secret. A time that never was is null in JSON."""

    id: str
    name: str
    scope: str
    hint: str
    created_at: Moment
    used_at: MaybeMoment


@dataclass(frozen=True, slots=True)
class NewApiToken:
    """An API token as it is shown once."""

    id: str
    name: str
    scope: str
    token: str
