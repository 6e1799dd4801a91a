"""The one table of which role may do what."""

from enum import StrEnum

from rxapp.access.actor import Actor, Role
from rxapp.core.errors import Forbidden


class Permission(StrEnum):
    """What a role can be allowed to do."""

    OWN_SETTINGS = "change own settings"
    READ_TREES = "read published trees"
    RUN_SESSIONS = "run, park and escalate own sessions"
    SEE_ALL_SESSIONS = "see every session of the account"
    HANDLE_ESCALATIONS = "receive, claim and resolve escalations"
    WRITE_TREES = "write and publish trees"
    DELETE_TREES = "delete and restore trees"
    MANAGE_MEMBERS = "manage members"
    MANAGE_ACCOUNT = "change the account's settings"
    READ_AUDIT = "read the audit log"
    EXPORT_ACCOUNT = "export everything the account has"
    MANAGE_OWNERS = "make, change and remove owners"
    DELETE_ACCOUNT = "delete the account"


_TECHNICIAN = frozenset({Permission.OWN_SETTINGS, Permission.READ_TREES, Permission.RUN_SESSIONS})
_SENIOR = _TECHNICIAN | {
    Permission.SEE_ALL_SESSIONS,
    Permission.HANDLE_ESCALATIONS,
    Permission.WRITE_TREES,
}
_ADMIN = _SENIOR | {
    Permission.DELETE_TREES,
    Permission.MANAGE_MEMBERS,
    Permission.MANAGE_ACCOUNT,
    Permission.READ_AUDIT,
    Permission.EXPORT_ACCOUNT,
}
_OWNER = _ADMIN | {Permission.MANAGE_OWNERS, Permission.DELETE_ACCOUNT}

ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _TECHNICIAN,
    Role.ENGINEER: _SENIOR,
    Role.ADMIN: _ADMIN,
    Role.OWNER: _OWNER,
}

AUTHORS = tuple(role for role in Role if Permission.WRITE_TREES in ALLOWED[role])
"""The roles that write trees, and so may own one."""

RECEIVERS = tuple(role for role in Role if Permission.HANDLE_ESCALATIONS in ALLOWED[role])
"""The roles that are notified of an escalation."""


WRITERS = tuple(role for role in Role if Permission.WRITE_TREES in ALLOWED[role])
"""The roles that write and publish trees."""


def may(actor: Actor, permission: Permission) -> bool:
    """Return whether the actor's role has the permission."""
    return permission in ALLOWED[actor.role]


def require(actor: Actor, permission: Permission) -> None:
    """Do nothing if the actor has the permission.

    Raises:
        Forbidden: if the actor's role does not have the permission.
    """
    if not may(actor, permission):
        raise Forbidden(f"As {actor.role.label} you may not {permission.value}.")
