"""The bounds of an account's settings. Pure."""

from datetime import timedelta

LEASE_MINUTES = (2, 8 * 60)


UNSEEN_MINUTES = (1, 60)


RETENTION_DAYS = (1, 3650)


DELETION_GRACE = timedelta(days=14)
