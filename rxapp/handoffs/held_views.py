"""How much somebody holds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Held:
    """What a member holds: claims, sessions in progress, parked sessions, trees they own."""

    claims: int
    active: int
    parked: int
    trees: int = 0

    @property
    def total(self) -> int:
        """How many cases and trees there are in all."""
        return self.claims + self.active + self.parked + self.trees
