"""A real Redis on the loopback interface, which can be stopped, started again and paused."""

import shutil
import signal
import subprocess
import tempfile
from typing import Self

import redis

from tests.support.net import eventually, free_port


class RedisServer:
    """``redis-server``, only in memory: its data is gone after a restart."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self._folder = tempfile.mkdtemp(prefix="rf-redis-")
        self._process: subprocess.Popen | None = None

    def start(self) -> Self:
        """Start, and return once it answers."""
        program = shutil.which("redis-server")
        assert program, "redis-server is missing: install it from the distribution"
        where = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", self._folder]
        self._process = subprocess.Popen([program, *where, "--save", ""], stdout=subprocess.DEVNULL)
        with redis.Redis(port=self.port) as client:
            eventually(lambda: self._answers(client), what="Redis")
        return self

    def _answers(self, client: redis.Redis) -> bool:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False

    def forget_everything(self) -> None:
        """Delete every key, like a restart, but without any downtime."""
        with redis.Redis(port=self.port) as client:
            client.flushall()

    def pause(self) -> None:
        """Stop answering, with connections left open, until :meth:`go_on`."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Answer again after :meth:`pause`."""
        self._signal(signal.SIGCONT)

    def _signal(self, which: int) -> None:
        assert self._process is not None
        self._process.send_signal(which)

    def stop(self) -> None:
        """End it; harmless if it does not run."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None

    def remove(self) -> None:
        """End it and delete its files."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
