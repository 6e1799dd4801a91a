"""The command line: ``python -m rxapp run|serve|build|migrate|demo``."""

import argparse
import os
import socket
import sys
from pathlib import Path

from rxapp import VERSION
from rxapp.core import logs
from rxapp.settings import Settings, SettingsError, settings

ROOT = Path(__file__).resolve().parent.parent

HEADER_SECONDS = 10
"""How long a client may take to its request's headers, and leave a connection unused."""

HEADER_BYTES = 64_000
"""How many bytes the headers of a request may have."""

MOST_CONNECTIONS = 10_000
"""How many connections one process takes; the next ones wait to be accepted."""

OTHER_FILES = 150
"""How many files a process needs for everything else: the database, the pages, the log."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code. What a person did wrong is one line on stderr."""
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
        print(f"rxapp: {error}", file=sys.stderr)
        return 2
    return 0


class CommandFailed(Exception):
    """The command could not be done; the message is one line."""


def migrate(config: Settings) -> None:
    """Bring the database to the newest version."""
    from alembic.config import Config
    from sqlalchemy.exc import SQLAlchemyError

    from alembic import command

    if not config.database_url:
        config.rf_data_dir.mkdir(parents=True, exist_ok=True)
    alembic = Config(str(ROOT / "alembic.ini"))
    alembic.attributes["url"] = config.database
    try:
        command.upgrade(alembic, "head")
    except SQLAlchemyError as error:
        reason = str(error.__cause__ or error).splitlines()[0]
        raise CommandFailed(f"DATABASE_URL: the database cannot be used: {reason}") from None


def load_demo(config: Settings) -> None:
    """Load the demo accounts into an empty database, in demo mode only."""
    if not config.rf_demo:
        raise CommandFailed("RF_DEMO is not set: no demo data outside of demo mode")
    from rxapp.accounts import demo
    from rxapp.core.db import Database
    from rxapp.wiring import load_starters_into_new_accounts

    load_starters_into_new_accounts()
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
    _ = config.signing_key
    _check_port_is_free(config)
    os.chdir(ROOT)
    from rxapp import frontend

    frontend.prepare_to_serve()
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        target="rxapp.rxapp:app",
        factory=True,
        address=config.host,
        port=config.port,
        interface=Interfaces.ASGI,
        workers=_workers(config),
        backpressure=_most_connections(),
        log_level=LogLevels.warning,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_SECONDS * 1000, max_buffer_size=HEADER_BYTES
        ),
        websockets=True,
        respawn_failed_workers=_workers(config) > 1,
    ).serve()


def _workers(config: Settings) -> int:
    """Return how many processes serve: one, unless the database and Redis are shared."""
    shared = config.redis_url and config.database_url.startswith("postgres")
    return int(os.environ.get("GRANIAN_WORKERS", "1")) if shared else 1


def _most_connections() -> int:
    """Return how many connections there are files for, having asked for as many as we may have."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + OTHER_FILES
    files = wanted if most == resource.RLIM_INFINITY else min(most, wanted)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return max(files - OTHER_FILES, OTHER_FILES)


def _check_port_is_free(config: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            reason = error.strerror or error
            raise CommandFailed(f"PORT: cannot listen on {config.port}: {reason}") from None


def run(config: Settings) -> None:
    """Migrate, load demo data in demo mode, build the pages, and serve."""
    migrate(config)
    if config.rf_demo:
        load_demo(config)
    build(config)
    print(f"\n  ResolutionFlow {VERSION} at {config.base_url}", flush=True)
    if config.rf_demo:
        from rxapp.accounts import demo

        print(f"  Demo sign-ins, password {demo.PASSWORD}:")
        for person in demo.people():
            print(f"    {person['email']:<28}{person['label']}")
    print("  Ctrl-C stops it.\n", flush=True)
    serve(config)


COMMANDS = {
    "run": (run, "migrate, build and serve"),
    "serve": (serve, "serve what is built"),
    "build": (build, "build the pages"),
    "migrate": (migrate, "bring the database to the newest version"),
    "demo": (load_demo, "load demo data into an empty database"),
}
