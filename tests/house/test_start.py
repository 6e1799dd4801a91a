"""Starting: what cannot work is reported in one line; if two start at once, one waits or fails."""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from rxapp.core.db import Database
from tests.support.net import free_port
from tests.support.server import ROOT, Server


def rxapp(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rxapp", command],
        cwd=ROOT,
        env={**os.environ, "PORT": str(free_port()), "HOST": "127.0.0.1", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.splitlines()
    return line


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.db'}"
    return request.getfixturevalue("cluster").new_database()


def test_of_migrations_at_once_all_succeed(empty_database: str):
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: rxapp("migrate", DATABASE_URL=empty_database), range(3)))
    assert [(each.returncode, each.stderr) for each in done if each.returncode] == []
    assert rxapp("migrate", DATABASE_URL=empty_database).returncode == 0


def test_a_database_without_tables_is_said_in_a_line(empty_database: str):
    line = one_line(rxapp("serve", DATABASE_URL=empty_database))
    assert line == (
        "rxapp: DATABASE_URL: the database has no tables yet; run: python -m rxapp migrate"
    )


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_database_of_a_newer_version_is_said_in_a_line(database_url: str, command: str):
    database = Database(database_url)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    line = one_line(rxapp(command, DATABASE_URL=database_url))
    assert "from a newer version of ResolutionFlow (revision 9999" in line


def test_a_second_server_on_one_sqlite_file_is_refused_until_the_first_is_gone(new_database):
    url = new_database("sqlite")
    first = Server(is_cold=True, database_url=url).start()
    try:
        line = one_line(rxapp("serve", DATABASE_URL=url))
        assert line == (
            f"rxapp: DATABASE_URL: process {first.pid} is already serving this SQLite file; to run"
            " several servers, use PostgreSQL"
        )
        first.kill()
        first.start()
    finally:
        first.stop()


def test_an_ipv6_address_is_served(new_database):
    server = Server(is_cold=True, database_url=new_database("sqlite"), name="[::1]", HOST="::1")
    server.start()
    try:
        assert httpx.get(f"{server.base}/api/v1/health").is_success
    finally:
        server.stop()


def test_check_says_everything_that_would_not_work(tmp_path: Path):
    done = rxapp(
        "check",
        PUBLIC_URL="https://flow.example.com/app",
        GRANIAN_WORKERS="abc",
        LIMIT_SIGN_IN="0/minute",
        HOST="everywhere",
    )
    assert done.returncode == 2
    said = done.stderr.splitlines()
    assert [line.split(":")[1].strip() for line in said] == [
        "HOST",
        "PUBLIC_URL",
        "GRANIAN_WORKERS",
        "LIMIT_SIGN_IN",
    ]

    away = f"127.0.0.1:{free_port()}"
    done = rxapp(
        "check",
        RF_DATA_DIR=str(tmp_path),
        SECRET_KEY="",
        REDIS_URL=f"redis://{away}",
        SMTP_URL=f"smtp://{away}",
        DATABASE_URL=f"postgresql://nobody@{away}/none",
    )
    said = [line.split(":")[1].strip() for line in done.stderr.splitlines()]
    assert said[:3] == ["DATABASE_URL", "REDIS_URL", "SMTP_URL"]
    assert "Traceback" not in done.stderr


def test_check_is_content_with_a_server_that_works(new_database):
    folder = tempfile.mkdtemp()
    done = rxapp("check", DATABASE_URL=new_database("sqlite"), RF_DATA_DIR=folder)
    assert done.stderr in ("", "rxapp: the pages are not built; run: python -m rxapp build\n")
