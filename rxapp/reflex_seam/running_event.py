"""The running event: which tab it belongs to, and its id."""

from reflex_base.event.context import EventContext


def tab_of_event() -> str:
    """Return the token of the tab that the event belongs to."""
    return EventContext.get().token


def event_id() -> str:
    """Return the id of the event."""
    return EventContext.get().txid
