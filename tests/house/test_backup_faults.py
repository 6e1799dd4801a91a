"""The steps of docs/backup.md, run while a server is being written to."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rxapp.core.db import Database
from tests.support.caller import Caller
from tests.support.server import ROOT, Server

PAGE = (ROOT / "docs" / "backup.md").read_text()
COMMANDS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
SQLITE_COPY, SQLITE_VACUUM, DUMP, RESTORE = COMMANDS


class Busy:
    """Starts sessions until stopped, and remembers which were acknowledged."""

    def __init__(self, caller: Caller, tree_id: object) -> None:
        self.acknowledged: list[str] = []
        self._caller = caller
        self._tree_id = str(tree_id)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def _work(self) -> None:
        while not self._stopped.is_set():
            answer = self._caller.post("/sessions", tree_id=self._tree_id)
            if answer.is_success:
                self.acknowledged.append(answer.json()["id"])

    def __enter__(self) -> "Busy":
        self._thread.start()
        while len(self.acknowledged) < 20:
            self._stopped.wait(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()


def shell(command: str, **environment: str) -> None:
    python = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        env={**os.environ, "PATH": python, **environment},
        check=True,
        timeout=120,
    )


def sessions_in(url: str) -> set[str]:
    database = Database(url)
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT id FROM guided_session").all()
    database.close()
    return {str(row[0]).replace("-", "") for row in rows}


def plain(ids: list[str]) -> set[str]:
    return {each.replace("-", "") for each in ids}


@pytest.fixture
def busy(serve, people) -> Iterator[tuple[Server, Busy]]:
    server = serve()
    with Busy(Caller(server, people.technician), people.tree_id) as work:
        yield server, work


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_copy_of_sqlite_holds_everything_that_was_acknowledged(busy, database_url, tmp_path):
    _, work = busy
    folder = Path(database_url.removeprefix("sqlite:///")).parent
    (folder / "resolutionflow.db").symlink_to(folder / "test.db")
    for command, name in (
        (SQLITE_COPY, "resolutionflow.db"),
        (SQLITE_VACUUM, "resolutionflow-small.db"),
    ):
        before = plain(work.acknowledged)
        shell(command, RF_DATA_DIR=str(folder), BACKUP=str(tmp_path))
        copied = tmp_path / name
        assert before <= sessions_in(f"sqlite:///{copied}")
    restored = Server(database_url=f"sqlite:///{copied}").start()
    restored.stop()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_dump_of_postgresql_holds_everything_that_was_acknowledged(
    busy, database_url, cluster, tmp_path
):
    _, work = busy
    before = plain(work.acknowledged)
    shell(DUMP, DATABASE_URL=database_url, BACKUP=str(tmp_path))
    empty = cluster.new_database()
    shell(RESTORE, DATABASE_URL=empty, BACKUP=str(tmp_path))
    assert before <= sessions_in(empty)
