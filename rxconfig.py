"""Reflex's configuration. What a deployment chooses is in rxapp/settings.py."""

import reflex as rx
from reflex.plugins import SitemapPlugin

from rxapp.settings import settings

chosen = settings()

config = rx.Config(
    app_name="rxapp",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    # The built pages reach the server that they came from: see rxapp/frontend.py.
    api_url="http://localhost:3000",
    deploy_url="http://localhost:3000",
    cors_allowed_origins=list(chosen.origins),
    redis_url=chosen.redis_url or None,
    state_manager_mode="redis" if chosen.redis_url else "memory",
    default_color_mode="system",
    frontend_packages=["@fontsource-variable/inter@5.3.0"],
    disable_plugins=[SitemapPlugin],
)
