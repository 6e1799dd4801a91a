"""How long a session took: work per person, waiting and parked time. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from rxapp.sessions.rules import SessionStatus


@dataclass(frozen=True, slots=True)
class Turn:
    """From ``at`` on, the session had this status and, if active, this holder."""

    at: datetime
    status: SessionStatus
    user_id: UUID | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """One turn with its end."""

    status: SessionStatus
    user_id: UUID | None
    start: datetime
    end: datetime

    @property
    def is_work(self) -> bool:
        """Whether somebody was holding the session."""
        return self.status == SessionStatus.ACTIVE

    @property
    def seconds(self) -> float:
        """How long it lasted, in seconds."""
        return (self.end - self.start).total_seconds()

    def within(self, start: datetime, end: datetime) -> float:
        """Return how many of its seconds fall between two moments."""
        shared = min(self.end, end) - max(self.start, start)
        return max(timedelta(), shared).total_seconds()


def stretches(turns: Sequence[Turn], end: datetime) -> list[Stretch]:
    """Return the turns with their ends; the last one ends at ``end``.

    Together they cover the time from the first turn to ``end`` without overlapping. A turn whose
    time is before that of the previous turn begins together with it.
    """
    starts: list[datetime] = []
    for turn in turns:
        starts.append(max(turn.at, starts[-1]) if starts else turn.at)
    ends = [*starts[1:], max([end, *starts[-1:]])]
    return [
        Stretch(turn.status, turn.user_id, start, until)
        for turn, start, until in zip(turns, starts, ends, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Spent:
    """How long a session took, in seconds: work, waiting in the queue, parked."""

    work: float
    queue: float
    parked: float


def spent(parts: Iterable[Stretch]) -> Spent:
    """Return the sums of the stretches; they add up to the time from start to end."""
    sums = dict.fromkeys(SessionStatus, 0.0)
    for part in parts:
        sums[part.status] += part.seconds
    return Spent(
        work=sums[SessionStatus.ACTIVE],
        queue=sums[SessionStatus.ESCALATED],
        parked=sums[SessionStatus.PARKED],
    )


def worked(
    parts: Iterable[Stretch], start: datetime, end: datetime, *, by: UUID | None = None
) -> float:
    """Return the seconds of work between two moments, by everybody or by one person."""
    return sum(
        part.within(start, end) for part in parts if part.is_work and by in (None, part.user_id)
    )


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of work by one person, without interruptions."""

    user_id: UUID
    start: datetime
    end: datetime
    seconds: float


def shifts(parts: Iterable[Stretch]) -> list[Shift]:
    """Return who worked when, in order; a person who was only interrupted has one shift."""
    found: list[Shift] = []
    for part in parts:
        if not part.is_work or part.user_id is None:
            continue
        if found and found[-1].user_id == part.user_id:
            last = found.pop()
            found.append(Shift(last.user_id, last.start, part.end, last.seconds + part.seconds))
        else:
            found.append(Shift(part.user_id, part.start, part.end, part.seconds))
    return found
