"""Watching over what pages need goes on, whatever becomes of the pages."""

import asyncio
from types import SimpleNamespace
from typing import Any

from rxapp.live import outages
from rxapp.live.outages import Outages


async def test_a_page_that_cannot_be_told_does_not_end_the_watch(monkeypatch):
    monkeypatch.setattr(outages, "ASK_SECONDS", 0.01)
    asked = 0

    async def ask() -> str:
        nonlocal asked
        asked += 1
        raise ConnectionError

    async def say(_token: str, _words: str) -> None:
        raise RuntimeError("the page has just gone")

    sockets: Any = SimpleNamespace(connected=lambda: [str(asked)])
    watched = Outages(sockets, say, None)
    watched.watch("Redis", "Redis is away", ask)
    watching = asyncio.create_task(watched.watch_forever())
    async with asyncio.timeout(5):
        while asked < 3:
            await asyncio.sleep(0.01)
    assert not watching.done()
    watching.cancel()
