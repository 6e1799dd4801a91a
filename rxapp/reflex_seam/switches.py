"""Reflex's environment switches for building and serving, set for this process and its children."""

from datetime import timedelta

from reflex_base import constants
from reflex_base.environment import environment


def serve_what_is_built(*, ping: timedelta, largest_message: int) -> None:
    """Serve the built pages and nothing else.

    A websocket is pinged every ``ping`` and closed if it gives no answer for as long again; no
    message may have more than ``largest_message`` bytes.
    """
    environment.REFLEX_ENV_MODE.set(constants.Env.PROD)
    environment.REFLEX_SKIP_COMPILE.set(True)
    serve_pages(True)
    environment.REFLEX_CHECK_LATEST_VERSION.set(False)
    environment.REFLEX_USE_NPM.set(True)
    environment.REFLEX_SOCKET_INTERVAL.set(ping)
    environment.REFLEX_SOCKET_TIMEOUT.set(ping)
    environment.REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE.set(largest_message)


def serve_pages(whether: bool, /) -> None:
    """Set whether the built pages are served along with the websocket."""
    environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.set(whether)
