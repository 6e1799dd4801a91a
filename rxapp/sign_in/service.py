"""Writes that create accounts and users, and their audit lines."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Role
from rxapp.access.models import Account, User
from rxapp.audit.rules import Action
from rxapp.audit.service import record_of
from rxapp.core.errors import Conflict
from rxapp.core.zones import UTC_ZONE
from rxapp.sign_in.rules import clean_account_zone, clean_email, clean_name
from rxapp.trees.service import load_starter_trees


def create_account(db: DbSession, *, name: str, time_zone: str = UTC_ZONE) -> UUID:
    """Create an empty account and return its id.

    Raises:
        Invalid: if the name is empty or too long, or there is no such time zone.
    """
    account = Account(
        name=clean_name(name, field="account_name"), time_zone=clean_account_zone(time_zone)
    )
    db.add(account)
    db.flush()
    return account.id


def add_user(
    db: DbSession, account_id: UUID, *, email: str, name: str, password_hash: str, role: Role
) -> User:
    """Add a user to an account and return the row.

    Raises:
        Invalid: if the address or the name is not acceptable.
        Conflict: if the address is taken.
    """
    email = clean_email(email)
    check_address_is_free(db, email)
    user = User(
        account_id=account_id,
        email=email,
        name=clean_name(name, field="name"),
        role=role,
        password_hash=password_hash,
    )
    db.add(user)
    try:
        db.flush()
    except IntegrityError:
        raise address_taken() from None
    return user


def address_taken() -> Conflict:
    """Return the error for an address that is already in use."""
    return Conflict("This email address is already in use.", field="email")


def check_address_is_free(db: DbSession, email: str) -> None:
    """Do nothing if no user has the address.

    Raises:
        Conflict: if somebody has it.
    """
    query = select(User.id).where(User.email == email, User.deleted_at.is_(None))
    if db.execute(query).first():
        raise address_taken()


def register(
    db: DbSession,
    *,
    account_name: str,
    email: str,
    name: str,
    password_hash: str,
    time_zone: str = UTC_ZONE,
    address: str = "",
) -> User:
    """Create an account with its owner and the starter trees, and return the owner.

    Raises:
        Invalid, Conflict: as for :func:`create_account` and :func:`add_user`.
    """
    account_id = create_account(db, name=account_name, time_zone=time_zone)
    load_starter_trees(db, account_id)
    owner = add_user(
        db, account_id, email=email, name=name, password_hash=password_hash, role=Role.OWNER
    )
    record_user(
        db,
        owner,
        Action.ACCOUNT_MADE,
        address=address,
        subject_id=account_id,
        subject=account_name,
    )
    return owner


def record_user(
    db: DbSession,
    user: User,
    action: Action,
    *,
    address: str,
    subject_id: object,
    subject: str = "",
    **detail: Any,
) -> None:
    """Log what a user did without being signed in: with a link, a code or a token.

    If the user is the subject too, the line names their address.
    """
    record_of(
        db,
        user.account_id,
        action,
        actor_id=user.id,
        actor_name=user.name,
        address=address,
        subject_id=subject_id,
        subject=subject or (user.email if subject_id == user.id else ""),
        detail=detail,
    )
