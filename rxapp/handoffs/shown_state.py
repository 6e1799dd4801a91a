"""What a senior's browser says it has shown."""

import reflex as rx

from rxapp.core.errors import NotFound
from rxapp.core.ids import parse_id
from rxapp.gate.guard import LIVE, guarded
from rxapp.live.hub import hub
from rxapp.notifications.shown import shown
from rxapp.reflex_seam.router_data import tab_token


class ShownState(rx.State):
    """Takes acknowledgements; a state of its own without values, so that one costs little."""

    @rx.event
    @guarded(LIVE)
    async def acknowledge(self, ids: list[str] = []):  # noqa: B006 - read only, and checked again
        """Take it that the page shows these escalations to the person whom the hub knows here."""
        actor = hub.watching_actor(tab_token(self))
        if actor is None:
            return
        try:
            shown.take(actor, [parse_id(each, "escalation") for each in ids])
        except NotFound:
            return
