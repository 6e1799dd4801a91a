"""The gate: drops events whose handler has no guard, and clears a tab when its sign-in changes."""

import logging
from typing import Any

import reflex as rx

from rxapp.gate.guard import ACCESS, ANYONE, GuardState, login_hash
from rxapp.live.hub import hub
from rxapp.reflex_seam import registry
from rxapp.reflex_seam.handler_names import last_word
from rxapp.reflex_seam.router_data import tab_token
from rxapp.reflex_seam.state_tree import whole_tree
from rxapp.reflex_seam.wire import REFLEX_HANDLERS

logger = logging.getLogger(__name__)


def declared_access(state_class: type[rx.State], name: str, function: Any) -> str | None:
    """Return the access that a handler declares, or None if it must never run."""
    if state_class.__module__.startswith("rxapp."):
        return getattr(function, ACCESS, None)
    return ANYONE if name in REFLEX_HANDLERS else None


async def may_run(state: rx.State, event_name: str) -> bool:
    """Return whether an event declares its access; first clear the state if the sign-in changed."""
    found = registry.find(event_name)
    if found is None or not declared_access(found.state, last_word(event_name), found.function):
        logger.warning("dropped an event without declared access: %r", event_name[:120])
        return False
    await give_clean_state_to_new_owner(state)
    return True


async def give_clean_state_to_new_owner(state: rx.State) -> None:
    """Forget what the tab showed to another sign-in; the tab's token outlives a sign-out."""
    guard = await state.get_state(GuardState)
    hashed = login_hash(state)
    if guard._login == hashed:
        return
    hub.forget(tab_token(state))
    (await whole_tree(state)).reset()
    guard._login = hashed
