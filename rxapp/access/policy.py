"""The one table that says which role may do what."""

from enum import StrEnum

from rxapp.access.actor import Actor, Role
from rxapp.core.errors import Forbidden


class Permission(StrEnum):
    """What a role can be allowed to do."""

    READ_TREES = "read published trees"
    RUN_SESSIONS = "run, park and escalate own sessions"
    SEE_ALL_SESSIONS = "see every session of the account"
    HANDLE_ESCALATIONS = "receive, claim and resolve escalations"


_TECHNICIAN = frozenset({Permission.READ_TREES, Permission.RUN_SESSIONS})
_SENIOR = _TECHNICIAN | {Permission.SEE_ALL_SESSIONS, Permission.HANDLE_ESCALATIONS}

ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _TECHNICIAN,
    Role.ENGINEER: _SENIOR,
    Role.ADMIN: _SENIOR,
    Role.OWNER: _SENIOR,
}

RECEIVERS = tuple(role for role in Role if Permission.HANDLE_ESCALATIONS in ALLOWED[role])
"""The roles that are told of an escalation."""


def may(actor: Actor, permission: Permission) -> bool:
    """Return whether the actor's role has the permission."""
    return permission in ALLOWED[actor.role]


def require(actor: Actor, permission: Permission) -> None:
    """Let the actor pass.

    Raises:
        Forbidden: if the actor's role does not have the permission.
    """
    if not may(actor, permission):
        raise Forbidden(f"As {actor.role.label} you may not {permission.value}.")
