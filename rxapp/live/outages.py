"""What the server needs and cannot reach: said on every open page, which reads itself again after.

Live changes and clicks are lost while the database or Redis is away, and Redis comes back empty. So
each is asked every second, pages say what is missing, and once it is back they are read again.
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
"""How many pages are read again side by side when something is back."""

Ask = Callable[[], Coroutine[Any, Any, str]]
Say = Callable[[str, str], Awaitable[None]]


@dataclass(slots=True)
class Need:
    """Something that pages need; ``ask()`` returns which life of it answers, or raises."""

    name: str
    words: str
    ask: Ask
    life: str = ""
    is_away: bool = False
    told: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    asking: asyncio.Task[str] | None = None


class Outages:
    """Watches over what pages need. ``say(token, words)`` shows a tab what is missing."""

    def __init__(self, sockets: Sockets, say: Say, read_again: Any) -> None:
        self._sockets = sockets
        self._say = say
        self._read_again = read_again
        self._needs: dict[str, Need] = {}

    def watch(self, name: str, words: str, ask: Ask) -> None:
        """Ask every second whether ``name`` answers; ``words`` are shown while it does not."""
        self._needs[name] = Need(name, words, ask)

    def went_without(self, name: str, token: str) -> None:
        """Have a tab read again that had to do without ``name``, however short that was.

        Only that tab: one slow answer must not have every page ask at once.
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
        # A question that hangs is not asked once more.
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
            return  # all are read once everything is back
        for start in range(0, len(tokens), TABS_AT_ONCE):
            some = tokens[start : start + TABS_AT_ONCE]
            sent = [await self._sockets.send(token, self._read_again) for token in some]
            await asyncio.wait(sent, timeout=ANSWER_SECONDS)


async def ask_database() -> str:
    """Return that the database answers; its memory outlives it, so no life differs from another.

    Raises:
        Exception: if it does not.
    """
    await database.read(lambda db: db.execute(select(literal(1))).one())
    return "database"


def ask_redis(url: str) -> Ask:
    """Return what asks the Redis at ``url`` which run of it answers."""
    client = redis.asyncio.Redis.from_url(
        url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS
    )

    async def ask() -> str:
        return str((await client.info("server"))["run_id"])

    return ask
