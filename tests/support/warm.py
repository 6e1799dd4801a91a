"""Servers without the wait for imports: forked from a process that has already imported the app.

Importing takes a server three seconds of a processor, everything else a tenth of that. A forked
server runs the same command with its own environment, in a session of its own.
"""

import atexit
import gc
import json
import os
import select
import signal
import subprocess
import sys
import threading
import traceback
from pathlib import Path
from typing import Self


class Forked:
    """A forked process, with as much of ``subprocess.Popen`` as servers need."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._ended = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Return None while it runs."""
        return -1 if self._has_ended(0) else None

    def wait(self, timeout: float) -> None:
        """Wait until it has ended.

        Raises:
            subprocess.TimeoutExpired: if it has not ended after ``timeout`` seconds.
        """
        if not self._has_ended(timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout)

    def _has_ended(self, seconds: float) -> bool:
        return bool(select.select([self._ended], [], [], seconds)[0])

    def __del__(self) -> None:
        os.close(self._ended)


class Nursery:
    """The process that servers are forked from; there is one per process of tests."""

    _only: "Nursery | None" = None

    def __init__(self) -> None:
        root = Path(__file__).resolve().parent.parent.parent
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.warm"],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        atexit.register(self._process.communicate)  # the end of its input ends it

    @classmethod
    def only(cls) -> Self:
        if cls._only is None:
            cls._only = cls()
        return cls._only  # type: ignore[return-value]

    def fork(self, arguments: list[str], environment: dict[str, str], log: Path) -> Forked:
        """Run ``python -m rxapp`` with these arguments, its output appended to ``log``."""
        asked = {"arguments": arguments, "environment": environment, "log": str(log)}
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        self._process.stdin.flush()
        return Forked(int(self._process.stdout.readline()))


def _import_everything() -> None:
    from rxapp import frontend

    frontend.prepare_to_serve()
    import granian.server  # noqa: F401

    import rxapp.cli
    import rxapp.readiness
    import rxapp.screens
    import rxapp.wiring  # noqa: F401


def _become(asked: dict) -> int:
    from reflex_base.config import get_config

    from rxapp.cli import main
    from rxapp.settings import settings

    os.setsid()
    os.write(1, f"{os.getpid()}\n".encode())  # only now may its group get signals
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(asked["environment"])
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for standard in (1, 2):
        os.dup2(log, standard)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    settings.cache_clear()
    get_config(reload=True)
    return main(asked["arguments"])


def _serve() -> None:
    _import_everything()
    assert threading.active_count() == 1, "a fork would lose the other threads"
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the exit codes
    while line := sys.stdin.buffer.readline():
        if os.fork() == 0:
            code = 1
            try:
                code = _become(json.loads(line))
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)


if __name__ == "__main__":
    _serve()
