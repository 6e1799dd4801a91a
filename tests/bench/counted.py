"""Our application with every SQL statement and commit recorded, readable at ``/bench/log``."""

import json
import re
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from sqlite3 import Cursor
from typing import Any

from sqlalchemy import Connection, Engine, event

from rxapp.core import db as core_db
from rxapp.core import engine, prepared, writer
from rxapp.rxapp import app as reflex_app
from tests.support.reflex import take_out_tasks

Scope = MutableMapping[str, Any]
Call = Callable[..., Awaitable[Any]]

LOG = "/bench/log"
_statements: list[dict[str, Any]] = []
_commits: list[dict[str, Any]] = []
_RUNNERS = {core_db._read.__code__, writer._attempt.__code__}
_WRITE = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")
WROTE = "bench_wrote"
"""Where a connection keeps the tables that it has written since its last commit."""


def _asked_by() -> str:
    """Return which function, as passed to ``core.db.read`` or ``run``, runs in this thread."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code in _RUNNERS:
            found = frame.f_locals
            function = found["call"].function if "call" in found else found["function"]
            return f"{function.__module__}.{function.__qualname__}"
        frame = frame.f_back
    return ""


_OF_TRANSACTIONS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


def _note(connection: Connection, statement: str) -> None:
    if statement.startswith(_OF_TRANSACTIONS):
        return
    _statements.append({"by": _asked_by(), "sql": statement, "at": time.perf_counter()})
    if written := _WRITE.match(statement):
        connection.info.setdefault(WROTE, []).append(written[1])


@event.listens_for(Engine, "before_cursor_execute")
def _note_statement(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
) -> None:
    _note(connection, statement)


def _note_straight(connection: Connection, sql: str, values: Sequence[Any] = ()) -> Cursor:
    _note(connection, sql)
    return _straight(connection, sql, values)


_straight = engine.straight
engine.straight = prepared.straight = _note_straight


@event.listens_for(Engine, "commit")
def _note_commit(connection: Connection) -> None:
    if tables := connection.info.pop(WROTE, []):
        _commits.append({"wrote": tables, "at": time.perf_counter()})


@event.listens_for(Engine, "rollback")
def _note_rollback(connection: Connection) -> None:
    connection.info.pop(WROTE, None)


def app() -> Call:
    """Return the application; ``/bench/log`` returns the records and forgets them."""
    ours = reflex_app()

    async def serve(scope: Scope, receive: Call, send: Call) -> None:
        if scope["type"] != "http" or scope["path"] != LOG:
            await ours(scope, receive, send)
            return
        body = json.dumps({"statements": _statements, "commits": _commits}).encode()
        _statements.clear()
        _commits.clear()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return serve


def still() -> Call:
    """Return the application without its periodic tasks."""
    take_out_tasks(reflex_app, "rxapp.")
    return app()
