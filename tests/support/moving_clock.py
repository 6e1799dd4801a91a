"""A clock that tests move on."""

from datetime import datetime, timedelta

from rxapp.core import clock

TICK = timedelta(microseconds=1)
"""How far a standing clock goes on at each look, so that what comes later has a later time."""


class MovingClock:
    """A clock that moves with time, and can be moved on; or stands still until it is."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self._stands_at: datetime | None = None

    def now(self) -> datetime:
        if self._stands_at:
            self._stands_at += TICK
        return (self._stands_at or clock.system_now()) + self.ahead

    def stand_still(self) -> None:
        self._stands_at = clock.system_now()

    def move_on(self, **amount: float) -> None:
        self.ahead += timedelta(**amount)
