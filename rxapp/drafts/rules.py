"""Rules of drafts: limits, and marks that record who changed a field and when."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

BATCH_LIMIT = 500
"""How many operations one request may have."""

DRAFT_LIMIT = 10_000_000
"""How many characters the texts of one draft may have together."""

PLACE_LIMIT = 1_000_000
"""How far from the middle of the canvas a step may be, in pixels."""

PLACES_LIMIT = 1_000_000_000
"""The last place in the list of steps that a client may send."""

CLIENT_LIMIT = 40
CLIENT_PATTERN = rf"^[A-Za-z0-9_-]{{8,{CLIENT_LIMIT}}}$"
"""The names that a client may use for itself."""

VISIT = timedelta(minutes=30)
"""After this long without an operation, an author's next one begins a new visit."""

Mark = tuple[int, str, int]
"""The last change of a field: revision, writer, and the newest revision by any other writer."""

Marks = dict[str, Mark]

UNTOUCHED: Mark = (0, "", 0)
WHOLE = ""
"""The mark of a step itself: when it was added."""


class OperationKind(StrEnum):
    """What an author did."""

    SET_FIELD = "set_field"
    ADD_NODE = "add_node"
    REMOVE_NODE = "remove_node"
    ADD_OPTION = "add_option"
    SET_OPTION_LABEL = "set_option_label"
    CONNECT = "connect"
    REMOVE_OPTION = "remove_option"
    REORDER_OPTIONS = "reorder_options"
    MOVE = "move"
    ARRANGE = "arrange"
    SET_START = "set_start"
    REPLACE = "replace"
    UNDO = "undo"


POSITION_CHANGES = (OperationKind.MOVE, OperationKind.ARRANGE)
"""Changes that only place steps, on the canvas or in the list; the tree stays the same."""


def writer_of(user_id: UUID, client: str) -> str:
    """Return the writer; two tabs of one person are two writers."""
    return f"{user_id.hex}:{client}"


def user_of(writer: str) -> UUID | None:
    """Return a writer's user, or None if the mark has none."""
    return UUID(writer.partition(":")[0]) if writer else None


def marked(mark: Mark, revision: int, writer: str) -> Mark:
    """Return the mark after ``writer`` has changed the field."""
    return (revision, writer, mark[2] if mark[1] == writer else mark[0])


def newest_of_others(mark: Mark, writer: str) -> int:
    """Return the newest revision at which somebody else changed the field."""
    return mark[2] if mark[1] == writer else mark[0]


def begins_visit(last: datetime | None, now: datetime) -> bool:
    """Return whether an operation now starts a new visit of its author."""
    return last is None or now - last > VISIT
