"""What the tables of people and sign-ins say of themselves: limits and kinds. Pure."""

from enum import StrEnum

EMAIL_LIMIT = 254
NAME_LIMIT = 120
ADDRESS_LIMIT = 64
AGENT_LIMIT = 300
HASH_LENGTH = 64
"""How long the texts of people and of their sign-ins may be, and how long a hash is."""


class LoginKind(StrEnum):
    """Through which door a sign-in came."""

    BROWSER = "browser"
    API = "api"


class MailLinkKind(StrEnum):
    """What a mailed link is good for."""

    RESET = "reset"
    NEW_EMAIL = "new_email"


class TokenScope(StrEnum):
    """What an API token may do of what its user may."""

    READ = "read"
    WRITE = "write"


class Priority(StrEnum):
    """How soon a senior should look at an escalation; an account has a usual one."""

    NORMAL = "normal"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """Where it stands in the queue: the lower, the sooner."""
        return 0 if self is Priority.URGENT else 1


class Theme(StrEnum):
    """Whether somebody sees the pages light or dark."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
