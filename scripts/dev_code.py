"""The current code, in a fork of ``make dev``: it compiles the pages, then serves."""

import contextlib
import importlib
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable

STOP_SECONDS = 1.5
"""How long a server may take to stop before it is killed."""


class Child:
    """A fork of this process that does one thing, in its own process group."""

    def __init__(self, work: Callable[[], int]) -> None:
        self.since = time.monotonic()
        self.code: int | None = None
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self._be_the_child(work)

    def _be_the_child(self, work: Callable[[], int]) -> None:
        code = 1
        try:
            os.setsid()
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            code = work()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def has_ended(self) -> bool:
        """Return whether it has ended; ``code`` is its exit code."""
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is not None

    def seconds(self) -> float:
        """Return how many seconds ago it began."""
        return time.monotonic() - self.since

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """End it and everything that it started."""
        self._signal(signal.SIGTERM)
        until = time.monotonic() + seconds
        while not self.has_ended() and time.monotonic() < until:
            time.sleep(0.01)
        self._signal(signal.SIGKILL)
        while not self.has_ended():
            time.sleep(0.01)

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)


class Code(Child):
    """The current code: it compiles the pages and, if it ``serves``, waits to take over."""

    def __init__(self, *, serves: bool) -> None:
        self.serves = serves
        self._compiled, self._says_compiled = os.pipe()
        self._imported, self._says_imported = os.pipe()
        self._may_serve, self._go = os.pipe()
        super().__init__(self._work)
        for end in (self._says_compiled, self._says_imported, self._may_serve):
            os.close(end)

    def _work(self) -> int:
        os.close(self._go)
        importlib.import_module("rxapp.rxapp")
        if not self.serves:
            return self._compile()
        if os.fork() == 0:
            for end in (self._says_imported, self._may_serve):
                os.close(end)
            return self._compile()
        os.close(self._says_compiled)
        os.write(self._says_imported, "\n".join(_libraries()).encode())
        os.close(self._says_imported)
        os.read(self._may_serve, 1)
        from rxapp import cli

        return cli.main(["serve"])

    def _compile(self) -> int:
        from rxapp.reflex_seam.compiling import compile_pages

        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # its progress; errors are on stderr
        compile_pages()
        os.write(self._says_compiled, b"yes")
        return 0

    def libraries(self) -> list[str] | None:
        """Return what it imported besides our code: nothing if it failed, None while it runs."""
        said = _said(self._imported)
        return None if said is None else said.split()

    def compiled(self) -> bool | None:
        """Return whether it compiled the pages, or None while it is compiling."""
        said = _said(self._compiled)
        return None if said is None else bool(said)

    def serve(self) -> None:
        """Let it take the port."""
        os.close(self._go)


def _said(end: int) -> str | None:
    """Return everything that a child wrote once it has closed its end, or None before that."""
    if not select.select([end], [], [], 0)[0]:
        return None
    said = b""
    while part := os.read(end, 65536):
        said += part
    return said.decode()


def _libraries() -> list[str]:
    own = ("rxapp", "rxconfig", "alembic.env", "__")
    return [name for name in sys.modules if not name.startswith(own)]
