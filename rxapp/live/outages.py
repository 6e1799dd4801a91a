"""Outages of the database and of Redis: every open page says so, and reloads its data afterwards.

Live changes and clicks are lost while the database or Redis does not answer, and Redis comes back
empty. So both are asked every second; pages say what is missing and reload once it is back.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import redis.asyncio
from sqlalchemy import literal, select

from rxapp.core import db as database
from rxapp.live.sockets import Sockets

logger = logging.getLogger(__name__)

DATABASE = "the database"
REDIS = "Redis"

ASK_SECONDS = 1.0
ANSWER_SECONDS = 2.0
TABS_AT_ONCE = 25
"""How many pages reload their data at the same time when something is back."""

Ask = Callable[[], Coroutine[Any, Any, str]]
Say = Callable[[str, str], Awaitable[None]]


@dataclass(slots=True)
class Need:
    """Something that pages need; ``ask()`` returns the id of the run that answers, or raises."""

    name: str
    words: str
    ask: Ask
    life: str = ""
    is_away: bool = False
    told: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    asking: asyncio.Task[str] | None = None


class Outages:
    """Watches what pages need. ``say(token, words)`` shows a tab what is missing."""

    def __init__(self, sockets: Sockets, say: Say, read_again: Any) -> None:
        self._sockets = sockets
        self._say = say
        self._read_again = read_again
        self._needs: dict[str, Need] = {}

    def watch(self, name: str, words: str, ask: Ask) -> None:
        """Ask every second whether ``name`` answers; ``words`` are shown while it does not."""
        self._needs[name] = Need(name, words, ask)

    def went_without(self, name: str, token: str) -> None:
        """Reload the data of a tab that could not reach ``name``, however briefly.

        Only of that tab: one slow answer must not make every page ask at once.
        """
        if (need := self._needs.get(name)) is not None:
            need.unread.add(token)

    async def watch_forever(self) -> None:
        """Watch until cancelled."""
        while True:
            await asyncio.gather(*(self._keep_looking(need) for need in self._needs.values()))
            await asyncio.sleep(ASK_SECONDS)

    async def _keep_looking(self, need: Need) -> None:
        try:
            await self._look(need)
        except Exception:
            logger.exception("open pages could not be told about %s; trying again", need.name)

    async def _look(self, need: Need) -> None:
        # While a question hangs, it is not asked again.
        need.asking = need.asking or asyncio.create_task(need.ask())
        answered, _ = await asyncio.wait({need.asking}, timeout=ANSWER_SECONDS)
        try:
            if not answered:
                raise TimeoutError
            asked, need.asking = need.asking, None
            life = asked.result()
        except Exception:
            if not need.is_away:
                need.is_away = True
                logger.warning("%s does not answer; open pages say so", need.name)
            await self._tell(need)
            return
        was_another = need.life not in ("", life)
        unread, need.unread = need.unread, set()
        if need.is_away or was_another:
            logger.warning("%s answers again; open pages are read again", need.name)
            need.is_away = False
            need.told.clear()
            await self._read_pages_again(self._sockets.connected())
        elif unread:
            await self._read_pages_again(
                [each for each in self._sockets.connected() if each in unread]
            )
        need.life = life

    async def _tell(self, need: Need) -> None:
        for token in self._sockets.connected():
            if token not in need.told:
                need.told.add(token)
                await self._say(token, need.words)

    async def _read_pages_again(self, tokens: list[str]) -> None:
        if any(need.is_away for need in self._needs.values()):
            return  # all reload once everything is back
        for start in range(0, len(tokens), TABS_AT_ONCE):
            some = tokens[start : start + TABS_AT_ONCE]
            sent = [await self._sockets.send(token, self._read_again) for token in some]
            await asyncio.wait(sent, timeout=ANSWER_SECONDS)


async def ask_database() -> str:
    """Return the same text whenever the database answers: it loses nothing when it restarts.

    Raises:
        Exception: if it does not.
    """
    await database.read(lambda db: db.execute(select(literal(1))).one())
    return "database"


def ask_redis(url: str) -> Ask:
    """Return a function that asks the Redis at ``url`` for the id of its run."""
    client = redis.asyncio.Redis.from_url(
        url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS
    )

    async def ask() -> str:
        return str((await client.info("server"))["run_id"])

    return ask
