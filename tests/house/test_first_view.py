"""What each page loads before it can be used: its own parts, and not those of the others."""

import gzip
import json
import re

import pytest

from rxapp import frontend
from rxapp.screens import SCREENS
from rxapp.web.screens import Screen

LARGEST_BYTES = 240_000
"""Of the scripts and styles that the page of a screen loads at once, compressed."""

ASSETS = frontend.PAGES / "assets"


@pytest.fixture(scope="module")
def manifest() -> dict:
    frontend.build()
    (file,) = ASSETS.glob("manifest-*.js")
    found = re.search(r"=(\{.*\})", file.read_text(), re.DOTALL)
    assert found, "the built pages list their files in another way"
    return json.loads(found[1])


def _files(manifest: dict, screen: Screen) -> set[str]:
    path = re.sub(r"\[(\w+)\]", r":\1", screen.route).strip("/")
    route = next(each for each in manifest["routes"].values() if each.get("path", "") == path
                 and each["id"] != "root")  # fmt: skip
    parts = (manifest["entry"], manifest["routes"]["root"], route)
    return {file for part in parts for file in (part["module"], *part["imports"], *part["css"])}


def _bytes(files: set[str]) -> int:
    return sum(
        len(gzip.compress((frontend.PAGES / file.strip("/")).read_bytes())) for file in files
    )


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.route)
def test_a_page_is_small(manifest: dict, screen: Screen):
    styles = {f"assets/{file.name}" for file in ASSETS.glob("__reflex_global_styles-*.css")}
    assert styles, "the styles have another name"
    assert _bytes({*_files(manifest, screen), *styles}) <= LARGEST_BYTES


def test_a_page_does_not_load_the_parts_of_another(manifest: dict):
    modules = {screen.page.__module__ for screen in SCREENS}
    parts = frontend.ROOT / ".web" / "app_components"
    found = {
        ".".join(file.relative_to(parts).with_suffix("").parts) for file in parts.rglob("*.jsx")
    }
    assert found == modules
