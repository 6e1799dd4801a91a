"""The bench works: at small sizes it measures every row, and its page shows the same rows."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.__main__ import row_names
from tests.bench.size import FULL, SMOKE
from tests.bench.table import names_on_page
from tests.support.server import ROOT

pytestmark = pytest.mark.server

LONGEST_SECONDS = 60
"""No measured time is longer than this, however busy the machine is."""


def test_every_row_is_measured(tmp_path: Path):
    file = tmp_path / "rows.json"
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--smoke", "--json", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    rows = json.loads(file.read_text())

    assert [row["name"] for row in rows] == row_names(SMOKE)
    assert [fault for row in rows for fault in faults(row)] == []


def faults(row: dict) -> list[str]:
    """What is implausible about a row; verdicts are not judged."""
    found = []
    if row["passed"] is None:
        found.append(f"{row['name']}: not measured: {row['target']}")
    sides = 2 if row["floor"] != "-" else 1
    if len(row["numbers"]) < sides:
        found.append(f"{row['name']}: {len(row['numbers'])} of {sides} numbers")
    for number in row["numbers"]:
        is_zero = number == 0 and row["may_be_zero"]
        if not (is_zero or (math.isfinite(number) and number > 0)):
            found.append(f"{row['name']}: {number}")
        if row["ours"].endswith(" ms") and number > LONGEST_SECONDS:
            found.append(f"{row['name']}: {number} s")
    return found


def test_the_page_shows_every_row():
    assert names_on_page() == row_names(FULL)
