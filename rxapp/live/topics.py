"""Topics: what can change while tabs watch it."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that can be watched. A feature names its own, each by one word."""

    name: str

    def of(self, row_id: UUID) -> "Topic":
        """Return the topic of one thing of this kind."""
        return Topic(self, row_id)


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that can be watched; as text it is what databases and signals hold."""

    kind: Kind
    row_id: UUID

    def __str__(self) -> str:
        return f"{self.kind.name}:{self.row_id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the topic that :meth:`__str__` gave as ``text``.

        Raises:
            ValueError: if it gave no such text.
        """
        kind, _, row_id = text.partition(":")
        return cls(Kind(kind), UUID(row_id))
