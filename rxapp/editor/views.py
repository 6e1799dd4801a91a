"""What the editor shows of its authors."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who has a draft open: in which tab (``client``), and at which step."""

    client: str
    user_id: UUID
    name: str
    step: str


@dataclass(frozen=True, slots=True)
class DraftNews:
    """What the tabs on a draft show when it changes.

    ``review_by`` is the name of whoever asks for a review, or empty.
    """

    revision: int
    title: str
    authors: list[Author]
    review_by: str
