"""Reads of an account's settings."""

from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.models import Account
from rxapp.access.policy import Permission, require
from rxapp.account.views import AccountView


def account(db: DbSession, actor: Actor) -> AccountView:
    """Return the account's settings.

    Raises:
        Forbidden: without the right to change them.
    """
    require(actor, Permission.MANAGE_ACCOUNT)
    row = db.get(Account, actor.account_id)
    assert row is not None
    return AccountView(
        id=row.id,
        name=row.name,
        escalation_priority=row.escalation_priority,
        time_zone=row.time_zone,
        lease_minutes=row.lease_minutes,
        unseen_minutes=row.unseen_minutes,
        retention_days=row.retention_days,
        second_person_publishes=row.second_person_publishes,
        delete_at=row.delete_at,
        created_at=row.created_at,
    )
