"""Rules of the editor."""

from datetime import timedelta

SILENT_AFTER = timedelta(seconds=20)
"""An author whose tab has not reported for this long has gone; tabs report every 5 s."""
