"""Rate limits, in memory or in Redis: how often one address or one account may try something."""

import hashlib
import logging
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from rxapp.core.errors import TooMany, Unavailable

T = TypeVar("T")

logger = logging.getLogger(__name__)

REDIS_SECONDS = 1.5
"""How long Redis may take to connect, and to answer."""

REDIS_ATTEMPTS = 2
"""The second attempt is for a connection that was cut since it was last used."""

AWAY = "This can't be done right now because part of the server is not responding. Try again soon."


@dataclass(frozen=True, slots=True)
class Limit:
    """What is limited, and how often it may happen, as in ``10/minute``."""

    name: str
    rate: RateLimitItem

    @classmethod
    def of(cls, name: str, rate: str) -> "Limit":
        """Return the limit that ``rate`` describes."""
        return cls(name, parse(rate))


class _Memory(MemoryStorage):
    """The library's storage, except that a key may be cleared while its cleanup reads that key."""

    async def clear(self, key: str) -> None:
        """Forget the key's events; the cleanup removes the empty list."""
        async with self.locks[key]:
            self.events[key] = []


class Limiter:
    """Counts attempts. Several processes share their counts through Redis."""

    def __init__(self, redis_url: str = "") -> None:
        self._strategy = MovingWindowRateLimiter(_redis(redis_url) if redis_url else _Memory())

    async def hit(self, limit: Limit, who: str) -> None:
        """Count an attempt of ``who``.

        Raises:
            TooMany: if there were too many; ``retry_after`` is in seconds.
            Unavailable: if Redis does not answer, so the number of attempts is unknown.
        """
        key = _key(who)
        if not await _answered(self._strategy.hit(limit.rate, limit.name, key)):
            await self._refuse(limit, key)

    async def check(self, limit: Limit, who: str) -> None:
        """Refuse if there were too many attempts, without counting this one.

        Raises:
            TooMany: as :meth:`hit`.
        """
        key = _key(who)
        if not await _answered(self._strategy.test(limit.rate, limit.name, key)):
            await self._refuse(limit, key)

    async def forget(self, limit: Limit, who: str) -> None:
        """Reset the count of ``who``."""
        await _answered(self._strategy.clear(limit.rate, limit.name, _key(who)))

    async def _refuse(self, limit: Limit, key: str) -> None:
        window = await _answered(self._strategy.get_window_stats(limit.rate, limit.name, key))
        raise TooMany(max(1, round(window.reset_time - time.time())))


def _redis(url: str) -> RedisStorage:
    options: dict[str, Any] = {
        "socket_timeout": REDIS_SECONDS,
        "socket_connect_timeout": REDIS_SECONDS,
        "retry": Retry(NoBackoff(), REDIS_ATTEMPTS - 1),
    }
    return RedisStorage(f"async+{url}", implementation="redispy", **options)


async def _answered(asked: Coroutine[Any, Any, T]) -> T:
    """Return the result of a call to the counts.

    Raises:
        Unavailable: if Redis does not answer.
    """
    try:
        return await asked
    except (RedisError, OSError) as error:
        logger.error("the limits cannot be counted, Redis does not answer: %s", error)
        raise Unavailable(AWAY) from None


def _key(who: str) -> str:
    # Hashed: what people type must neither fill the memory nor change the form of a key.
    return hashlib.sha256(who.encode("utf-8", "replace")).hexdigest()[:32]


_current: Limiter | None = None


def configure(redis_url: str = "") -> Limiter:
    """Make a new limiter the process's and return it."""
    global _current
    _current = Limiter(redis_url)
    return _current


def limiter() -> Limiter:
    """Return the process's limiter; in memory unless configured."""
    return _current or configure()
