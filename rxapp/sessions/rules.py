"""What a session allows and what comes next. Pure: no database, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from rxapp.core.errors import Conflict, Invalid
from rxapp.core.texts import check_length, visible

TICKET_LIMIT = 80
CLIENT_LIMIT = 120
NOTE_LIMIT = 20_000

CRUMBS_SHOWN = 4
"""How many answers the path of the runner shows; ``.crumbs`` has as many slots."""


class SessionStatus(StrEnum):
    """The status of a session."""

    ACTIVE = "active"
    PARKED = "parked"
    ESCALATED = "escalated"
    COMPLETED = "completed"


class StepKind(StrEnum):
    """How a step was left: by an answer, or back to the previous node."""

    ANSWER = "answer"
    BACK = "back"


class Outcome(StrEnum):
    """How a session ended."""

    RESOLVED = "resolved"
    WORKAROUND = "workaround"
    NOT_RESOLVED = "not_resolved"

    @property
    def label(self) -> str:
        """The text on screen and in the ticket note."""
        return {"not_resolved": "Not resolved"}.get(self.value, self.value.title())


@dataclass(frozen=True, slots=True)
class Move:
    """One recorded move, with what is needed to find the way back."""

    kind: StepKind
    node_key: str


class Holdable(Protocol):
    """The fields that :func:`check_may_move` needs."""

    status: SessionStatus
    holder_id: UUID | None


def check_may_move(session: Holdable, user_id: UUID, holder_name: str | None) -> None:
    """Do nothing if the user holds the session and it is active.

    Raises:
        Conflict: if the session has ended, is waiting or parked, or somebody else holds it.
    """
    if session.status == SessionStatus.COMPLETED:
        raise Conflict("This session is completed. Start a new one to continue.")
    if session.status == SessionStatus.ESCALATED:
        raise Conflict("This session is waiting for a senior. Withdraw the escalation to continue.")
    if session.holder_id != user_id:
        raise Conflict(f"{holder_name or 'Somebody else'} is working on this session now.")
    if session.status == SessionStatus.PARKED:
        raise Conflict("This session is parked. Resume it to continue.")


def path(moves: Iterable[Move]) -> list[int]:
    """Return the positions of the moves that lead to the current node.

    A move back removes the answer before it from the path; both stay recorded.
    """
    kept: list[int] = []
    for position, move in enumerate(moves):
        if move.kind == StepKind.BACK:
            if kept:
                kept.pop()
        else:
            kept.append(position)
    return kept


def previous_node(moves: list[Move]) -> str:
    """Return the key of the node that Back goes to.

    Raises:
        Conflict: if the session is at its first step.
    """
    kept = path(moves)
    if not kept:
        raise Conflict("This is the first step: there is nothing to go back to.")
    return moves[kept[-1]].node_key


def clean_outcome(value: str) -> Outcome:
    """Return the outcome.

    Raises:
        Invalid: if there is no such one.
    """
    try:
        return Outcome(value)
    except ValueError:
        raise Invalid(f"Choose how it ended: {', '.join(Outcome)}.", field="outcome") from None


def clean_text(value: str, *, field: str, limit: int) -> str:
    """Return ``value`` without the characters that cannot be stored.

    Raises:
        Invalid: if it is longer than ``limit`` characters.
    """
    value = value.replace("\x00", "").replace("\r\n", "\n")
    return check_length(value, limit=limit, field=field).encode("utf-8", "replace").decode()


def clean_line(value: str, *, field: str, limit: int) -> str:
    """Return ``value`` as one trimmed line, without invisible characters.

    Raises:
        Invalid: if it is longer than ``limit`` characters.
    """
    return clean_text(" ".join(visible(value).split()), field=field, limit=limit)
