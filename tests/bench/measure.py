"""Medians, the bare commit, and what the client side of several measurements shares."""

import sqlite3
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp

median = statistics.median


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` (0.95) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@contextmanager
def bare_table(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open a table of the floor's own, with the pragmas of our databases."""
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE IF NOT EXISTS floor (id INTEGER PRIMARY KEY, text TEXT)")
    try:
        yield connection
    finally:
        connection.close()


def commit_seconds(connection: sqlite3.Connection) -> float:
    """Insert one row, commit it durably, and return how long that took."""
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO floor (text) VALUES (?)", ("a step",))
    connection.execute("COMMIT")
    return time.perf_counter() - began


@asynccontextmanager
async def many_connections(timeout: float = 60.0):
    """Yield an HTTP session without a limit on connections."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(
        connector=connector, timeout=aiohttp.ClientTimeout(total=timeout)
    ) as session:
        yield session
