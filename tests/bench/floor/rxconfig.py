"""The floor app's configuration."""

import reflex as rx
from reflex.plugins import SitemapPlugin

config = rx.Config(
    app_name="floor",
    app_module_import="floor_app",
    telemetry_enabled=False,
    state_manager_mode="memory",
    disable_plugins=[SitemapPlugin],
)
