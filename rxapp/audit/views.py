"""What screens and JSON receive of the audit log."""

from dataclasses import dataclass
from typing import Any

from rxapp.core.moments import Moment


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line. ``at`` is ISO 8601 UTC; ``detail`` holds before and after, where there are any.

    ``actor`` is a name that its owner chose and may change; who it was says ``actor_id``.
    """

    id: str
    at: Moment
    actor: str
    action: str
    label: str
    subject_id: str
    subject: str
    detail: dict[str, Any]
    words: str
    address: str
    actor_id: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of lines, newest first; ``next_cursor`` is None on the last one."""

    items: list[AuditLine]
    next_cursor: str | None
