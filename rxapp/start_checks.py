"""Checks of everything that a server needs, done once: for ``python -m rxapp check``."""

import os
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from redis import Redis, RedisError
from sqlalchemy.exc import SQLAlchemyError

from rxapp import frontend, schema
from rxapp.core.locks import sqlite_file
from rxapp.settings import Settings, SettingsError

ANSWER_SECONDS = 5.0
MAIL_PORTS = {"smtp": 25, "smtps": 465}


def faults(config: Settings) -> list[str]:
    """Return one line for each thing that would not work, with its variable."""
    checks: tuple[Callable[[Settings], str], ...] = (
        _data_folder,
        _database,
        _redis,
        _mail_server,
        _pages,
    )
    return [line for check in checks if (line := check(config))]


def _data_folder(config: Settings) -> str:
    try:
        _ = config.signing_key
    except SettingsError as error:
        return str(error)
    file = sqlite_file(config.database)
    folder = file.parent if file else Path()
    if file and folder.exists() and not os.access(folder, os.W_OK):
        return f"{config.database_variable}: the folder {folder} cannot be written to"
    return ""


def _database(config: Settings) -> str:
    try:
        fault = schema.fault_of(config.database)
    except SQLAlchemyError as error:
        fault = f"the database does not answer: {str(error.__cause__ or error).splitlines()[0]}"
    return f"{config.database_variable}: {fault}" if fault else ""


def _redis(config: Settings) -> str:
    if not config.redis_url:
        return ""
    client = Redis.from_url(
        config.redis_url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS
    )
    try:
        client.ping()
    except (RedisError, OSError) as error:
        return f"REDIS_URL: Redis does not answer: {error}"
    finally:
        client.close()
    return ""


def _mail_server(config: Settings) -> str:
    if not config.smtp_url:
        return ""
    parts = urlsplit(config.smtp_url)
    place = (str(parts.hostname), parts.port or MAIL_PORTS[parts.scheme])
    try:
        socket.create_connection(place, timeout=ANSWER_SECONDS).close()
    except OSError as error:
        return f"SMTP_URL: the mail server does not answer: {error}"
    return ""


def _pages(_config: Settings) -> str:
    return "" if frontend.is_built() else "the pages are not built; run: python -m rxapp build"
