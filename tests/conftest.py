"""What every test can ask for: both databases, the cast, a client of the API, a real server."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOMY = 4 * 2**30


def _temporary() -> Path:
    """Make the folder of this run's files: in memory where there is room, since disks are slow."""
    is_roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOMY
    return Path(tempfile.mkdtemp(prefix="rf-tests-", dir=MEMORY if is_roomy else None))


TEMPORARY = _temporary()
os.environ.update(
    RF_DATA_DIR=str(TEMPORARY / "data"),
    DATABASE_URL="",
    REDIS_URL="",
    SMTP_URL="",
    PUBLIC_URL="",
    RF_DEMO="",
    SECRET_KEY="a key for tests alone, long enough to be taken",
    REFLEX_TELEMETRY_ENABLED="false",
    # Every test comes from one address; the limits have tests of their own.
    LIMIT_SIGN_IN="1000000/minute",
    LIMIT_SIGN_IN_FAILURES="1000000/minute",
    LIMIT_REGISTER="1000000/minute",
    LIMIT_RESET="1000000/minute",
    LIMIT_INVITE="1000000/minute",
)

import httpx  # noqa: E402
import pytest  # noqa: E402
from alembic.config import Config  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from alembic import command  # noqa: E402
from rxapp.core import clock, deadline, limits  # noqa: E402
from rxapp.core import db as core_db  # noqa: E402
from rxapp.core.db import Database  # noqa: E402
from rxapp.settings import Settings  # noqa: E402
from tests.support import chromium  # noqa: E402
from tests.support.cast import PASSWORD, Cast, make_cast  # noqa: E402
from tests.support.mail import MailServer  # noqa: E402
from tests.support.postgres import Cluster  # noqa: E402
from tests.support.server import ROOT, Server  # noqa: E402

deadline.CALL_SECONDS = 30.0  # a call of a test may wait for a busy machine; servers keep theirs

PLAIN_NAME = "helpdesk.test"
"""A name of this machine that browsers do not trust as they trust localhost."""


def migrate(url: str) -> str:
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["url"] = url
    command.upgrade(config, "head")
    return url


ON = {
    "database_url": ("sqlite", "postgresql"),
    "live_server": ("sqlite",),
    "mailing_server": ("sqlite",),
}
"""The databases of a fixture, where a test does not name its own; tests/support/databases.py."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test on its databases."""
    mark = metafunc.definition.get_closest_marker("on")
    own = [str(each.args[0]) for each in metafunc.definition.iter_markers("parametrize")]
    for name, usual in ON.items():
        if name in metafunc.fixturenames and not any(name in names for names in own):
            scope = "function" if name == "database_url" else "module"
            metafunc.parametrize(name, mark.args if mark else usual, indirect=True, scope=scope)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let several processes share the tests."""
    parser.addoption("--share", default="1/1", help="which share of the modules to run, as 2/3")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the modules of the other shares, once the marks have chosen."""
    number, of = map(int, config.getoption("--share").split("/"))
    sizes = Counter(item.path for item in items)
    weights = [0] * of
    mine = set()
    for path, size in sorted(sizes.items(), key=lambda each: (-each[1], each[0])):
        lightest = weights.index(min(weights))
        weights[lightest] += size
        if lightest == number - 1:
            mine.add(path)
    config.hook.pytest_deselected(items=[item for item in items if item.path not in mine])
    items[:] = [item for item in items if item.path in mine]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what drives a browser: its driver keeps an event loop that tests of others cannot share.

    So these run in a process of their own: ``pytest -m browser`` and ``pytest -m "not browser"``.
    """
    if "browser" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def _remove_temporary_files() -> Iterator[None]:
    yield
    shutil.rmtree(TEMPORARY, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    running = Cluster()
    yield running
    running.remove()


@dataclass(frozen=True)
class Template:
    """A database to copy: its file, or its name on PostgreSQL; and the cast that is in it."""

    place: str
    cast: Cast | None = None


def _sqlite_template(*, peopled: bool) -> Template:
    file = TEMPORARY / f"template-{peopled}.db"
    database = Database(migrate(f"sqlite:///{file}"))
    cast = make_cast(database) if peopled else None
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return Template(str(file), cast)


def _postgresql_template(cluster: Cluster, *, peopled: bool) -> Template:
    database = Database(migrate(cluster.new_database()))
    cast = make_cast(database) if peopled else None
    database.close()
    name = database.engine.url.database
    assert name is not None
    return Template(name, cast)


Templates = Callable[..., Template]


@pytest.fixture(scope="session")
def templates(request: pytest.FixtureRequest) -> Templates:
    """Return the migrated database of a kind, with the cast in it or empty; made once."""

    @cache
    def template(kind: str, *, peopled: bool) -> Template:
        if kind == "sqlite":
            return _sqlite_template(peopled=peopled)
        return _postgresql_template(request.getfixturevalue("cluster"), peopled=peopled)

    return template


NewDatabase = Callable[..., str]


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest, templates: Templates) -> NewDatabase:
    """Make a migrated database, ``sqlite`` or ``postgresql``: empty, or with the cast in it."""

    def make(kind: str, *, peopled: bool = False) -> str:
        place = templates(kind, peopled=peopled).place
        if kind == "postgresql":
            return request.getfixturevalue("cluster").new_database(place)
        file = Path(tempfile.mkdtemp(dir=TEMPORARY)) / "test.db"
        shutil.copy(place, file)
        return f"sqlite:///{file}"

    return make


@pytest.fixture
def database_url(request: pytest.FixtureRequest, new_database: NewDatabase) -> str:
    return new_database(request.param, peopled="cast" in request.fixturenames)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The process's database for this test: once on SQLite, once on PostgreSQL."""
    configured = core_db.configure(database_url)
    limits.configure()  # its counts and its locks belong to one event loop
    yield configured
    configured.engine.dispose()


