"""Limits and kinds of people and sign-ins. Pure."""

from enum import StrEnum

EMAIL_LIMIT = 254
NAME_LIMIT = 120
ADDRESS_LIMIT = 64
AGENT_LIMIT = 300
PASSWORD_HASH_LIMIT = 100
TOTP_SECRET_LIMIT = 300
HINT_LIMIT = 16
"""How many characters the texts about people and sign-ins may have."""


class LoginKind(StrEnum):
    """Whether somebody signed in with a browser or over the API."""

    BROWSER = "browser"
    API = "api"


class MailLinkKind(StrEnum):
    """What an emailed link is for."""

    RESET = "reset"
    NEW_EMAIL = "new_email"


class TokenScope(StrEnum):
    """How much of what its user may do an API token may do."""

    READ = "read"
    WRITE = "write"


class Priority(StrEnum):
    """How soon a senior should look at an escalation; each account has a default."""

    NORMAL = "normal"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """Its place in the queue: the lower, the sooner."""
        return 0 if self is Priority.URGENT else 1


class Theme(StrEnum):
    """Whether somebody sees the pages light or dark."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
