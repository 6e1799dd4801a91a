"""Topics: what can change while tabs watch it."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that can be watched. Each feature defines its own, named by one word."""

    name: str

    def of(self, row_id: UUID) -> "Topic":
        """Return the topic of one thing of this kind."""
        return Topic(self, row_id)


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that can be watched; databases and signals hold it as text."""

    kind: Kind
    row_id: UUID

    def __str__(self) -> str:
        return f"{self.kind.name}:{self.row_id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the topic whose text, by :meth:`__str__`, is ``text``.

        Raises:
            ValueError: if no topic has that text.
        """
        kind, _, row_id = text.partition(":")
        return cls(Kind(kind), UUID(row_id))
