"""How many SQL statements every route and every event handler runs.

``python -m tests.bench.statements`` calls each once, in a fixed order, on a fresh database with
cases in every state, and writes the counts to ``statements.toml``. Every event does its work; some
routes are refused, and the cost of a refusal is counted as well. The server runs no background
tasks, so that only the call is counted.
"""

import asyncio
import os
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from rxapp.core.db import Database
from rxapp.gate.guard import PAGE
from tests.bench import servers
from tests.bench.acts import PAGES, act, fill_pages
from tests.bench.data import Databases, Prepared
from tests.bench.maker import Act, Maker
from tests.security.scene import Scene, make_scene
from tests.security.tabs import handlers, open_tab, settled
from tests.security.test_api_matrix import MATRIX, call
from tests.support.caller import api_client
from tests.support.secret import SECRET_KEY
from tests.support.server import Server

TABLE = Path(__file__).parent / "statements.toml"
_HEAD = "# SQL statements of one call on SQLite; written by `python -m tests.bench.statements`.\n"
_MORE_THAN_A_PAGE = 60
_NO_MAIL = "smtp://127.0.0.1:9"
"""A mail server that is set up; nothing is sent there, as the tasks that send do not run."""

Counts = dict[str, dict[str, int]]


def counts() -> Counts:
    """Return the statements of every route and every handler, by name."""
    folder = Path(tempfile.mkdtemp(prefix="rf-statements-"))
    try:
        with _serving(folder) as (server, prepared, scene):
            routes = _of_routes(server, prepared, scene)
            events = asyncio.run(_of_handlers(server, prepared))
            return {"routes": routes, "handlers": events}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def kept() -> Counts:
    """Return the content of the table."""
    return tomllib.loads(TABLE.read_text())


def write(found: Counts) -> None:
    """Write the table."""
    parts = [
        "".join([f"\n[{kind}]\n", *(f'"{name}" = {count}\n' for name, count in each.items())])
        for kind, each in found.items()
    ]
    TABLE.write_text(_HEAD + "".join(parts))


@contextmanager
def _serving(folder: Path) -> Iterator[tuple[Server, Prepared, Scene]]:
    prepared = Databases(folder).new("statements")
    database = Database(prepared.url)
    scene = make_scene(database, prepared.cast)
    database.close()
    server = servers.counted(prepared.url, folder / "counted", still=True, SMTP_URL=_NO_MAIL)
    with servers.running(server):
        yield server, prepared, scene


def _taken(client: httpx.Client, server: Server) -> int:
    return len(client.get(f"{server.base}{servers.LOG}").json()["statements"])


def _of_routes(server: Server, prepared: Prepared, scene: Scene) -> dict[str, int]:
    """Call every route as the owner, with a case of their own and one that waits."""
    found = {}
    with api_client(server, prepared.cast.owner) as owner:
        for route in MATRIX:
            _taken(owner, server)
            call(owner, route, scene, session_id=scene.own["owner"], handoff_id=scene.waiting)
            found[route] = _taken(owner, server)
    return found


async def _of_handlers(server: Server, prepared: Prepared) -> dict[str, int]:
    """Send every event as an owner, from a tab of the page that it belongs to."""
    found = {}
    database = Database(prepared.url)
    with database.transaction() as db:
        fill_pages(db, prepared.cast, _MORE_THAN_A_PAGE)
    with httpx.Client(verify=False) as client:
        for name, handler in handlers().items():
            with database.transaction() as db:
                maker = Maker(db, prepared.cast)
                sent = act(".".join(name.rsplit(".", 2)[-2:]), maker)
            found[name] = await _taken_by(client, server, maker.me.cookie, name, handler, sent)
    database.close()
    return found


async def _taken_by(
    client: httpx.Client, server: Server, cookie: str, name: str, handler: dict[str, Any], sent: Act
) -> int:
    """Return the statements of one event.

    Raises:
        RuntimeError: if it was refused: then it does not say what the handler costs.
    """
    path = sent.path or PAGES.get(name.split(".")[-2], "/")
    options = {"arguments": {sent.argument: sent.row}} if sent.argument else {}
    page = {PAGE: sent.row} if PAGE in handler["parameters"] else {}
    async with open_tab(server, cookie, path, **options) as tab:
        await settled(tab, quiet=0)
        if sent.after:
            before, payload = sent.after
            await tab.send(name.rpartition(".")[0] + f".{before}", **page | payload)
            await settled(tab, quiet=0)
        _taken(client, server)
        await tab.send(name, **page | sent.payload)
        await settled(tab, quiet=0)
        await settled(tab, quiet=0)  # once more: what the handler sends after itself comes last
        said = tab.vars("GuardState")
        if said.get("notice") and said["notice_kind"] == "error":
            hint = "say in tests/bench/acts.py what it needs"
            raise RuntimeError(f"{name} was refused, {hint}: {said['notice']}")
        return _taken(client, server)


if __name__ == "__main__":
    os.environ["SECRET_KEY"] = SECRET_KEY  # what is written here is read by the server
    write(counts())
