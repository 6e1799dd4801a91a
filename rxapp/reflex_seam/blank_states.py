"""What Reflex does with an event that meets a blank state: it first reads the page's data again."""

from collections.abc import Awaitable, Callable
from typing import Any

import reflex as rx
from reflex_base.event.processor.base_state_processor import BaseStateEventProcessor

from rxapp.reflex_seam.moved import ReflexMovedError

_NAME = "_rehydrate"


def rehydrate_with(read: Callable[[rx.State], Awaitable[None]]) -> None:
    """Call ``read(root)`` for a blank state before the event's handler runs.

    Reflex itself would only run the page's load events after that handler.

    Raises:
        ReflexMovedError: if Reflex has no such place.
    """
    if not hasattr(BaseStateEventProcessor, _NAME):
        raise ReflexMovedError("blank states are rebuilt somewhere else")

    async def rehydrate(_processor: Any, root: rx.State) -> None:
        await read(root)

    setattr(BaseStateEventProcessor, _NAME, rehydrate)
