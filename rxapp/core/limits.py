"""Rate limits, in memory or in Redis: how often one address or one account may try something."""

import hashlib
import time
from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter

from rxapp.core.errors import TooMany


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
    """The library's storage, but that one may clear a key while its tidying reads it."""

    async def clear(self, key: str) -> None:
        """Forget the key's events; the tidying takes the empty list away."""
        async with self.locks[key]:
            self.events[key] = []


class Limiter:
    """Counts attempts. Several processes share their counts through Redis."""

    def __init__(self, redis_url: str = "") -> None:
        storage = (
            RedisStorage(f"async+{redis_url}", implementation="redispy") if redis_url else _Memory()
        )
        self._strategy = MovingWindowRateLimiter(storage)

    async def hit(self, limit: Limit, who: str) -> None:
        """Count an attempt of ``who``.

        Raises:
            TooMany: if there were too many; ``retry_after`` is in seconds.
        """
        key = _key(who)
        if not await self._strategy.hit(limit.rate, limit.name, key):
            await self._refuse(limit, key)

    async def check(self, limit: Limit, who: str) -> None:
        """Count nothing, but refuse if there were too many.

        Raises:
            TooMany: as :meth:`hit`.
        """
        key = _key(who)
        if not await self._strategy.test(limit.rate, limit.name, key):
            await self._refuse(limit, key)

    async def forget(self, limit: Limit, who: str) -> None:
        """Start the count of ``who`` anew."""
        await self._strategy.clear(limit.rate, limit.name, _key(who))

    async def _refuse(self, limit: Limit, key: str) -> None:
        window = await self._strategy.get_window_stats(limit.rate, limit.name, key)
        raise TooMany(max(1, round(window.reset_time - time.time())))


def _key(who: str) -> str:
    # Hashed: what people type must neither fill the memory nor bend a key.
    return hashlib.sha256(who.encode("utf-8", "replace")).hexdigest()[:32]


_current: Limiter | None = None


def configure(redis_url: str = "") -> Limiter:
    """Make a limiter the process's own and return it."""
    global _current
    _current = Limiter(redis_url)
    return _current


def limiter() -> Limiter:
    """Return the process's limiter; in memory unless configured."""
    return _current or configure()
