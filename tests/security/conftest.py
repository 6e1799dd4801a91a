"""A server with something to steal, and direct access to its database."""

from collections.abc import Iterator

import pytest

from tests.security.scene import Log, Rows, Scene, make_scene
from tests.support.server import Server


@pytest.fixture(scope="module")
def rows(live_server: Server) -> Iterator[Rows]:
    opened = Rows(live_server.database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def scene(live_server: Server, rows: Rows) -> Scene:
    return make_scene(rows, live_server.cast)


@pytest.fixture
def log(live_server: Server) -> Log:
    return Log(live_server.log)
