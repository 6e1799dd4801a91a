"""The list of dependencies is complete: each file of the seam has a row with its test."""

import re

from tests.support.server import ROOT

SEAM = ROOT / "rxapp" / "reflex_seam"
TESTS = ROOT / "tests" / "reflex_seam"
ROW = re.compile(r"^\| [^|]+ \| `([\w./]+)` \| `(test_\w+\.py)` \| [^|]+ \|$", re.MULTILINE)
LEANS_ON_NOTHING = {"__init__.py", "moved.py"}


def test_every_file_of_the_seam_has_a_row_with_its_test():
    listed = dict(ROW.findall((ROOT / "docs" / "upgrading-reflex.md").read_text()))
    files = {path.name for path in SEAM.glob("*.py")} | {"browser/"}
    assert listed.keys() == files - LEANS_ON_NOTHING
    for file, test in listed.items():
        assert test == f"test_{file.removesuffix('.py').rstrip('/')}.py"
        assert (TESTS / test).is_file()
