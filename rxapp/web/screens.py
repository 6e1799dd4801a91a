"""How a feature declares its screens: address, title, navigation, data, who may see them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from rxapp.access.policy import Permission


@dataclass(frozen=True, slots=True)
class Place:
    """A screen's place in the navigation; ``badge`` counts what is waiting there."""

    label: str
    icon: str
    badge: Any = None


@dataclass(frozen=True, slots=True)
class Screen:
    """One page. Everything that lists pages reads these declarations.

    ``on_load`` runs once it is known who is signed in. Without the ``permission``, people see the
    ``refusal``, a heading and what to do instead, and the navigation does not show the page. A page
    that is not framed has no navigation; it is for people who are not signed in.
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
        """Whether the address contains the id of a row."""
        return "[" in self.route
