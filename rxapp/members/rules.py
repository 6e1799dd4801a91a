"""Who may give which role, and who has to stay. Pure."""

from datetime import timedelta

from rxapp.access.actor import Role
from rxapp.core.errors import Conflict, Forbidden, Invalid

INVITATION_LIFETIME = timedelta(days=7)


def clean_role(value: str) -> Role:
    """Return the role.

    Raises:
        Invalid: if there is none of that name.
    """
    try:
        return Role(value)
    except ValueError:
        raise Invalid(f"Choose a role: {', '.join(Role)}.", field="role") from None


def check_may_give(by: Role, role: Role) -> None:
    """Let somebody give a role, or change somebody who has it.

    Raises:
        Forbidden: to give what one does not have oneself: owners alone make and change owners.
    """
    if role.rank > by.rank:
        raise Forbidden(f"As {by.label} you may not make or change an {role.label.lower()}.")


def check_keeps_an_owner(owners: int, before: Role, *, still_owner: bool) -> None:
    """Let a change of one member pass that leaves the account at least one active owner.

    Raises:
        Conflict: if the member is the last one.
    """
    if before is Role.OWNER and not still_owner and owners <= 1:
        raise Conflict("This is the last owner. Make somebody else an owner first.")
