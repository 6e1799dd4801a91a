"""Free ports on the loopback interface, and waiting for what takes a moment."""

import socket
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(check: Callable[[], T], *, seconds: float = 10.0, what: str = "it") -> T:
    """Return the first truthy result of ``check``; an exception in it counts as not yet."""
    deadline = time.monotonic() + seconds
    last: object = None
    while time.monotonic() < deadline:
        try:
            last = check()
            if last:
                return last  # type: ignore[return-value]
        except (AssertionError, OSError) as error:
            last = error
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s for {what}; last: {last!r}")
