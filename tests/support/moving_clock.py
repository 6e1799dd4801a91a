"""A clock that tests move on."""

from datetime import timedelta

from rxapp.core import clock


class MovingClock:
    """A clock that moves with time, and can be moved on."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self):
        return clock.system_now() + self.ahead

    def move_on(self, **amount: float) -> None:
        self.ahead += timedelta(**amount)
