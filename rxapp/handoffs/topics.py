"""The topics about handoffs."""

from rxapp.live.topics import Kind

INBOX = Kind("inbox")
"""The inbox of an account, by the account's id."""
