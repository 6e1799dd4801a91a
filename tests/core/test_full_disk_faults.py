"""A full disk under SQLite: reading works, and whoever writes is told why it fails."""

import shutil
from pathlib import Path

import httpx
import pytest

from rxapp.core.db import Database
from tests.support.caller import Caller
from tests.support.cast import Cast, make_cast
from tests.support.net import eventually
from tests.support.server import Server
from tests.support.socket_client import Tab

DISK_BYTES = 24_000_000
FULL = "The server's disk is full, so nothing can be saved right now."


@pytest.fixture
def served(new_database, tmp_path: Path):
    """A server whose database lies on a disk of its own, seen through ``server.disk``."""
    made = Path(new_database("sqlite").removeprefix("sqlite:///"))
    database = Database(f"sqlite:///{made}")
    cast = make_cast(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    disk = tmp_path / "disk"
    disk.mkdir()
    # Mounted in a namespace of the server's own: nothing is left when it ends, and no test needs
    # to be root.
    mount = (
        f'mount -t tmpfs -o size={DISK_BYTES} disk {disk} && cp {made} {disk}/test.db && exec "$@"'
    )
    server = Server(
        database_url=f"sqlite:///{disk}/test.db",
        within=["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh"],
    )
    server.cast = cast
    server.start()
    server.disk = Path(f"/proc/{server.pid}/root{disk}")
    yield server
    server.stop()


def fill(disk: Path) -> Path:
    """Fill the disk to the last byte."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 1):
            while True:
                try:
                    file.write(b"x" * size)
                except OSError:
                    break
    assert shutil.disk_usage(disk).free == 0
    return ballast


async def test_reading_goes_on_and_the_reason_is_said(served: Server):
    cast: Cast = served.cast
    technician = Caller(served, cast.technician)
    made = technician.post("/me/tokens", name="Reports", scope="read").json()
    session = technician.post("/sessions", tree_id=str(cast.tree_id)).json()
    integration = httpx.Client(
        base_url=f"{served.base}/api/v1", headers={"Authorization": f"Bearer {made['token']}"}
    )
    ballast = fill(served.disk)

    # Writes are saved while the database's log has room; after that, none is.
    def is_full() -> bool:
        return technician.post("/sessions", tree_id=str(cast.tree_id)).status_code == 503

    eventually(is_full, seconds=20, what="a full disk")
    refused = technician.post("/sessions", tree_id=str(cast.tree_id))
    assert refused.json()["detail"].startswith(FULL)
    for _ in range(3):
        assert integration.get("/trees").status_code == 200
    assert technician.get(f"/sessions/{session['id']}").status_code == 200
    ready = httpx.get(f"{served.base}/api/v1/health/ready")
    assert ready.status_code == 503
    assert "disk is full" in ready.json()["detail"]

    tab = await Tab.connect(served, cast.technician.cookie, "/sessions")
    assert tab.vars("MeState")["name"] == "Technician"
    await tab.close()

    ballast.unlink()
    eventually(
        lambda: technician.post("/sessions", tree_id=str(cast.tree_id)).is_success,
        what="room to save",
    )
    eventually(lambda: httpx.get(f"{served.base}/api/v1/health/ready").is_success, what="readiness")
    integration.close()
    log = served.log.read_text()
    assert "Traceback" not in log, log[log.index("Traceback") :][:3000]
    assert log.count("the disk of the database is full") == 1
