"""How many cases somebody holds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Held:
    """What a member holds: claims, sessions in progress, parked sessions."""

    claims: int
    active: int
    parked: int

    @property
    def total(self) -> int:
        """How many cases it is in all."""
        return self.claims + self.active + self.parked
