"""A link to another page that does not load everything again."""

from reflex_components_core.react_router.dom import ReactRouterLink

__all__ = ["ReactRouterLink"]
