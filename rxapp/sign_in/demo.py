"""Demo accounts: only created in demo mode, and only in an empty database."""

from sqlalchemy.orm import Session as DbSession

from rxapp.access import queries
from rxapp.access.actor import Role
from rxapp.sign_in import service
from rxapp.sign_in.passwords import hash_password
from rxapp.trees.service import load_starter_trees

PASSWORD = "resolution-flow-demo"  # noqa: S105 - public on purpose, and only in demo mode


_PEOPLE = (
    ("technician@example.com", "Technician", "Demo technician", Role.VIEWER),
    ("senior@example.com", "Senior", "Demo senior", Role.ENGINEER),
    ("second.senior@example.com", "Second senior", "Demo second senior", Role.ENGINEER),
    ("admin@example.com", "Admin", "Demo admin", Role.ADMIN),
    ("owner@example.com", "Owner", "Demo owner", Role.OWNER),
)


_OUTSIDER = ("outsider@example.com", "Outsider", "Demo outsider", Role.ENGINEER)


def people() -> list[dict[str, str]]:
    """Return the sign-ins that the sign-in page offers."""
    return [{"email": email, "label": label} for email, label, _, _ in (*_PEOPLE, _OUTSIDER)]


def load(db: DbSession) -> bool:
    """Create the two demo accounts if there is no account yet; returns whether it did."""
    if queries.has_accounts(db):
        return False
    password_hash = hash_password(PASSWORD)
    for account_name, members in (("Demo Support", _PEOPLE), ("Other Company", (_OUTSIDER,))):
        account_id = service.create_account(db, name=account_name)
        load_starter_trees(db, account_id)
        for email, _, name, role in members:
            service.add_user(
                db, account_id, email=email, name=name, password_hash=password_hash, role=role
            )
    return True
