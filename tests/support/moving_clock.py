"""A clock that only tests move on."""

from datetime import datetime, timedelta

from rxapp.core import clock

TICK = timedelta(microseconds=1)
"""How far it goes on at each look, so that what comes later has a later time."""


class MovingClock:
    """A clock that stands still until it is moved on: a busy machine adds no time of its own."""

    def __init__(self) -> None:
        self._now = clock.system_now()

    def now(self) -> datetime:
        self._now += TICK
        return self._now

    def move_on(self, **amount: float) -> None:
        self._now += timedelta(**amount)
