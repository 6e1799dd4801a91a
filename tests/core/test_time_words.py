"""Durations and moments in words: the same in Python and in the browser."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rxapp.core.time_words import duration, moment, zone_of
from rxapp.core.zones import all_zones, zone_named
from tests.support.server import ROOT

BROWSER_WORDS = ROOT / "rxapp" / "web" / "widgets" / "time_words.jsx"

DURATIONS = {
    -5: "0 s",
    0: "0 s",
    0.4: "0 s",
    37: "37 s",
    59.4: "59 s",
    59.6: "1 min",
    60: "1 min",
    89: "1 min",
    90: "2 min",
    720: "12 min",
    3_569: "59 min",
    3_570: "1 h",
    3_600: "1 h",
    4_320: "1 h 12 min",
    277_200: "77 h",
    277_260: "77 h 1 min",
}
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def _in_javascript(code: str) -> str:
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    assert node, "Node builds the pages, so it is installed with them"
    program = f"{BROWSER_WORDS.read_text()}\nconsole.log(JSON.stringify({code}));"
    done = subprocess.run(
        [node, "--input-type=module"], input=program, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(("seconds", "words"), DURATIONS.items())
def test_a_duration_is_said_in_hours_and_minutes(seconds, words):
    assert duration(seconds) == words


def test_the_browser_says_the_same_durations():
    said = _in_javascript(f"{json.dumps(list(DURATIONS))}.map(duration)")
    assert said == list(DURATIONS.values())


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Berlin", "2026-07-01 14:00 CEST"),
        ("UTC", "2026-07-01 12:00 UTC"),
        ("America/Sao_Paulo", "2026-07-01 09:00 UTC-03"),
        ("Mars/Base", "2026-07-01 12:00 UTC"),
        ("", "2026-07-01 12:00 UTC"),
    ],
)
def test_a_moment_names_its_zone(zone, words):
    assert moment(NOON, zone_of(zone)) == words


@pytest.mark.parametrize(
    "name", ["localtime", "posix/Europe/Berlin", "right/UTC", "Factory", "", "../UTC", "Berlin"]
)
def test_what_means_nothing_elsewhere_is_no_zone(name):
    assert zone_named(name) is None


def test_a_zone_is_found_however_its_letters_are_written():
    assert zone_named(" europe/BERLIN ") == "Europe/Berlin"


def test_browsers_know_every_zone_that_is_taken():
    assert _in_javascript(f"{json.dumps(all_zones())}.filter((zone) => !isZone(zone))") == []
