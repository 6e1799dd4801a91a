"""Runs every measurement, prints the table and writes it into docs/performance.md.

``python -m tests.bench [--smoke] [--json FILE] [part ...]``. It exits with 1 if a row could not be
measured; a row that misses its target is a verdict, not a failure. Only a full run of all parts is
written into the page.
"""

import argparse
import gc
import json
import logging
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from types import ModuleType

from rxapp import frontend
from tests.bench.data import Databases
from tests.bench.size import FULL, SMOKE, Size
from tests.bench.table import Row, circumstances, not_measured, printed, write

PARTS = ("steps", "escalation", "lists", "rest", "drafts", "pages", "editor")


def part(name: str) -> ModuleType:
    """Return the module of a part; ``ROWS`` names the results of its ``measure``, in order."""
    return import_module(f"tests.bench.{name}")


def row_names(size: Size) -> list[str]:
    """Return the name of every row, as the table has them."""
    return [size.name(row) for name in PARTS for row in part(name).ROWS]


def main(arguments: list[str]) -> int:
    """Measure all parts, or those named. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="tests.bench")
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="part")
    parser.add_argument("--smoke", action="store_true", help="measure little, to see that it works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there, too")
    chosen = parser.parse_args(arguments)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    about = circumstances()
    frontend.build()
    rows = _measure(chosen.parts or PARTS, SMOKE if chosen.smoke else FULL)
    print(f"{printed(rows)}\n\n{about}")
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(row) for row in rows]))
    measured = all(row.passed is not None for row in rows)
    if measured and not chosen.smoke and not chosen.parts:
        write(rows, about)
    return int(not measured)


def _measure(parts: Sequence[str], size: Size) -> list[Row]:
    folder = Path(tempfile.mkdtemp(prefix="rf-bench-"))
    gc.disable()
    rows: list[Row] = []
    try:
        databases = Databases(folder)
        for name in parts:
            rows += _part_rows(name, databases, folder, size)
            gc.collect()
    finally:
        gc.enable()
        shutil.rmtree(folder, ignore_errors=True)
    return rows


def _part_rows(name: str, databases: Databases, folder: Path, size: Size) -> list[Row]:
    began = time.monotonic()
    print(f"measuring {name}…", end="", file=sys.stderr, flush=True)
    module, own = part(name), folder / name
    wanted = [size.name(row) for row in module.ROWS]
    own.mkdir()
    try:
        rows: list[Row] = module.measure(databases, own, size)
        assert [row.name for row in rows] == wanted, f"other rows than {wanted}"
        return rows
    except Exception as error:
        print(f"\n{traceback.format_exc()}", file=sys.stderr)
        said = (str(error).strip() or type(error).__name__).splitlines()[-1][:80]
        return [not_measured(row, said) for row in wanted]
    finally:
        print(f" {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
