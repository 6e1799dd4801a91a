"""Runs every measurement and prints the table; exits 1 if one could not be made."""

import gc
import logging
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from tests.bench.data import Databases
from tests.bench.table import Row, printed

PARTS = ("steps", "escalation", "lists", "rest", "pages")


def main(chosen: list[str]) -> int:
    """Measure all parts, or those named, and print the table. Returns the exit code."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="rf-bench-"))
    gc.disable()
    rows: list[Row] = []
    try:
        databases = Databases(folder)
        for name in chosen or PARTS:
            rows += _measured(name, import_module(f"tests.bench.{name}").measure, databases, folder)
            gc.collect()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(printed(rows))
    return int(any(row.passed is None for row in rows))


def _measured(
    name: str, measure: Callable[..., list[Row]], databases: Databases, folder: Path
) -> list[Row]:
    began = time.monotonic()
    print(f"measuring {name}…", end="", file=sys.stderr, flush=True)
    own = folder / name
    own.mkdir()
    try:
        return measure(databases, own)
    except Exception as error:
        print(f"\n{traceback.format_exc()}", file=sys.stderr)
        said = str(error).strip() or type(error).__name__
        return [Row(name, "-", "-", None, said.splitlines()[-1][:80], None)]
    finally:
        print(f" {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
