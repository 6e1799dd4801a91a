"""Tabs in which nobody is signed in: many can come and go without leaving anything behind."""

import asyncio

import pytest

from tests.bench.servers import resident_bytes
from tests.support.databases import NewDatabase
from tests.support.net import eventually
from tests.support.server import Server, with_cast
from tests.support.socket_client import Tab

AT_ONCE = 50
ROUND = 900
GROWTH_BYTES = 10_000_000
"""How much memory a round may add; if its states were kept, it would be about 28 MB."""


@pytest.fixture
def server(new_database: NewDatabase):
    yield from with_cast(new_database("sqlite"))


async def come_and_go(server: Server, many: int) -> None:
    """Open and close sign-in pages, a few side by side."""
    for _ in range(many // AT_ONCE):
        tabs = await asyncio.gather(
            *(Tab.connect(server, "", "/sign-in", seconds=60) for _ in range(AT_ONCE))
        )
        await asyncio.gather(*(tab.close() for tab in tabs))


async def test_signed_out_tabs_leave_no_memory_behind(server):
    await come_and_go(server, ROUND)
    before = resident_bytes(server)
    await come_and_go(server, ROUND)
    eventually(
        lambda: resident_bytes(server) - before < GROWTH_BYTES, what="the tabs to be forgotten"
    )
