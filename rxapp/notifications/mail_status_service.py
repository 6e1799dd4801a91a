"""Writes about the mail server's status: whether it works, or what is wrong and since when."""

from datetime import timedelta

from sqlalchemy.orm import Session as DbSession

from rxapp.core.clock import utc_now
from rxapp.core.statements import upsert
from rxapp.notifications.models import MailStatus
from rxapp.notifications.rules import MailTrouble, without_addresses
from rxapp.notifications.views import News

SENT_EVERY = timedelta(minutes=1)
"""How exact the time of the last email is: not every email updates the one shared row."""


def works(db: DbSession) -> News | None:
    """Record that an email went out; returns news if none did before."""
    row, now = db.get(MailStatus, 1), utc_now()
    if row and not row.trouble and row.last_sent_at and row.last_sent_at > now - SENT_EVERY:
        return None
    row = _locked(db)
    was, since = row.trouble, row.since or now
    row.last_sent_at, row.trouble, row.detail, row.since = now, None, "", None
    db.flush()
    minutes = round((now - since).total_seconds() / 60)
    return News(None, f"after {minutes} min") if was else None


def fails(db: DbSession, trouble: MailTrouble, reason: str) -> News | None:
    """Record what is wrong with the mail server; returns news if that was not known yet.

    Admins of all accounts can read it, so it contains no addresses; the email's own account does.
    """
    row = _locked(db)
    was = row.trouble
    row.trouble, row.detail = trouble, without_addresses(reason)
    row.seen_at = utc_now()
    row.since = row.since or row.seen_at
    db.flush()
    return News(trouble, row.detail) if was != trouble else None


def _locked(db: DbSession) -> MailStatus:
    """Return the row, locked for a change: two servers change it one after the other."""
    first = upsert(MailStatus, db.get_bind().dialect.name).on_conflict_do_nothing()
    db.execute(first.values(id=1, detail=""))
    row = db.get(MailStatus, 1, with_for_update=True, populate_existing=True)
    assert row is not None
    return row
