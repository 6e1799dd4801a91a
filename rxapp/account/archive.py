"""The export of everything that an account owns: a ZIP that is written while it is sent."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from typing import IO, Any
from uuid import UUID

from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.models import Account
from rxapp.access.policy import Permission, require
from rxapp.account import belongings
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core import db as database
from rxapp.core.clock import utc_now


def start_export(db: DbSession, actor: Actor) -> str:
    """Log that the actor exports everything, and return the account's name.

    Raises:
        Forbidden: without the right.
    """
    require(actor, Permission.EXPORT_ACCOUNT)
    account = db.get(Account, actor.account_id)
    assert account is not None
    record(db, actor, Action.ACCOUNT_EXPORTED, subject_id=account.id, subject=account.name)
    return account.name


def export_name(account_name: str) -> str:
    """Return the name of the export's file."""
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in account_name).strip("-")
    return f"{plain or 'account'}-{utc_now():%Y-%m-%d}.zip"


class _Pipe(io.RawIOBase):
    """Collects what the ZIP writes, so that it can be sent immediately."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _append(file: IO[bytes], rows: list[dict[str, Any]], before: bytes) -> bytes:
    """Write the rows and return the separator before the next one."""
    for row in rows:
        file.write(before + json.dumps(row, ensure_ascii=False).encode())
        before = b",\n"
    return before


async def account_zip(account_id: UUID) -> AsyncIterator[bytes]:
    """Yield a ZIP with a JSON array for each table; memory holds one page of rows at a time."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in belongings.EVERYTHING:
            if not table.exported:
                continue
            with archive.open(f"{table.name}.json", "w", force_zip64=True) as file:
                before, after = b"[\n", None
                while True:
                    rows, after = await database.read(
                        belongings.page, table, account_id, after=after
                    )
                    # In a thread: a page of documents takes long enough to keep others waiting.
                    before = await asyncio.to_thread(_append, file, rows, before)
                    yield pipe.take()
                    if after is None:
                        break
                file.write(b"\n]\n" if before == b",\n" else b"[]\n")
        about = {"exported_at": utc_now().isoformat(), "account_id": str(account_id)}
        archive.writestr("about.json", json.dumps(about, indent=2) + "\n")
    yield pipe.take()
