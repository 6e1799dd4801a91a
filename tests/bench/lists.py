"""First pages of the lists, with few rows and with many in the table."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from rxapp.core.db import Database
from rxapp.handoffs import inbox_queries as handoffs
from rxapp.sessions import list_queries as sessions
from rxapp.trees import queries as trees
from tests.bench import data
from tests.bench.measure import median
from tests.bench.size import Size
from tests.bench.table import Row, at_most, milliseconds
from tests.support import many_rows
from tests.support.cast import Cast

ROUNDS, EACH = 8, 10
LIMIT = 1.5


def measure(databases: data.Databases, folder: Path, size: Size) -> list[Row]:
    """Return a row for each list: its p50 with many rows over that with few."""
    few, few_cast = _filled(databases, size.few_rows)
    many, many_cast = _filled(databases, size.rows)
    try:
        return [
            _row(
                size.name(name),
                partial(_timed, few, read, few_cast),
                partial(_timed, many, read, many_cast),
            )
            for name, read in zip(ROWS, LISTS.values(), strict=True)
        ]
    finally:
        few.close()
        many.close()


def _filled(databases: data.Databases, count: int) -> tuple[Database, Cast]:
    prepared = databases.new(f"lists-{count}")
    database = Database(prepared.url)
    with database.transaction() as db:
        many_rows.fill_trees(db, prepared.cast.senior.actor.account_id, count, findable=False)
        many_rows.fill_sessions(db, prepared.cast, count)
    return database, prepared.cast


def _library(db, cast: Cast) -> None:
    page = trees.trees(db, cast.technician.actor, limit=48)
    assert len(page.items) == 48


def _categories(db, cast: Cast) -> None:
    assert trees.categories(db, cast.technician.actor)


def _all_sessions(db, cast: Cast) -> None:
    assert len(sessions.session_rows(db, cast.senior.actor).items) == 50


def _own_sessions(db, cast: Cast) -> None:
    assert len(sessions.session_rows(db, cast.technician.actor).items) == 50


def _open_sessions(db, cast: Cast) -> None:
    sessions.open_sessions(db, cast.senior.actor)


def _inbox(db, cast: Cast) -> None:
    assert handoffs.inbox(db, cast.senior.actor).counts.waiting == many_rows.OPEN


LISTS: dict[str, Callable] = {
    "inbox": _inbox,
    "library, trees": _library,
    "library, categories": _categories,
    "session list, senior": _all_sessions,
    "session list, technician": _own_sessions,
    "resume strip": _open_sessions,
}
ROWS = tuple(f"{name}: {{rows:,}} rows over {{few_rows}}" for name in LISTS)


def _row(name: str, few: Callable[[], float], many: Callable[[], float]) -> Row:
    seconds: tuple[list[float], list[float]] = ([], [])
    few(), many()
    for _ in range(ROUNDS):
        seconds[0].extend(few() for _ in range(EACH))
        seconds[1].extend(many() for _ in range(EACH))
    return at_most(name, median(seconds[1]), median(seconds[0]), LIMIT, milliseconds)


def _timed(database: Database, read: Callable, cast: Cast) -> float:
    began = time.perf_counter()
    with database.reading() as db:
        read(db, cast)
    return time.perf_counter() - began
