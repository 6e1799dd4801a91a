"""The listener: passes signals to this process's hub and dispatcher; catches up after a gap."""

import asyncio
import logging
from collections.abc import Callable

import psycopg
from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.core import db as database
from rxapp.live import signals
from rxapp.live.hub import Hub
from rxapp.live.models import LiveTopic
from rxapp.live.topics import Topic

logger = logging.getLogger(__name__)

RECONNECT_SECONDS = 1.0


class Listener:
    """Receives what any process publishes; calls ``wake_outbox`` when the outbox has work."""

    def __init__(self, hub: Hub, wake_outbox: Callable[[], None]) -> None:
        self._hub = hub
        self._wake_outbox = wake_outbox

    async def run_forever(self) -> None:
        """Listen until cancelled."""
        if database.database().is_sqlite:
            await self._listen_in_process()
        else:
            await self._listen_to_postgresql()

    async def _listen_in_process(self) -> None:
        loop = asyncio.get_running_loop()

        def hear(topic: str, revision: int) -> None:
            loop.call_soon_threadsafe(self._hear, topic, revision)

        signals.listen(hear)
        try:
            await asyncio.Event().wait()
        finally:
            signals.listen(None)

    async def _listen_to_postgresql(self) -> None:
        url = database.database().engine.url.set(drivername="postgresql")
        conninfo = url.render_as_string(hide_password=False)
        while True:
            try:
                await self._listen_once(conninfo)
            except (psycopg.Error, OSError, *database.UNAVAILABLE) as error:
                logger.warning("live: lost the database, trying again: %s", error)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen_once(self, conninfo: str) -> None:
        connection = await psycopg.AsyncConnection.connect(
            conninfo, autocommit=True, connect_timeout=5, keepalives_idle=10, keepalives_interval=5
        )
        async with connection:
            await connection.execute(f"LISTEN {signals.CHANNEL}")
            await self._catch_up()
            async for notice in connection.notifies():
                topic, _, revision = notice.payload.rpartition(" ")
                self._hear(topic, int(revision))

    async def _catch_up(self) -> None:
        """Pass on what was published while nobody was listening."""
        self._wake_outbox()
        for topic, revision in await database.read(newest_revisions, self._hub.topics()):
            self._hub.notice(topic, revision)

    def _hear(self, topic: str, revision: int) -> None:
        if topic == signals.OUTBOX:
            self._wake_outbox()
        else:
            self._hub.notice(Topic.parse(topic), revision)


def newest_revisions(db: DbSession, topics: list[Topic]) -> list[tuple[Topic, int]]:
    """Return the newest revisions of those of the topics that have ever changed."""
    names = [str(topic) for topic in topics]
    query = select(LiveTopic.topic, LiveTopic.revision).where(LiveTopic.topic.in_(names))
    return [(Topic.parse(row.topic), row.revision) for row in db.execute(query)]
