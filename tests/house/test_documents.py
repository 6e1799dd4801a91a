"""The form of the documents in docs/."""

import re
from itertools import combinations
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
RECORDS = sorted((ROOT / "docs" / "adr").glob("*.md"))


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_decision_has_its_number_status_and_date(record):
    title, _, status = record.read_text(encoding="utf-8").splitlines()[:3]
    number = int(record.name[:4])
    assert title.startswith(f"# {number}. ")
    assert re.fullmatch(
        r"Status: (accepted|superseded by \d{4})\. Date: \d{4}-\d{2}-\d{2}\.", status
    )


def test_every_decision_has_a_number_of_its_own():
    numbers = [path.name[:4] for path in RECORDS]
    assert len(numbers) == len(set(numbers)) > 30


PATH = re.compile(r"`((?:tests|rxapp|scripts|docs|assets)/[\w./-]+)`")
DOCUMENTS = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
DOCUMENTS.remove(ROOT / "CONTRIBUTING.md")  # its examples name files that a reader will add


def test_every_file_that_a_document_names_is_there():
    named = {(file, path) for file in DOCUMENTS for path in PATH.findall(file.read_text("utf-8"))}
    missing = [f"{file.name}: {path}" for file, path in named if not (ROOT / path).exists()]
    assert sorted(missing) == []
    assert len(named) > 50


ALIKE = 0.4
"""Two entries that share this part of their words say the same."""


def entries(changelog: str) -> list[set[str]]:
    """The words of each line in the list."""
    lines = re.findall(r"^- (.+(?:\n  .+)*)", changelog, re.MULTILINE)
    return [set(re.findall(r"\w+", line.lower())) for line in lines]


def test_the_changelog_says_nothing_twice():
    found = entries((ROOT / "CHANGELOG.md").read_text("utf-8"))
    alike = [
        sorted(one & other)
        for one, other in combinations(found, 2)
        if len(one & other) > ALIKE * len(one | other)
    ]
    assert alike == []
    assert len(found) > 50
