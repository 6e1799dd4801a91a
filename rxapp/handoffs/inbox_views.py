"""What an inbox receives: its first rows once, then only changes."""

from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from rxapp.access.rules import Priority
from rxapp.handoffs.rules import HandoffStatus, InboxSection

BRIEF = ("id", "revision", "status", "returned", "escalated_by_id", "queued_by_id")
"""The fields of a row for pages that show no rows: enough to count it and play the sound."""


@dataclass(frozen=True)
class InboxRow:
    """An escalation in an inbox. ``reason`` is only the beginning; empty values are not sent."""

    id: UUID
    revision: int
    status: HandoffStatus
    priority: Priority
    reason: str
    tree_title: str
    node_title: str
    ticket_number: str
    client_name: str
    escalated_by_id: UUID
    escalated_by: str
    on_behalf_of_id: UUID | None
    on_behalf_of: str
    queued_at: datetime
    queued_by_id: UUID | None
    session_id: UUID
    claimed_by_id: UUID | None
    claimed_by: str
    held_until: datetime | None
    returned: int
    closed_at: datetime | None

    @cached_property
    def as_dict(self) -> dict[str, Any]:
        """The row for the browser, computed once: hundreds of tabs show the same row."""
        values = ((each.name, getattr(self, each.name)) for each in fields(self))
        row = {name: _in_browser(value) for name, value in values if value}
        if self.held_until is None:
            row.pop("session_id")  # only whoever continues needs it
        return row

    @cached_property
    def brief(self) -> dict[str, Any]:
        """The row for a page that does not show it."""
        return {name: self.as_dict[name] for name in BRIEF if name in self.as_dict}


def _in_browser(value: Any) -> Any:
    if isinstance(value, datetime):
        # Always with microseconds, so that the browser can sort the text.
        return value.isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A page of one section after the cursor ``after``; ``next`` is empty on the last one."""

    section: InboxSection | None = None
    after: str = ""
    rows: list[InboxRow] | tuple[()] = ()
    next: str = ""


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """How many escalations are waiting, claimed by the viewer, and claimed by others."""

    waiting: int = 0
    mine: int = 0
    others: int = 0


@dataclass(frozen=True, slots=True)
class InboxWindow:
    """The first page of every section, at or after a revision of the inbox.

    ``id`` distinguishes one reading from the next.
    """

    id: UUID | None = None
    revision: int = 0
    counts: InboxCounts = InboxCounts()
    pages: list[InboxPage] | tuple[()] = ()

    def rows(self, *sections: InboxSection) -> list[InboxRow]:
        """Return the rows of the sections."""
        return [row for page in self.pages if page.section in sections for row in page.rows]


@dataclass(frozen=True)
class InboxChange:
    """What changed between two revisions: the rows as they are now, in full or in brief.

    A revision below 0 means that nothing has been read yet.
    """

    since: int = -1
    revision: int = -1
    rows: list[dict[str, Any]] | tuple[()] = ()

    @cached_property
    def as_dict(self) -> dict[str, Any]:
        """The change for the browser, made once: hundreds of tabs get the same one."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


class InboxNews:
    """The latest changes of an account's inbox, read once for all the tabs that show it.

    ``rows`` are the newest changes, in order; none is missing after the revision
    ``complete_since``.
    """

    def __init__(
        self,
        revision: int,
        rows: list[InboxRow],
        *,
        complete_since: int,
        waiting: int,
        claimed: dict[UUID, int],
    ) -> None:
        self.revision = revision
        self.rows = rows
        self.complete_since = complete_since
        self.waiting = waiting
        self.claimed = claimed
        self._changes: dict[tuple[int, bool], InboxChange] = {}

    def counts(self, user_id: UUID | None) -> InboxCounts:
        """Return the counts for the user."""
        mine = self.claimed.get(user_id, 0) if user_id else 0
        return InboxCounts(self.waiting, mine, sum(self.claimed.values()) - mine)

    def change(self, since: int, *, whole: bool) -> InboxChange:
        """Return what changed after ``since``, computed once for all tabs that ask the same.

        The result's own ``since`` is later if older changes are no longer available.
        """
        key = (since, whole)
        if key not in self._changes:
            rows = [row for row in self.rows if row.revision > since]
            self._changes[key] = InboxChange(
                since=max(since, self.complete_since),
                revision=self.revision,
                rows=[row.as_dict if whole else row.brief for row in rows],
            )
        return self._changes[key]
