"""What Reflex reads off a handler: its parameters' names, and types by which it would convert."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any


def take_untyped(
    handler: Callable[..., Any], state: inspect.Parameter, payload: Sequence[inspect.Parameter]
) -> None:
    """Have Reflex hand a wrapped handler whatever was sent, for parameters of these names.

    By their types it would convert, and log what it cannot convert in full.
    """
    untyped = [each.replace(annotation=Any) for each in payload]
    handler.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [state, *untyped], return_annotation=Any
    )
    handler.__annotations__ = {each.name: Any for each in payload}
