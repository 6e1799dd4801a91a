"""The gate: drops events that no guard stands before, and cleans a tab that changed hands."""

import logging
from typing import Any

import reflex as rx
from reflex.event import Event
from reflex.state import BaseState, StateUpdate
from reflex_base.registry import RegistrationContext

from rxapp.live.hub import hub
from rxapp.web.guard import ACCESS, ANYONE, GuardState, login_hash, tab_token

logger = logging.getLogger(__name__)

_REFLEX_HANDLERS = frozenset(
    {
        "hydrate",
        "hydrate_and_load",
        "set_is_hydrated",
        "on_load_internal",
        "update_vars_internal",
        "handle_frontend_exception",
    }
)


def declared_access(state_class: type[BaseState], name: str, function: Any) -> str | None:
    """Return the access that a handler declares, or None if it must never run."""
    if state_class.__module__.startswith("rxapp."):
        return getattr(function, ACCESS, None)
    return ANYONE if name in _REFLEX_HANDLERS else None


class Gate(rx.Middleware):
    """Drops events without a declared access, and gives a tab that changed hands a clean state."""

    async def preprocess(
        self,
        app: rx.App,  # noqa: ARG002 - Reflex passes it by name
        state: BaseState,
        event: Event,
    ) -> StateUpdate | None:
        """Return an empty update to drop the event, or None to let it run."""
        registered = RegistrationContext.get().event_handlers.get(event.name)
        name = event.name.rpartition(".")[2]
        if registered is None or not any(
            declared_access(each, name, registered.handler.fn) for each in registered.states[:1]
        ):
            logger.warning("dropped an event without declared access: %r", event.name[:120])
            return StateUpdate()
        await give_clean_state_to_new_owner(state)
        return None


async def give_clean_state_to_new_owner(state: BaseState) -> None:
    """Forget what the tab showed to another sign-in; its token outlives a sign-out."""
    guard = await state.get_state(GuardState)
    hashed = login_hash(state)
    if guard._login == hashed:
        return
    hub.forget(tab_token(state))
    root = state._get_root_state()
    for each in type(root).get_substates():  # with Redis, only what an event needs was loaded
        await root.get_state(each)
    root.reset()
    guard._login = hashed
