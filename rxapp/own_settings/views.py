"""A person's own sign-ins and API tokens, as screens and the API show them."""

from dataclasses import dataclass
from uuid import UUID

from rxapp.access.rules import LoginKind, TokenScope
from rxapp.core.moments import Moment


@dataclass(frozen=True, slots=True)
class LoginView:
    """A signed-in browser or API login."""

    id: UUID
    kind: LoginKind
    agent: str
    address: str
    created_at: Moment
    seen_at: Moment
    is_current: bool


@dataclass(frozen=True, slots=True)
class ApiTokenView:
    """An API token without its secret; ``used_at`` is None until it is used."""

    id: UUID
    name: str
    scope: TokenScope
    hint: str
    created_at: Moment
    used_at: Moment | None


@dataclass(frozen=True, slots=True)
class NewApiToken:
    """An API token as it is shown once."""

    id: UUID
    name: str
    scope: TokenScope
    token: str
