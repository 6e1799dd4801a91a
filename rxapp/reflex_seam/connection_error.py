"""Why the websocket was last refused, as the browser knows it."""

from reflex_components_core.core.banner import connection_error

__all__ = ["connection_error"]
