"""How far an account's settings go. Pure."""

from datetime import timedelta

LEASE_MINUTES = (2, 8 * 60)


UNSEEN_MINUTES = (1, 60)


RETENTION_DAYS = (1, 3650)


DELETION_GRACE = timedelta(days=14)
