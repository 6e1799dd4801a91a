"""The bench's server processes: ours, ours with its SQL recorded, and the floors."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.server import ROOT, Server

LOG = "/bench/log"
FLOOR = Path(__file__).resolve().parent / "floor"


class OtherServer(Server):
    """An application other than ours, served with the same options."""

    def __init__(
        self,
        target: str,
        *,
        health: str,
        folder: Path,
        database_url: str,
        data_dir: Path,
        **environment: str,
    ):
        environment["PYTHONPATH"] = str(ROOT)
        super().__init__(database_url=database_url, data_dir=data_dir, **environment)
        self.module = ("tests.bench.serve", target)
        self.health = health
        self.folder = folder


def ours(database_url: str, data_dir: Path) -> Server:
    """Return our server as it is shipped, not started yet."""
    return Server(database_url=database_url, data_dir=data_dir, is_cold=True)


def counted(
    database_url: str, data_dir: Path, *, still: bool = False, **environment: str
) -> OtherServer:
    """Return our server with its SQL recorded; ``still`` leaves out its background tasks."""
    return OtherServer(
        "tests.bench.counted:still" if still else "tests.bench.counted:app",
        health="/api/v1/health",
        folder=ROOT,
        database_url=database_url,
        data_dir=data_dir,
        **environment,
    )


def floor(data_dir: Path) -> OtherServer:
    """Return the bare Reflex app."""
    return _from_floor("floor_app:app", "", data_dir)


def rest_floor(database_url: str, data_dir: Path) -> OtherServer:
    """Return the bare FastAPI route, on the same database file as ours."""
    return _from_floor("rest_app:app", database_url, data_dir)


def _from_floor(target: str, database_url: str, data_dir: Path) -> OtherServer:
    """Return a floor, run from a copy of its files, since Reflex leaves a folder where it runs."""
    folder = data_dir / "app"
    folder.mkdir(parents=True)
    for file in FLOOR.glob("*_app.py"):
        shutil.copy(file, folder)
    shutil.copy(FLOOR / "rxconfig.py", folder)
    return OtherServer(
        target, health="/ping", folder=folder, database_url=database_url, data_dir=data_dir
    )


@contextmanager
def running(*servers: Server) -> Iterator[None]:
    """Start the servers, and end them whatever happens."""
    try:
        for server in servers:
            server.launch()
        for server in servers:
            server.until_it_answers()
        yield
    finally:
        for server in servers:
            server.stop()


def resident_bytes(server: Server) -> int:
    """Return the resident memory of the server and its worker."""
    total = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.getpgid(int(entry.name)) == server.pid:
                    total += int((entry / "statm").read_text().split()[1])
            except (ProcessLookupError, FileNotFoundError):
                continue
    return total * os.sysconf("SC_PAGE_SIZE")


Log = dict[str, list[dict[str, Any]]]


async def noted(server: Server, session: aiohttp.ClientSession) -> Log:
    """Return what a counted server has recorded since the last call."""
    async with session.get(f"{server.base}{LOG}") as answer:
        return await answer.json()


async def noted_until_written(server: Server, session: aiohttp.ClientSession, table: str) -> Log:
    """Return what a counted server recorded up to the commit that wrote to ``table``."""
    log: Log = {"statements": [], "commits": []}
    async with asyncio.timeout(20):
        while not any(table in each["wrote"] for each in log["commits"]):
            await asyncio.sleep(0.02)
            for kind, more in (await noted(server, session)).items():
                log[kind] += more
    return log


def committed_at(log: Log, table: str) -> float:
    """Return when the transaction that wrote to ``table`` was committed, on the server's clock."""
    commits = [each["at"] for each in log["commits"] if table in each["wrote"]]
    assert len(commits) == 1, f"{len(commits)} commits wrote to {table}: {log['commits']}"
    return commits[0]
