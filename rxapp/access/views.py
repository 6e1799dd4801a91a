"""A user as others see them."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Person:
    """A user as others see them; ``email`` is for notices and is not shown to members."""

    id: UUID
    name: str
    email: str
    email_on_escalation: bool = True
    email_on_return: bool = True
