"""What Reflex reads from a handler: its parameters' names, and the types to convert to."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any


def take_untyped(
    handler: Callable[..., Any], state: inspect.Parameter, payload: Sequence[inspect.Parameter]
) -> None:
    """Have Reflex pass a wrapped handler whatever was sent for parameters of these names.

    Given types, it would convert the values, and log in full those that it cannot convert.
    """
    untyped = [each.replace(annotation=Any) for each in payload]
    handler.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [state, *untyped], return_annotation=Any
    )
    handler.__annotations__ = {each.name: Any for each in payload}
