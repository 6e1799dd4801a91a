"""Running a handler in a tab's state between two events, past the queue in which events wait.

An event of Reflex costs a task, a future and a place in the tab's queue, which takes as much time
as everything after it. A change that goes to hundreds of tabs at once is shown without an event.
"""

from functools import cache
from typing import Any

import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex.state import StateUpdate

from rxapp.reflex_seam import registry
from rxapp.reflex_seam.handler_names import wire_name


async def run_between_events(app: rx.App, tab: str, handler: Any) -> bool:
    """Run a handler without arguments in the tab's state, and send the tab what it changed.

    Returns False, without doing anything, if it has to be an event because the state is in use,
    blank, or not kept in this process.
    """
    manager, token = app.state_manager, rx.BaseStateToken(ident=tab, cls=rx.State)
    if not isinstance(manager, StateManagerMemory):
        return False
    kept, lock = manager.states.get(token.cache_key), manager._states_locks.get(token.lock_key)
    if kept is None or not kept.router_data or lock is None or lock.locked():
        return False
    with app.set_contexts():
        async with manager.modify_state(token) as root:
            if delta := await _changes(root, handler):
                namespace: Any = app.event_namespace
                await namespace.emit_update(StateUpdate(delta=delta), tab)
    return True


@cache
def _registered(handler: Any) -> registry.Registered:
    """Return the handler's function and state; looked up once, for hundreds of tabs."""
    found = registry.find(wire_name(handler))
    assert found is not None, "a handler that nothing else could call either"
    return found


async def _changes(root: Any, handler: Any) -> Any:
    found = _registered(handler)
    try:
        events = await found.function(await root.get_state(found.state))
        assert events is None, "what leads to other events has to be an event"
        return await root._get_resolved_delta()
    finally:
        root._clean()
