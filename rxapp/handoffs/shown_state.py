"""What a senior's browser reports as shown."""

from uuid import UUID

import reflex as rx

from rxapp.gate.guard import LIVE, guarded
from rxapp.live.hub import hub
from rxapp.notifications.shown import shown
from rxapp.reflex_seam.router_data import tab_token


class ShownState(rx.State):
    """Takes acknowledgements; a separate state without values, so that each costs little."""

    @rx.event
    @guarded(LIVE)
    async def acknowledge(self, ids: list[UUID] = []):  # noqa: B006 - read only
        """Note that the page shows these escalations to the person whom the hub knows here."""
        actor = hub.watching_actor(tab_token(self))
        if actor is not None:
            shown.take(actor, ids)
