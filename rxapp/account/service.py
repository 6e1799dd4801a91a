"""Writes about the account itself: settings, deletion with its grace period."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.models import Account
from rxapp.access.policy import Permission, require
from rxapp.access.rules import Priority
from rxapp.account import belongings
from rxapp.account.retention_service import forget_topics
from rxapp.account.rules import (
    DELETION_GRACE,
    LEASE_MINUTES,
    RETENTION_DAYS,
    UNSEEN_MINUTES,
)
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core import db as database
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict, Invalid
from rxapp.core.moments import text_of
from rxapp.sign_in.rules import clean_account_zone, clean_choice, clean_name, clean_number
from rxapp.trees import index_service


def _account(db: DbSession, actor: Actor) -> Account:
    query = select(Account).where(Account.id == actor.account_id).with_for_update()
    return db.execute(query).scalar_one()


def change_account(
    db: DbSession, actor: Actor, *, retention_days: int | None, **values: Any
) -> None:
    """Change the account's settings; None keeps a setting, but ``retention_days`` None is forever.

    Raises:
        Forbidden: without the right.
        Invalid: if a value is not acceptable.
    """
    require(actor, Permission.MANAGE_ACCOUNT)
    account = _account(db, actor)
    new = _clean({name: value for name, value in values.items() if value is not None})
    if retention_days is not None:
        clean_number(retention_days, RETENTION_DAYS, field="retention_days")
    new["retention_days"] = retention_days
    changed = {
        name: {"before": getattr(account, name), "after": value}
        for name, value in new.items()
        if getattr(account, name) != value
    }
    for name, value in new.items():
        setattr(account, name, value)
    db.flush()
    if changed:
        record(
            db,
            actor,
            Action.ACCOUNT_CHANGED,
            subject_id=account.id,
            subject=account.name,
            **changed,
        )


def _clean(values: dict[str, Any]) -> dict[str, Any]:
    clean = dict(values)
    if "name" in clean:
        clean["name"] = clean_name(clean["name"], field="name")
    if "time_zone" in clean:
        clean["time_zone"] = clean_account_zone(clean["time_zone"])
    if "escalation_priority" in clean:
        clean["escalation_priority"] = clean_choice(
            clean["escalation_priority"], Priority, field="escalation_priority"
        )
    for field, bounds in (("lease_minutes", LEASE_MINUTES), ("unseen_minutes", UNSEEN_MINUTES)):
        if field in clean:
            clean_number(clean[field], bounds, field=field)
    return clean


def ask_deletion(db: DbSession, actor: Actor, *, name: str) -> None:
    """Have the account deleted after the grace period; ``name`` must be its name, typed again.

    Raises:
        Forbidden: for anybody but owners.
        Invalid: if the name is wrong.
        Conflict: if its deletion has already been requested.
    """
    require(actor, Permission.DELETE_ACCOUNT)
    account = _account(db, actor)
    if " ".join(name.split()) != account.name:
        raise Invalid("Type the account's name exactly as it is.", field="name")
    if account.delete_at is not None:
        raise Conflict("The deletion has already been requested.")
    account.delete_at = utc_now() + DELETION_GRACE
    db.flush()
    record(
        db,
        actor,
        Action.DELETION_ASKED,
        subject_id=account.id,
        subject=account.name,
        delete_at=text_of(account.delete_at),
    )


def cancel_deletion(db: DbSession, actor: Actor) -> None:
    """Cancel the deletion of the account; harmless if none was requested.

    Raises:
        Forbidden: for anybody but owners.
    """
    require(actor, Permission.DELETE_ACCOUNT)
    account = _account(db, actor)
    if account.delete_at is None:
        return
    account.delete_at = None
    db.flush()
    record(db, actor, Action.DELETION_CANCELLED, subject_id=account.id, subject=account.name)


def due_deletions(db: DbSession) -> list[UUID]:
    """Return the accounts whose grace period is over."""
    query = select(Account.id).where(Account.delete_at <= utc_now())
    return list(db.execute(query).scalars())


async def delete_due_accounts() -> None:
    """Delete every account whose grace period is over."""
    for account_id in await database.read(due_deletions):
        await database.run_patiently(purge, account_id)


def purge(db: DbSession, account_id: UUID) -> bool:
    """Delete an account with everything that it owns, if its grace period is still over."""
    query = select(Account).where(Account.id == account_id, Account.delete_at <= utc_now())
    account = db.execute(query.with_for_update()).scalar_one_or_none()
    if account is None:
        return False
    account.purged_at = utc_now()  # from here on, the audit log's triggers allow deletion
    db.flush()
    index_service.remove_all(db, account_id)
    forget_topics(db, account_id)
    belongings.delete_all(db, account_id)
    return True
