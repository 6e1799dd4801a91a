"""The clock follows the database's: servers whose own clocks differ agree on deadlines."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from rxapp.core import clock, timekeeper
from rxapp.core.db import Database
from rxapp.handoffs import lease_service
from rxapp.handoffs import service as handoffs
from tests.support.databases import POSTGRESQL, SQLITE

Server = Callable[[float], None]


@pytest.fixture(autouse=True)
def _own_clock() -> Iterator[None]:
    """Leave the next test the clock as it was, whatever happens in this one."""
    yield
    clock.follow(None)


@pytest.fixture
def machine_clock(monkeypatch) -> Callable[..., None]:
    """Set this machine's clock: ``machine_clock(minutes=-5)`` is five minutes slow."""

    def set_to(**off: float) -> None:
        monkeypatch.setattr(clock, "system_now", lambda: datetime.now(UTC) + timedelta(**off))

    return set_to


def _error() -> float:
    return abs((clock.utc_now() - datetime.now(UTC)).total_seconds())


@POSTGRESQL
async def test_a_server_whose_clock_is_off_goes_by_the_databases(database: Database, machine_clock):
    machine_clock(minutes=20)
    assert _error() > 60
    await timekeeper.keep()
    assert _error() < 1


@POSTGRESQL
async def test_a_lease_ends_by_the_databases_time_on_every_server(story, cast, machine_clock):
    machine_clock(minutes=-1)
    await timekeeper.keep()
    handoff = story.escalate(story.start())
    story.do(handoffs.claim, cast.senior.actor, handoff.id)

    machine_clock(hours=5)
    await timekeeper.keep()
    assert story.see(lease_service.expired_claims) == []


@SQLITE
async def test_a_clock_that_is_set_back_holds_nothing(database: Database, machine_clock):
    await timekeeper.keep()
    machine_clock(hours=-3)
    await timekeeper.keep()
    assert _error() < 1


@SQLITE
async def test_a_clock_that_is_set_forwards_is_followed(database: Database, machine_clock):
    await timekeeper.keep()
    machine_clock(hours=3)
    await timekeeper.keep()
    assert 3 * 3600 - 1 < _error() < 3 * 3600 + 1


@POSTGRESQL
async def test_a_slow_answer_does_not_move_the_clock(database: Database, monkeypatch):
    await timekeeper.keep()
    wrong = datetime.now(UTC) + timedelta(hours=1)
    monkeypatch.setattr(timekeeper, "ask", lambda _db: (wrong, clock.timer(), 2.0))
    await timekeeper.keep()
    assert _error() < 1
