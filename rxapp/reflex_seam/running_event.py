"""The event that runs just now: whose it is, and what tells it from all others."""

from reflex_base.event.context import EventContext


def tab_of_event() -> str:
    """Return the token of the tab that the event belongs to."""
    return EventContext.get().token


def event_id() -> str:
    """Return what names this very event."""
    return EventContext.get().txid
