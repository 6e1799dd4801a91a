"""Reflex's configuration. What a deployment chooses is in rxapp/settings.py."""

import reflex as rx

from rxapp.reflex_seam.built_pages import BUILT_FOR
from rxapp.settings import settings

chosen = settings()


def _patient(redis_url: str) -> str:
    """Return the address with what notices a Redis that is gone.

    No limit on answers: subscriptions wait for theirs as long as nothing happens.
    """
    joint = "&" if "?" in redis_url else "?"
    return f"{redis_url}{joint}socket_connect_timeout=3&socket_keepalive=yes"


config = rx.Config(
    app_name="rxapp",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    # The built pages reach the server that they came from: see rxapp/reflex_seam/built_pages.py.
    api_url=f"http://{BUILT_FOR}",
    deploy_url=f"http://{BUILT_FOR}",
    cors_allowed_origins=list(chosen.origins),
    redis_url=_patient(chosen.redis_url) if chosen.redis_url else None,
    state_manager_mode="redis" if chosen.redis_url else "memory",
    default_color_mode="system",
    frontend_packages=[
        "@fontsource-variable/inter@5.3.0",
        "swagger-ui-dist@5.35.0",  # explains the API; no page imports it, the build copies it
    ],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
