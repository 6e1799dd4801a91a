"""Rows of the table, and how it is printed."""

from collections.abc import Callable
from dataclasses import dataclass

from rxapp import VERSION

COLUMNS = ("name", "ours", "floor", "ratio", "target", "verdict")


@dataclass(frozen=True)
class Row:
    """One measurement. ``passed`` is None if it could not be measured; ``target`` says why."""

    name: str
    ours: str
    floor: str
    ratio: float | None
    target: str
    passed: bool | None

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        ratio = "-" if self.ratio is None else f"{self.ratio:.2f}"
        verdict = {True: "PASS", False: "MISS", None: "NOT MEASURED"}[self.passed]
        return (self.name, self.ours, self.floor, ratio, self.target, verdict)


def at_most(
    name: str, ours: float, floor: float, limit: float, show: Callable[[float], str]
) -> Row:
    """Return a row that passes if ours is at most ``limit`` times the floor."""
    ratio = ours / floor
    return Row(name, show(ours), show(floor), ratio, f"<= {limit} x", ratio <= limit)


def at_least(
    name: str, ours: float, floor: float, limit: float, show: Callable[[float], str]
) -> Row:
    """Return a row that passes if ours is at least ``limit`` times the floor."""
    ratio = ours / floor
    return Row(name, show(ours), show(floor), ratio, f">= {limit} x", ratio >= limit)


def limited(name: str, ours: float, limit: float, show: Callable[[float], str]) -> Row:
    """Return a row that passes if ours is at most ``limit``, with nothing to compare it to."""
    return Row(name, show(ours), "-", None, f"<= {show(limit)}", ours <= limit)


def milliseconds(seconds: float) -> str:
    """Return ``0.0123`` as ``12.30 ms``."""
    return f"{seconds * 1000:.2f} ms"


def kilobytes(count: float) -> str:
    """Return bytes as KB of 1,000."""
    return f"{count / 1000:.1f} KB"


def rate(per_second: float) -> str:
    """Return a rate as text."""
    return f"{per_second:,.0f} /s"


def whole(count: float) -> str:
    """Return a count as text."""
    return f"{count:,.0f}"


def printed(rows: list[Row]) -> str:
    """Return the table as text."""
    lines = [COLUMNS, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    text = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) for line in lines]
    text.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([f"ResolutionFlow {VERSION}", "", *(line.rstrip() for line in text)])
