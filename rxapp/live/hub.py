"""The hub: which tab of this process watches which topic, and one read per topic and change.

For each kind of topic, a feature registers who may watch, how a topic is read and which handler of
the tab's state takes the reading. A signal marks the topic; one task per topic reads it once and
gives the reading to every watching tab. Signals that arrive while it reads lead to one more
reading, not to many. Who may watch is checked again at each change, and a subscription ends with
the socket that it was made on: a tab's token outlives a sign-out.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.queries import live_actors
from rxapp.core import db as database
from rxapp.core.ids import new_id
from rxapp.live import presence
from rxapp.live.outages import Outages
from rxapp.live.sockets import Sockets
from rxapp.live.topics import Kind, Topic

logger = logging.getLogger(__name__)

T = TypeVar("T")
Reader = Callable[[DbSession, Topic], T]
MayWatch = Callable[[DbSession, Actor, Topic], bool]

SWEEP_SECONDS = 1.0
SETTLE_SECONDS = 1.0

TABS_A_TURN = 20
"""After how many tabs other tasks get a turn on the event loop."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """How topics of one kind are read, and the handler that takes the reading in a tab.

    With ``at_once`` it runs without an event: it must neither wait nor lead to other events.
    """

    read: Reader[Any]
    handler: Callable[[], Any]
    at_once: bool


@dataclass(slots=True)
class Tab:
    """A connected tab: its socket, who is signed in, and what it watches."""

    socket: str | None
    actor: Actor
    topics: set[Topic] = field(default_factory=set)
    refused: set[Kind] = field(default_factory=set)


class Hub:
    """All live updates of this process."""

    def __init__(self) -> None:
        self.process_id: UUID = new_id()
        self._sockets: Sockets | None = None
        self._subscriptions: dict[Kind, list[Subscription]] = {}
        self._may_watch: dict[Kind, MayWatch] = {}
        self._outages: Outages | None = None
        self._tabs: dict[str, Tab] = {}
        self._watchers: dict[Topic, set[str]] = {}
        self._readings: dict[Topic, dict[Reader[Any], Any]] = {}
        self._revisions: dict[Topic, int] = {}
        self._dirty: set[Topic] = set()
        self._tasks: dict[Topic, asyncio.Task[None]] = {}
        self._telling: set[asyncio.Future[Any]] = set()
        self._present: set[UUID] = set()

    def register(
        self,
        kind: Kind,
        read: Reader[Any],
        handler: Callable[[], Any],
        *,
        at_once: bool = False,
    ) -> None:
        """Read topics of the kind with ``read(db, topic)`` for the handler in every tab.

        ``handler`` is a function that returns the event handler, so that it may be defined later.
        ``at_once`` is for topics that hundreds of tabs watch; see :class:`Subscription`.
        """
        self._subscriptions.setdefault(kind, []).append(Subscription(read, handler, at_once))

    def guard(self, kind: Kind, may_watch: MayWatch) -> None:
        """At every change, ask ``may_watch(db, actor, topic)`` who may still watch."""
        self._may_watch[kind] = may_watch

    def connect(self, sockets: Sockets, outages: Outages | None = None) -> None:
        """Use ``sockets`` to reach the tabs."""
        self._sockets = sockets
        self._outages = outages

    def went_without(self, need: str, token: str) -> None:
        """Record that an event of a tab failed without ``need``: its data is read again later."""
        if self._outages is not None:
            self._outages.went_without(need, token)

    def watching_actor(self, token: str) -> Actor | None:
        """Return who is signed in at a connected, watching tab, as last read by the hub."""
        tab = self._tabs.get(token)
        return tab.actor if tab is not None and self._is_connected(token) else None

    async def watch(self, token: str, actor: Actor, topic: Topic) -> None:
        """Send the tab every change of ``topic`` from now on."""
        socket = self._sockets.socket_of(token) if self._sockets else None
        tab = self._tabs.get(token)
        if tab is None or tab.actor.login_id != actor.login_id or tab.socket != socket:
            self.forget(token)
            tab = self._tabs[token] = Tab(socket, actor)
        tab.actor = actor
        tab.topics.add(topic)
        tab.refused.discard(topic.kind)
        self._watchers.setdefault(topic, set()).add(token)
        if actor.user_id not in self._present:
            await self._arrive(actor.user_id)

    async def _arrive(self, user_id: UUID) -> None:
        self._present.add(user_id)
        if not await database.run_if_writable(presence.arrive, self.process_id, user_id):
            self._present.discard(user_id)  # the next heartbeat tries again

    def unwatch(self, token: str, kind: Kind) -> None:
        """Stop sending the tab changes of topics of this kind."""
        if tab := self._tabs.get(token):
            for topic in [topic for topic in tab.topics if topic.kind == kind]:
                tab.topics.discard(topic)
                self._drop_watcher(topic, token)

    def forget(self, token: str) -> None:
        """Stop sending the tab any changes."""
        if tab := self._tabs.pop(token, None):
            for topic in tab.topics:
                self._drop_watcher(topic, token)

    def _drop_watcher(self, topic: Topic, token: str) -> None:
        if watchers := self._watchers.get(topic):
            watchers.discard(token)
            if not watchers:
                del self._watchers[topic]
                self._readings.pop(topic, None)
                self._revisions.pop(topic, None)

    def topics(self) -> list[Topic]:
        """Return the topics that are watched by any tab of this process."""
        return list(self._watchers)

    def reading(self, token: str, read: Reader[T]) -> tuple[Topic, T] | None:
        """Return the topic that the tab watches and the last reading of it by ``read``, if any."""
        tab = self._tabs.get(token)
        if tab is None or not self._is_connected(token):
            return None
        for topic in tab.topics:
            if read in (readings := self._readings.get(topic, {})):
                return topic, readings[read]
        return None

    def refused(self, token: str, kind: Kind) -> bool:
        """Return whether the tab watched a topic of this kind that it may no longer see."""
        tab = self._tabs.get(token)
        return tab is not None and kind in tab.refused

    def notice(self, topic: Topic, revision: int) -> None:
        """Handle a signal: read the topic again if any tab here watches it."""
        if topic not in self._watchers or revision <= self._revisions.get(topic, 0):
            return
        self._revisions[topic] = revision
        self._dirty.add(topic)
        if topic not in self._tasks:
            task = asyncio.create_task(self._refresh(topic), name=f"live {topic}")
            self._tasks[topic] = task
            task.add_done_callback(lambda _: self._tasks.pop(topic, None))

    async def settled(self) -> None:
        """Wait, but not for long, until every tab has all changes so far."""
        until = asyncio.get_running_loop().time() + SETTLE_SECONDS
        for waited_for in (self._tasks.values(), self._telling):  # reading, then telling
            left = until - asyncio.get_running_loop().time()
            if waited_for and left > 0:
                await asyncio.wait(list(waited_for), timeout=left)

    async def _refresh(self, topic: Topic) -> None:
        while topic in self._dirty:
            self._dirty.discard(topic)
            try:
                await self._read_and_tell(topic)
            except Exception:
                logger.exception("live: %s could not be refreshed; trying again", topic)
                await asyncio.sleep(1.0)
                self._dirty.add(topic)

    async def _read_and_tell(self, topic: Topic) -> None:
        subscriptions = self._subscriptions.get(topic.kind, [])
        tokens = [token for token in self._watchers.get(topic, ()) if self._is_connected(token)]
        logins = {self._tabs[token].actor.login_id for token in tokens}
        if not tokens:
            return
        actors, readings = await database.read(self._read_all, topic, subscriptions, logins)
        self._readings[topic] = readings
        for number, token in enumerate(tokens, 1):
            tab = self._tabs.get(token)
            if tab is None or not self._is_connected(token):
                continue
            actor = actors.get(tab.actor.login_id)
            if actor is None:
                # Sent once more and refused there, so the page shows that there is nothing.
                tab.refused.add(topic.kind)
                tab.topics.discard(topic)
                self._drop_watcher(topic, token)
            else:
                tab.actor = actor
            for subscription in subscriptions:
                await self._tell(token, subscription, may_now=actor is not None)
            if number % TABS_A_TURN == 0:
                await asyncio.sleep(0)

    def _read_all(
        self, db: DbSession, topic: Topic, subscriptions: list[Subscription], logins: set[UUID]
    ) -> tuple[dict[UUID, Actor], dict[Reader[Any], Any]]:
        """Return the actors who may still watch, by login, and one reading per reader."""
        may_watch = self._may_watch[topic.kind]
        actors = live_actors(db, logins)
        still = {login: actor for login, actor in actors.items() if may_watch(db, actor, topic)}
        readers = {each.read for each in subscriptions}
        return still, {read: read(db, topic) for read in readers}

    def _is_connected(self, token: str) -> bool:
        tab = self._tabs.get(token)
        if tab is None or self._sockets is None:
            return False
        return tab.socket is not None and self._sockets.socket_of(token) == tab.socket

    async def _tell(self, token: str, subscription: Subscription, *, may_now: bool) -> None:
        """Have the tab take the reading: at once if it is not running an event."""
        assert self._sockets is not None
        handler = subscription.handler()
        if subscription.at_once and may_now and await self._sockets.run_now(token, handler):
            return
        told = await self._sockets.send(token, handler)
        self._telling.add(told)
        told.add_done_callback(self._telling.discard)

    async def sweep_forever(self) -> None:
        """Forget tabs that are gone, and keep recording the presence of the connected ones."""
        beat_every = int(presence.HEARTBEAT.total_seconds() / SWEEP_SECONDS)
        rounds = 0
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            rounds += 1
            try:
                await self._sweep(beat=rounds % beat_every == 0)
            except Exception:
                logger.exception("live: presence could not be recorded")

    async def _sweep(self, *, beat: bool) -> None:
        for token in [token for token in self._tabs if not self._is_connected(token)]:
            self.forget(token)
        here = {tab.actor.user_id for tab in self._tabs.values()}
        if gone := self._present - here:
            self._present -= gone
            if not await database.run_if_writable(presence.leave, self.process_id, gone):
                self._present |= gone  # or their presence would be kept up with the others'
        if beat:
            for user_id in here - self._present:
                await self._arrive(user_id)
        if beat and self._present:
            await database.run(presence.beat, self.process_id)


hub = Hub()
"""This process's hub."""
