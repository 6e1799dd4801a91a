"""The audit log in the browser."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.audit import queries
from rxapp.audit.views import AuditLine
from rxapp.core import db as database
from rxapp.core.errors import Invalid
from rxapp.gate.forms import form_text
from rxapp.gate.guard import guarded

DAY = timedelta(days=1)
LAST_DAY = datetime(9999, 12, 31, tzinfo=UTC)
"""The last day of the calendar: no line is later, and no day follows it."""


class AuditState(rx.State):
    """The lines that match the filters."""

    loaded: bool = False
    rows: list[AuditLine] = []
    next_cursor: str = ""
    area: str = ""
    since: str = ""
    until: str = ""
    csv: str = "/api/v1/auth/browser/audit.csv"

    @rx.event
    @guarded(Permission.READ_AUDIT)
    async def load(self, actor: Actor):
        """Read the newest lines."""
        await self._read(actor)
        self.loaded = True

    def _filters(self) -> dict[str, Any]:
        until = _day(self.until)
        return {
            "area": self.area or None,
            "since": _day(self.since),
            "until": until + DAY if until and until < LAST_DAY else None,
        }

    async def _read(self, actor: Actor) -> None:
        filters = self._filters()
        page = await database.read(queries.lines, actor, **filters)
        self.rows, self.next_cursor = page.items, page.next_cursor or ""
        asked = {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in filters.items()
            if value
        }
        self.csv = "/api/v1/auth/browser/audit.csv" + (f"?{urlencode(asked)}" if asked else "")

    @rx.event
    @guarded(Permission.READ_AUDIT)
    async def pick(self, actor: Actor, area: str):
        """Show one area; choosing it again shows all."""
        before = self.area
        self.area = "" if area == before else area
        try:
            await self._read(actor)
        except Invalid:
            self.area = before
            raise

    @rx.event
    @guarded(Permission.READ_AUDIT)
    async def filter_days(self, actor: Actor, form: dict[str, Any]):
        """Show the lines between two days, both included."""
        since, until = form_text(form, "since"), form_text(form, "until")
        _day(since), _day(until)
        self.since, self.until = since, until
        await self._read(actor)

    @rx.event
    @guarded(Permission.READ_AUDIT)
    async def more(self, actor: Actor):
        """Show the next page too."""
        if self.next_cursor:
            page = await database.read(
                queries.lines, actor, **self._filters(), cursor=self.next_cursor
            )
            self.rows = [*self.rows, *page.items]
            self.next_cursor = page.next_cursor or ""


def _day(text: str) -> datetime | None:
    """Return the start of a day in UTC, or None for an empty string.

    Raises:
        Invalid: if it is not a day.
    """
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise Invalid("Choose a day.", field="day") from None
