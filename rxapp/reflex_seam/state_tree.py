"""The tree of a tab's states, of which Reflex may load only parts."""

from typing import cast

import reflex as rx


async def whole_tree(state: rx.State) -> rx.State:
    """Return the root of the tab's states with all of them loaded.

    With Redis, only what an event needs is loaded before it runs.
    """
    root = cast(rx.State, state._get_root_state())
    for each in type(root).get_substates():
        await root.get_state(each)
    return root


def with_substates(state: type[rx.State]) -> list[type[rx.State]]:
    """Return the class and all its subclasses."""
    children = cast(set[type[rx.State]], state.get_substates())
    return [state, *(each for child in children for each in with_substates(child))]
