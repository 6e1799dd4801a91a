"""Readiness: whether this server can do its work now and, if not, what is missing.

Each thing that it needs has a check, which returns in words what is wrong, or nothing. Anything
that merely degrades the service, such as a mail server that is down, is only a warning, because a
restart would not help.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import redis.asyncio

from rxapp import schema
from rxapp.api.health import Check, Readiness, Standing
from rxapp.core import db as database
from rxapp.core import write_check
from rxapp.core.clock import utc_now
from rxapp.core.errors import Unavailable
from rxapp.notifications.dispatcher import Dispatcher
from rxapp.notifications.queries import mail_standing

logger = logging.getLogger(__name__)

KEPT_SECONDS = 1.0
"""How long an answer is reused, however often it is requested."""

ANSWER_SECONDS = 2.0
"""How long one check may take."""

DISPATCHER_SECONDS = 30.0
"""How long the dispatcher may be without a successful round; it does one every two seconds."""

Ask = Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class _Need:
    name: str
    ask: Ask
    is_needed: bool


class Ready:
    """The checks of this process, and their answers within the last second."""

    def __init__(self) -> None:
        self._needs: list[_Need] = []
        self._asking: asyncio.Task[Readiness] | None = None
        self._until = 0.0
        self._said = ""

    def needs(self, name: str, ask: Ask) -> None:
        """Report "not ready" while ``ask()`` returns what is wrong."""
        self._needs.append(_Need(name, ask, True))

    def misses(self, name: str, ask: Ask) -> None:
        """Report a warning, but "ready", while ``ask()`` returns what is wrong."""
        self._needs.append(_Need(name, ask, False))

    async def report(self) -> Readiness:
        """Return the results of all checks; simultaneous requests share one answer."""
        now = asyncio.get_running_loop().time()
        if self._asking is None or (self._asking.done() and now >= self._until):
            self._asking = asyncio.create_task(self._ask_all())
            self._until = now + KEPT_SECONDS + ANSWER_SECONDS
        return await asyncio.shield(self._asking)

    async def _ask_all(self) -> Readiness:
        checks = list(await asyncio.gather(*(self._ask(need) for need in self._needs)))
        wrong = "; ".join(f"{each.name}: {each.reason}" for each in checks if each.reason)
        if wrong != self._said:
            logger.warning("readiness: %s", wrong or "everything answers")
            self._said = wrong
        self._until = asyncio.get_running_loop().time() + KEPT_SECONDS
        is_ready = all(each.standing is not Standing.FAILED for each in checks)
        return Readiness(status="ready" if is_ready else "not ready", checks=checks)

    async def _ask(self, need: _Need) -> Check:
        try:
            reason = await asyncio.wait_for(need.ask(), ANSWER_SECONDS)
        except TimeoutError:
            reason = "does not answer"
        except Unavailable as error:
            reason = error.message.rstrip(".")
        except Exception as error:
            # The error's text may contain an address; its type is enough here.
            logger.debug("readiness: %s", need.name, exc_info=error)
            reason = f"does not answer ({type(error).__name__})"
        standing = Standing.FAILED if need.is_needed else Standing.WARNING
        return Check(name=need.name, standing=standing if reason else Standing.OK, reason=reason)


async def tables() -> str:
    """Return what is wrong with the version of the tables."""
    return await database.read(lambda db: schema.fault(schema.applied(db.connection())))


async def writes() -> str:
    """Write a row; raises the database's error if that fails."""
    await database.run(write_check.write)
    return ""


def answers(url: str) -> Ask:
    """Return a check of whether the Redis at ``url`` answers."""
    client = redis.asyncio.Redis.from_url(
        url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS
    )

    async def ask() -> str:
        await client.execute_command("PING")
        return ""

    return ask


def works(tasks: Sequence["asyncio.Task[None]"], dispatcher: Dispatcher) -> Ask:
    """Return a check of whether the background work is running."""

    async def ask() -> str:
        ended = [task.get_name() for task in tasks if task.done()]
        if ended:
            return f"{', '.join(ended)} ended; restart the server"
        if dispatcher.idle_seconds > DISPATCHER_SECONDS:
            return (
                f"the dispatcher has not finished a round for {dispatcher.idle_seconds:.0f} seconds"
            )
        return ""

    return ask


def sends(smtp_url: str) -> Ask:
    """Return a check of whether emails can be sent; it does not quote the mail server."""

    async def ask() -> str:
        if not smtp_url:
            return "no mail server is set up: SMTP_URL is empty"
        standing = await database.read(mail_standing)
        if not standing.is_alarming(utc_now()) or standing.trouble is None:
            return ""
        since = f"since {standing.since:%Y-%m-%d %H:%M} UTC" if standing.since else ""
        return f"{standing.trouble.words} ({since}; {standing.waiting} emails waiting)"

    return ask
