"""How a feature declares its screens: address, title, navigation, what is read, who may see it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from rxapp.access.policy import Permission


@dataclass(frozen=True, slots=True)
class Place:
    """Where the navigation leads to a screen; ``badge`` counts what waits there."""

    label: str
    icon: str
    badge: Any = None


@dataclass(frozen=True, slots=True)
class Screen:
    """One page. Everything that lists pages reads these declarations.

    ``on_load`` is read after who is signed in. Without the ``permission`` people see the
    ``refusal``, a heading and what to do instead, and the navigation does not lead there. A page
    that is not framed stands alone, before anybody is signed in.
    """

    route: str
    title: str
    page: Callable[[], rx.Component]
    on_load: tuple[Any, ...] = ()
    place: Place | None = None
    permission: Permission | None = None
    refusal: tuple[str, str] = ("", "")
    is_wide: bool = False
    is_framed: bool = True

    @property
    def has_id(self) -> bool:
        """Whether the address names a row."""
        return "[" in self.route
