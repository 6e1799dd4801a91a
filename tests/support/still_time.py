"""A loop whose time passes only while nothing is left to do: waits take no time."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any


class _Selector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def select(self, timeout: float | None = None) -> Any:
        """Return what is ready; if nothing is, the time waited for has passed at once."""
        if timeout is None:
            raise AssertionError("the test waits for what never comes")
        self.passed += timeout
        return super().select(0)


class StillLoop(asyncio.SelectorEventLoop):
    """For code that has no other end than its own: no threads, no network."""

    def __init__(self) -> None:
        self._own = _Selector()
        super().__init__(self._own)

    def time(self) -> float:
        """Return the seconds that have passed here."""
        return self._own.passed


def in_still_time(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an async test on such a loop."""

    @wraps(test)
    def run(*args: Any, **values: Any) -> None:
        with asyncio.Runner(loop_factory=StillLoop) as runner:
            runner.run(test(*args, **values))

    return run
