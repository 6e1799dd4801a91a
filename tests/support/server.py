"""A real server process: the built pages, the websocket and the API on a free port."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import httpx

from rxapp.core.db import Database
from tests.support.cast import make_cast
from tests.support.net import eventually, free_port
from tests.support.secret import SECRET_KEY
from tests.support.warm import Forked, Nursery

APP = ("rxapp", "serve")
ROOT = Path(__file__).resolve().parent.parent.parent

PLAIN_NAME = "helpdesk.test"
"""A name of this machine that browsers do not trust like localhost."""


class Server:
    """``python -m rxapp serve`` in a process group of its own.

    ``name`` is what browsers call it; they must have been told that it means this machine.
    ``within`` is a command that runs it, such as ``prlimit``; ``is_cold``: it imports everything
    itself instead of being forked from a process that has.
    """

    module = APP
    folder = ROOT
    health = "/api/v1/health"

    def __init__(
        self,
        *,
        database_url: str,
        data_dir: Path | None = None,
        name: str = "127.0.0.1",
        within: Sequence[str] = (),
        is_cold: bool = False,
        **environment: str,
    ) -> None:
        self.port = free_port()
        self.data_dir = data_dir or Path(tempfile.mkdtemp(prefix="rf-data-"))
        self.base = f"http://{name}:{self.port}"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("RF_")},
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "RF_DATA_DIR": str(self.data_dir),
            "DATABASE_URL": database_url,
            "PUBLIC_URL": self.base,
            "SECRET_KEY": SECRET_KEY,
            "SMTP_URL": "",
            "REDIS_URL": "",
            **environment,
        }
        self._within = within
        self._is_cold = is_cold
        self.log = self.data_dir / "server.log"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._process: subprocess.Popen | Forked | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> Self:
        return self.launch().until_it_answers()

    def launch(self) -> Self:
        """Start the process and do not wait for it."""
        if not (self._is_cold or self._within or self.module != APP):
            self._process = Nursery.only().fork(["serve"], self._environment, self.log)
            return self
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._within, sys.executable, "-m", *self.module],
                cwd=self.folder,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    def until_it_answers(self) -> Self:
        eventually(self._answers, seconds=40, what=f"the server; log: {self.log}")
        return self

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(f"the server ended:\n{self.log.read_text()[-3000:]}")
        try:
            host = "[::1]" if self._environment["HOST"] == "::1" else "127.0.0.1"
            address = f"http://{host}:{self.port}{self.health}"
            # Plain http: reading the certificates of the machine would cost 80 ms at every try.
            return httpx.get(address, timeout=2, verify=False).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server and its workers at once, without a chance to tidy up."""
        self._end(signal.SIGKILL)

    def _end(self, how: int) -> None:
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, how)
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=10)
        except ProcessLookupError:
            pass
        self._process = None


def with_cast(url: str, **options: str) -> Iterator[Server]:
    """Serve the database with the cast in it: ``server.cast``, ``server.database_url``."""
    database = Database(url)
    cast = make_cast(database)
    database.close()
    server = Server(database_url=url, **options)
    server.cast = cast  # type: ignore[attr-defined]
    server.database_url = url  # type: ignore[attr-defined]
    server.start()
    yield server
    server.stop()
