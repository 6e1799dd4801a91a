"""The command line: ``python -m rxapp run|serve|build|migrate|check|demo``."""

import argparse
import errno
import os
import socket
import sys
from pathlib import Path

from rxapp import VERSION
from rxapp.core import logs
from rxapp.settings import Settings, SettingsError, settings

ROOT = Path(__file__).resolve().parent.parent

HEADER_SECONDS = 10
"""How long a client may take to send its request's headers, and keep a connection unused."""

HEADER_BYTES = 64_000
"""How many bytes the headers of a request may have."""

MOST_CONNECTIONS = 10_000
"""How many connections one process accepts; further ones wait."""

OTHER_FILES = 150
"""How many files a process needs for everything else: the database, the pages, the log."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code. A person's mistake is one line on stderr."""
    parser = argparse.ArgumentParser(prog="rxapp", description="ResolutionFlow")
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (function, help_text) in COMMANDS.items():
        commands.add_parser(name, help=help_text).set_defaults(function=function)
    chosen = parser.parse_args(arguments)
    logs.configure()
    try:
        chosen.function(settings())
    except (SettingsError, CommandFailed) as error:
        for line in str(error).splitlines():
            print(f"rxapp: {line}", file=sys.stderr)
        return 2
    return 0


class CommandFailed(Exception):
    """The command failed; the message is one line."""


def migrate(config: Settings) -> None:
    """Bring the database to the newest version. If two run at once, the second waits."""
    from alembic.util import CommandError
    from sqlalchemy.exc import SQLAlchemyError

    from alembic import command
    from rxapp import schema

    try:
        command.upgrade(schema.alembic_config(config.database), "head")
    except CommandError as error:  # it is at a revision that this code does not know
        raise CommandFailed(
            f"{config.database_variable}: {schema.fault_of(config.database) or error}"
        ) from None
    except (SQLAlchemyError, OSError) as error:
        raise CommandFailed(
            f"{config.database_variable}: the database cannot be used: {_why(error)}"
        ) from None


def _why(error: Exception) -> str:
    """Return the error of a database or of the system on one line."""
    said = str(getattr(error, "orig", None) or error.__cause__ or error).strip()
    return said.splitlines()[0] if said else type(error).__name__


def load_demo(config: Settings) -> None:
    """Load the demo accounts into an empty database, in demo mode only."""
    if not config.rf_demo:
        raise CommandFailed("RF_DEMO is not set: demo data is only loaded in demo mode")
    from rxapp.core.db import Database
    from rxapp.sign_in import demo

    database = Database(config.database)
    with database.transaction() as db:
        demo.load(db)
    database.close()


def build(_config: Settings) -> None:
    """Build the pages if their sources changed."""
    from rxapp import frontend

    if not frontend.is_built():
        print("Building the pages, which takes about half a minute the first time…", flush=True)
    try:
        frontend.build()
    except frontend.BuildFailed as error:
        raise CommandFailed(str(error)) from None


def serve(config: Settings) -> None:
    """Serve the pages, the websocket and the API on one port until interrupted."""
    from rxapp.core import locks

    _ = config.signing_key
    _check_port_is_free(config)
    _check_schema(config)
    try:
        with locks.serving(config.database):
            _serve(config)
    except locks.Locked as holder:
        raise CommandFailed(
            f"{config.database_variable}: {holder} is already serving this SQLite file; to run"
            " several servers, use PostgreSQL"
        ) from None


def _serve(config: Settings) -> None:
    os.chdir(ROOT)
    from rxapp import frontend

    frontend.prepare_to_serve()
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        target="rxapp.rxapp:app",
        factory=True,
        address=config.host,
        port=config.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,  # it would have to find out which one, and granian would wait forever
        workers=config.granian_workers,
        backpressure=_most_connections(),
        log_level=LogLevels.warning,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_SECONDS * 1000, max_buffer_size=HEADER_BYTES
        ),
        websockets=True,
        respawn_failed_workers=config.granian_workers > 1,
    ).serve()


def _check_schema(config: Settings) -> None:
    """Refuse tables of another version. A database that does not answer yet is only reported."""
    from sqlalchemy.exc import SQLAlchemyError

    from rxapp import schema

    try:
        if fault := schema.fault_of(config.database):
            raise CommandFailed(f"{config.database_variable}: {fault}")
    except SQLAlchemyError as error:
        if not config.database.startswith("postgres"):
            raise CommandFailed(f"{config.database_variable}: {_why(error)}") from None
        print(f"rxapp: DATABASE_URL: no answer yet: {_why(error)}", file=sys.stderr, flush=True)


def _most_connections() -> int:
    """Return how many connections there are files for, after raising that limit if allowed."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + OTHER_FILES
    files = wanted if most == resource.RLIM_INFINITY else min(most, wanted)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return max(files - OTHER_FILES, OTHER_FILES)


def _check_port_is_free(config: Settings) -> None:
    kind = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            reason = error.strerror or error
            name = "HOST" if error.errno == errno.EADDRNOTAVAIL else "PORT"
            raise CommandFailed(
                f"{name}: cannot listen on {config.host}, port {config.port}: {reason}"
            ) from None


def check(config: Settings) -> None:
    """Print everything that would keep the server from working, one line each."""
    from rxapp.start_checks import faults

    if found := faults(config):
        raise CommandFailed("\n".join(found))
    print("rxapp: everything that the server needs is there")


def run(config: Settings) -> None:
    """Migrate, load demo data in demo mode, build the pages, and serve."""
    migrate(config)
    if config.rf_demo:
        load_demo(config)
    build(config)
    print(f"\n  ResolutionFlow {VERSION} at {config.base_url}", flush=True)
    if config.rf_demo:
        from rxapp.sign_in import demo

        print(f"  Demo sign-ins, password {demo.PASSWORD}:")
        for person in demo.people():
            print(f"    {person['email']:<28}{person['label']}")
    print("  Ctrl-C stops it.\n", flush=True)
    serve(config)


COMMANDS = {
    "run": (run, "migrate, build and serve"),
    "serve": (serve, "serve the built pages"),
    "build": (build, "build the pages"),
    "check": (check, "check the settings and everything that the server needs"),
    "migrate": (migrate, "bring the database to the newest version"),
    "demo": (load_demo, "load demo data into an empty database"),
}
