"""Tabs for attackers: opened and closed, and waited for until all they sent has been answered."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.security.composed import composed
from tests.support.server import Server
from tests.support.socket_client import STATE, Tab

BLINKS = [False, True, False, True]


@asynccontextmanager
async def open_tab(
    server: Server, cookie: str = "", path: str = "/", **options: Any
) -> AsyncIterator[Tab]:
    composed()  # asked for the first time it takes seconds, in which no ping would be answered
    tab = await Tab.connect(server, cookie, path, **options)
    try:
        yield tab
    finally:
        await tab.close()


async def settled(tab: Tab, seconds: float = 20.0, *, quiet: float = 0.1) -> None:
    """Wait until the server has answered everything that the tab sent; it answers in order.

    Then nothing may come for ``quiet`` seconds, which catches what an answer sets off.
    """
    before = len(tab.updates)
    for value in BLINKS:
        await tab.send(f"{STATE}.set_is_hydrated", value=value)

    def blinked() -> bool:
        seen = [
            update.delta[STATE]["is_hydrated_rx_state_"]
            for update in tab.updates[before:]
            if "is_hydrated_rx_state_" in update.delta.get(STATE, {})
        ]
        rest = iter(seen)  # a page that loads meanwhile blinks too
        return all(value in rest for value in BLINKS)

    await tab.until(blinked, seconds)
    if quiet:
        await tab.quiet(quiet)


def handlers(*, of: str = "rxapp.") -> dict[str, dict[str, Any]]:
    """The app's handlers by name, without what the gate drops."""
    found = composed()["handlers"]
    return {name: each for name, each in found.items() if each["gate"] and name.startswith(of)}


def received(tab: Tab, since: int = 0) -> str:
    """Everything that the server sent to the tab, as it came."""
    return "\n".join(update.text for update in tab.updates[since:])


def redirects(tab: Tab, since: int = 0) -> list[str]:
    """Where the server sent the tab."""
    return [
        event["payload"]["path"]
        for update in tab.updates[since:]
        for event in update.events
        if event["name"] == "_redirect"
    ]
