"""What screens and the API show of the audit log."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rxapp.audit.rules import Action
from rxapp.core.moments import Moment


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line; ``detail`` holds the values before and after, if there are any.

    ``actor`` is a name that people choose themselves and may change; ``actor_id`` says who it was.
    ``subject_id`` is the id of what the line is about, or empty if that has no id.
    """

    id: UUID
    at: Moment
    actor: str
    action: Action
    label: str
    subject_id: str
    subject: str
    detail: dict[str, Any]
    words: str
    address: str
    actor_id: UUID | None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of lines, newest first; ``next_cursor`` is None on the last one."""

    items: list[AuditLine]
    next_cursor: str | None
