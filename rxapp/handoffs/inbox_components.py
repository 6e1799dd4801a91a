# mypy: ignore-errors
"""What the inbox looks like: its rows, and the bell on every page."""

import reflex as rx

from rxapp.handoffs.inbox_state import InboxState
from rxapp.handoffs.shown_state import ShownState
from rxapp.web.parts import empty, loading
from rxapp.web.widgets import InboxBell, InboxBoard


def inbox_bell() -> rx.Component:
    """Return the bell: it announces new escalations to a senior on any page."""
    return InboxBell.create(
        change=InboxState.change,
        count=InboxState.open_count,
        user_id=InboxState.user_id,
        on_shown=ShownState.acknowledge,
        on_missed=InboxState.catch_up,
    )


def inbox_board() -> rx.Component:
    """Return the live lists of the inbox."""
    return InboxBoard.create(
        empty("Nobody is waiting", "A new escalation appears here by itself."),
        loading(4),
        snapshot=InboxState.window,
        page=InboxState.page,
        change=InboxState.change,
        waiting_count=InboxState.open_count,
        mine_count=InboxState.mine_count,
        others_count=InboxState.others_count,
        user_id=InboxState.user_id,
        on_claim=lambda handoff_id: InboxState.claim("", handoff_id),
        on_more=InboxState.more,
        on_missed=InboxState.catch_up,
    )
