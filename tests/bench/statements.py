"""How many SQL statements every route and every event handler runs.

``python -m tests.bench.statements`` calls each once, in a fixed order, on a fresh database with
cases in every state, and writes the counts to ``statements.toml``. Some calls are refused; the cost
of a refusal is counted as well. The server runs no background tasks, so that only the call is
counted.
"""

import asyncio
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from rxapp.core.db import Database
from rxapp.gate.guard import PAGE
from tests.bench import servers
from tests.bench.data import Databases, Prepared
from tests.security.scene import Scene, make_scene
from tests.security.tabs import handlers, open_tab, settled
from tests.security.test_api_matrix import MATRIX, call
from tests.support.caller import api_client
from tests.support.server import Server

TABLE = Path(__file__).parent / "statements.toml"
_HEAD = "# SQL statements of one call on SQLite; written by `python -m tests.bench.statements`.\n"
_PLAIN = {
    "str": "x",
    "UUID": str(UUID(int=0)),
    "int": 1,
    "bool": True,
    "dict": {},
    "SessionStatus": "active",
}

Counts = dict[str, dict[str, int]]


def counts() -> Counts:
    """Return the statements of every route and every handler, by name."""
    folder = Path(tempfile.mkdtemp(prefix="rf-statements-"))
    try:
        with _serving(folder) as (server, prepared, scene):
            routes = _of_routes(server, prepared, scene)
            events = asyncio.run(_of_handlers(server, prepared, scene))
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
    server = servers.counted(prepared.url, folder / "counted", still=True)
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


async def _of_handlers(server: Server, prepared: Prepared, scene: Scene) -> dict[str, int]:
    """Send every event as the admin, from a tab of the page that it belongs to."""
    own, found = scene.own["admin"], {}
    payloads: dict[str, dict[str, Any]] = {
        "RunnerState.choose": {"option_key": "works", "seq": 2},
        "RunnerState.back": {"seq": 3},
        "SessionsState.start": {"form": {"tree": scene.tree_id}},
        "LibraryState.search": {"text": "speaker"},
        "InboxState.claim": {"handoff_id": scene.waiting},
    }
    pages = {
        "RunnerState": ("/sessions/[session_id]", own, "session_id"),
        "HandoffState": ("/sessions/[session_id]", own, "session_id"),
        "PublishState": ("/trees/[tree_id]/publish", scene.tree_id, "tree_id"),
        "VersionsState": ("/trees/[tree_id]/versions", scene.tree_id, "tree_id"),
        "EscalationState": ("/escalations/[handoff_id]", scene.held, "handoff_id"),
    }
    with httpx.Client(verify=False) as client:
        for name, handler in handlers().items():
            state, verb = name.rsplit(".", 2)[-2:]
            if not name.startswith("rxapp."):
                continue
            route, row, argument = pages.get(state, ("/", "", ""))
            options = {"arguments": {argument: row}} if argument else {}
            path = route.replace(f"[{argument}]", row)
            payload = {
                each: _PLAIN.get(kind, "waiting") for each, kind in handler["parameters"].items()
            }
            payload |= {PAGE: row} if PAGE in payload else {}
            payload |= payloads.get(f"{state}.{verb}", {})
            async with open_tab(server, prepared.cast.admin.cookie, path, **options) as tab:
                await settled(tab, quiet=0)
                _taken(client, server)
                await tab.send(name, **payload)
                await settled(tab, quiet=0)
                found[name] = _taken(client, server)
    return found


if __name__ == "__main__":
    write(counts())
