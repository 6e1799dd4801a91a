"""Who may give which role, and that an owner stays. Pure."""

from datetime import timedelta

from rxapp.access.actor import Role
from rxapp.core.errors import Conflict, Forbidden, Invalid

INVITATION_LIFETIME = timedelta(days=7)


def clean_role(value: str) -> Role:
    """Return the role.

    Raises:
        Invalid: if there is no role of that name.
    """
    try:
        return Role(value)
    except ValueError:
        raise Invalid(f"Choose a role: {', '.join(Role)}.", field="role") from None


def check_may_give(by: Role, role: Role) -> None:
    """Do nothing if ``by`` may give the role, and change somebody who has it.

    Raises:
        Forbidden: if the role is above their own: only owners can make and change owners.
    """
    if role.rank > by.rank:
        raise Forbidden(f"As {by.label} you may not make or change an {role.label.lower()}.")


def check_keeps_an_owner(owners: int, before: Role, *, still_owner: bool) -> None:
    """Do nothing if the change leaves the account at least one active owner.

    Raises:
        Conflict: if the member is the last one.
    """
    if before is Role.OWNER and not still_owner and owners <= 1:
        raise Conflict("This is the last owner. Make somebody else an owner first.")
