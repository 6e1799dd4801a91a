"""The watcher of what pages need keeps running, whatever happens to the pages."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from rxapp.live import outages
from rxapp.live.outages import Outages

DATABASE = "the database"


class Pages:
    """Three open pages, and which of them were told and read again."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.read_again: list[str] = []

    def connected(self) -> list[str]:
        return ["a", "b", "c"]

    async def say(self, token: str, _words: str) -> None:
        self.told.append(token)

    async def send(self, token: str, _handler: object) -> asyncio.Future[None]:
        self.read_again.append(token)
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done


@pytest.mark.parametrize(("answers", "read_again"), [(True, ["b"]), (False, ["a", "b", "c"])])
async def test_one_slow_answer_has_one_page_read_again_and_an_outage_every_page(
    answers, read_again
):
    pages: Any = Pages()
    watched = Outages(pages, pages.say, None)
    is_there = True

    async def ask() -> str:
        if not is_there:
            raise ConnectionError
        return "database"

    watched.watch(DATABASE, "It is away", ask)
    [need] = watched._needs.values()
    await watched._look(need)
    watched.went_without(DATABASE, "b")
    watched.went_without(DATABASE, "gone")
    is_there = answers
    await watched._look(need)
    assert pages.told == ([] if answers else ["a", "b", "c"])
    is_there = True
    await watched._look(need)
    assert pages.read_again == read_again


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
