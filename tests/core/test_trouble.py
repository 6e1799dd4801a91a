"""What the database's errors mean, and that each trouble is logged once."""

import logging
import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import (
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from rxapp.core.deadline import TooLate
from rxapp.core.errors import DatabaseAway
from rxapp.core.trouble import Standing, Trouble, trouble_of, unavailable


def of_sqlite(code: int) -> OperationalError:
    error = sqlite3.OperationalError("what SQLite says")
    error.sqlite_errorcode = code
    return OperationalError("INSERT", {}, error)


def of_postgresql(kind: type, error: psycopg.Error) -> Exception:
    return kind("INSERT", {}, error)


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (of_sqlite(sqlite3.SQLITE_FULL), Trouble.FULL),
        (of_sqlite(sqlite3.SQLITE_READONLY), Trouble.READ_ONLY),
        (of_sqlite(sqlite3.SQLITE_READONLY_DBMOVED), Trouble.READ_ONLY),
        (of_sqlite(sqlite3.SQLITE_IOERR_WRITE), Trouble.UNWRITABLE),
        (of_sqlite(sqlite3.SQLITE_BUSY), Trouble.AWAY),
        (of_sqlite(sqlite3.SQLITE_CANTOPEN), Trouble.AWAY),
        (of_sqlite(sqlite3.SQLITE_ERROR), None),
        (of_postgresql(OperationalError, psycopg.errors.DiskFull()), Trouble.FULL),
        (of_postgresql(InternalError, psycopg.errors.ReadOnlySqlTransaction()), Trouble.READ_ONLY),
        (of_postgresql(OperationalError, psycopg.errors.AdminShutdown()), Trouble.AWAY),
        (of_postgresql(OperationalError, psycopg.OperationalError("gone")), Trouble.AWAY),
        (of_postgresql(InterfaceError, psycopg.InterfaceError("closed")), Trouble.AWAY),
        (PoolTimeout(), Trouble.AWAY),
        (TooLate(), Trouble.AWAY),
        (of_postgresql(IntegrityError, psycopg.errors.UniqueViolation()), None),
        (of_postgresql(ProgrammingError, psycopg.errors.UndefinedTable()), None),
        (of_postgresql(DataError, psycopg.DataError()), None),
        (of_postgresql(InternalError, psycopg.errors.InternalError_()), None),
        (ValueError(), None),
    ],
    ids=lambda each: each.name if isinstance(each, Trouble) else type(each).__name__,
)
def test_each_error_is_the_databases_or_the_requests(error, trouble):
    assert trouble_of(error) is trouble


def test_each_trouble_is_logged_once_and_its_end(caplog: pytest.LogCaptureFixture):
    standing = Standing()
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            standing.failed(Trouble.FULL, of_sqlite(sqlite3.SQLITE_FULL))
            standing.worked(was_write=False)  # reads go on
        standing.worked(was_write=True)
        standing.worked(was_write=True)
        standing.failed(Trouble.AWAY, TooLate("no answer"))
        standing.worked(was_write=False)
    assert [record.getMessage() for record in caplog.records] == [
        "the disk of the database is full: nothing can be saved until there is room"
        " (what SQLite says)",
        "the database works again",
        "the database does not answer (no answer)",
        "the database works again",
    ]


@pytest.mark.parametrize("trouble", Trouble)
def test_people_are_told_in_a_sentence(trouble):
    error = unavailable(trouble)
    assert (error.status, error.extra) == (503, {"retry_after": 2})
    assert error.message.endswith(".")
    assert isinstance(error, DatabaseAway) is (trouble is Trouble.AWAY)
