"""The table's rows, printing it, and writing it into docs/performance.md."""

import os
import platform
import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rxapp import VERSION

COLUMNS = ("name", "ours", "floor", "ratio", "target", "verdict")
PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- table: written by make bench -->", "<!-- end of the table -->"


@dataclass(frozen=True)
class Row:
    """One measurement. ``passed`` is None if it could not be measured; ``target`` says why."""

    name: str
    ours: str
    floor: str
    ratio: float | None
    target: str
    passed: bool | None
    numbers: tuple[float, ...] = ()
    """What was measured, ours and the floor's, to be checked for plausibility."""
    may_be_zero: bool = False

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        ratio = "-" if self.ratio is None else f"{self.ratio:.2f}"
        verdict = {True: "PASS", False: "MISS", None: "NOT MEASURED"}[self.passed]
        return (self.name, self.ours, self.floor, ratio, self.target, verdict)


def not_measured(name: str, reason: str) -> Row:
    """Return the row of a measurement that failed."""
    return Row(name, "-", "-", None, reason, None)


def at_most(
    name: str, ours: float, floor: float, limit: float, show: Callable[[float], str]
) -> Row:
    """Return a row that passes if ours is at most ``limit`` times the floor."""
    assert floor > 0, f"{name}: the floor is {floor}"
    ratio = ours / floor
    target, numbers = f"<= {limit} x", (ours, floor)
    return Row(name, show(ours), show(floor), ratio, target, ratio <= limit, numbers)


def at_least(
    name: str, ours: float, floor: float, limit: float, show: Callable[[float], str]
) -> Row:
    """Return a row that passes if ours is at least ``limit`` times the floor."""
    assert floor > 0, f"{name}: the floor is {floor}"
    ratio = ours / floor
    target, numbers = f">= {limit} x", (ours, floor)
    return Row(name, show(ours), show(floor), ratio, target, ratio >= limit, numbers)


def limited(
    name: str,
    ours: float,
    limit: float,
    show: Callable[[float], str],
    *,
    may_be_zero: bool = False,
) -> Row:
    """Return a row that passes if ours is at most ``limit``, with nothing to compare it to."""
    target = f"<= {show(limit)}"
    return Row(name, show(ours), "-", None, target, ours <= limit, (ours,), may_be_zero)


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


def fraction(value: float) -> str:
    """Return a share as text."""
    return f"{value:.2f}"


def printed(rows: Sequence[Row]) -> str:
    """Return the table as text."""
    lines = [COLUMNS, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    text = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) for line in lines]
    text.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([f"ResolutionFlow {VERSION}", "", *(line.rstrip() for line in text)])


def circumstances() -> str:
    """Return when and on which machine this is measured; call it before the first measurement."""
    busy = os.getloadavg()[0]
    return (
        f"Measured on {date.today()} with version {VERSION} on {os.cpu_count()} cores"
        f" (load {busy:.1f} before the first row), SQLite {sqlite3.sqlite_version},"
        f" Python {platform.python_version()}."
    )


def write(rows: Sequence[Row], about: str) -> None:
    """Replace the table in the page."""
    shown = [f"| {' | '.join(row.cells)} |" for row in rows]
    table = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|", *shown]
    parts = _split(PAGE.read_text())
    parts[1] = "\n".join(["", about, "", *table, ""])
    PAGE.write_text(f"{parts[0]}{BEGIN}{parts[1]}{END}{parts[2]}")


def names_on_page() -> list[str]:
    """Return the names of the rows that the page shows."""
    lines = re.findall(r"^\| (.+?) \|", _split(PAGE.read_text())[1], re.MULTILINE)
    return lines[1:]


def _split(page: str) -> list[str]:
    before, _, rest = page.partition(BEGIN)
    table, _, after = rest.partition(END)
    assert after, f"{PAGE.name} lacks the markers of the table"
    return [before, table, after]