@pytest.fixture
def cast(database: Database, templates: Templates) -> Cast:
    """The people of both accounts, who are in the database already."""
    found = templates("sqlite" if database.is_sqlite else "postgresql", peopled=True).cast
    assert found is not None
    return found


@pytest.fixture
def moving_clock() -> Iterator["MovingClock"]:
    moving = MovingClock()
    clock.use(moving.now)
    yield moving
    clock.use(None)


class MovingClock:
    """A clock that moves with time, and can be moved on."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self):
        return clock.system_now() + self.ahead

    def move_on(self, **amount: float) -> None:
        self.ahead += timedelta(**amount)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium, started once."""
    with sync_playwright() as playwright:
        running = chromium.launch(playwright, [f"--host-resolver-rules=MAP {PLAIN_NAME} 127.0.0.1"])
        yield running
        running.close()


@pytest.fixture
def sends_mail(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """A mail server counts as set up; ``sends_mail(False)``: none does."""

    def say(is_set_up: bool = True) -> None:
        monkeypatch.setattr(Settings, "sends_mail", property(lambda _self: is_set_up))

    say()
    return say


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def api(database: Database):
    """The API as an ASGI application; ``await api(person)`` gives a signed-in client of it."""
    from rxapp.api.app import create_api
    from rxapp.wiring import connect_features, routers

    connect_features()
    app = create_api(routers(), version="test")
    clients: list[httpx.AsyncClient] = []

    async def sign_in(person=None) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://test/api/v1")
        clients.append(client)
        if person is not None:
            answer = await client.post(
                "/auth/login/json", json={"email": person.email, "password": PASSWORD}
            )
            assert answer.status_code == 200, answer.text
            client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return client

    yield sign_in
    for client in clients:
        await client.aclose()


@pytest.fixture(scope="module")
def live_server(request: pytest.FixtureRequest, new_database: NewDatabase) -> Iterator[Server]:
    """A real server with the cast in its database, once a module and database."""
    yield from with_cast(new_database(request.param))


@pytest.fixture
def plain_server(new_database: NewDatabase) -> Iterator[Server]:
    """The same under a name that gives its pages no secure context, as http in an office does."""
    yield from with_cast(new_database("sqlite"), name=PLAIN_NAME)


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
