"""The kinds of tests, and their order. Fixtures are in fixtures/."""

import shutil
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.support import environment

pytest_plugins = [
    "tests.fixtures.databases",
    "tests.fixtures.servers",
    "tests.fixtures.pages",
    "tests.fixtures.people",
]

SECONDS = {"browser": 4.0, "faults": 12.0, "fuzz": 2.0, "server": 0.7, "api": 0.3}
"""About how many seconds a test of each kind takes."""

OTHERS_SECONDS = 0.15

SERVERS = {"live_server", "plain_server", "mailing_server", "serve"}
"""Fixtures that start a server, beside those of modules that know its class."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark each test by its folder, its file name and its fixtures."""
    for kind in _kinds(item):
        item.add_marker(kind)


def _kinds(item: pytest.Item) -> Iterator[str]:
    from tests.support.server import Server

    asked = set(getattr(item, "fixturenames", ()))
    name = item.path.stem
    if "browser" in asked:
        yield "browser"  # its driver keeps an event loop that other tests cannot share
    if name.endswith("_faults"):
        yield "faults"
    if "_fuzz" in name:
        yield "fuzz"
    if item.path.parent.name == "security":
        yield "security"
    if "api" in asked or name.endswith("_api"):
        yield "api"
    known = vars(item.getparent(pytest.Module).obj).values()
    if asked & SERVERS or any(each is Server for each in known):
        yield "server"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the modules that take longest first, so that all processes end at the same time."""
    seconds: Counter = Counter()
    for item in items:
        seconds[item.path] += _seconds(item)
    items.sort(key=lambda item: (-seconds[item.path], item.path))


def _seconds(item: pytest.Item) -> float:
    kinds = {mark.name for mark in item.iter_markers()} & SECONDS.keys()
    return max((SECONDS[kind] for kind in kinds), default=OTHERS_SECONDS)


@pytest.fixture(scope="session", autouse=True)
def _remove_temporary_files() -> Iterator[None]:
    yield
    shutil.rmtree(environment.TEMPORARY, ignore_errors=True)
