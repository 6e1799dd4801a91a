"""The style sheets: layers, tokens, and one file for each class."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from rxapp.web.styles import ASSETS, SHARED, feature_sheets

TOKENS = ASSETS / "tokens.css"
SHEETS = [*(ASSETS / name.lstrip("/") for name in SHARED), *feature_sheets()]
OTHERS = [sheet for sheet in SHEETS if sheet != TOKENS]
LAYERS = re.findall(r"[\w-]+", re.search(r"@layer ([^;{]+);", TOKENS.read_text())[1])

over_all = pytest.mark.parametrize("sheet", OTHERS, ids=lambda path: path.stem)


def rules(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)


@over_all
def test_everything_stands_in_the_layer_of_its_kind(sheet):
    css = rules(sheet).strip()
    assert css.count("{") == css.count("}")
    [layer] = re.findall(r"^@layer ([\w-]+) {$", css, re.MULTILINE)
    assert layer in LAYERS
    assert (layer == "features") == (sheet.parent != ASSETS)
    assert re.fullmatch(r"@layer [\w-]+ {\n(  .*\n|\n)*}", css), (
        "something stands outside its layer"
    )


@over_all
def test_colours_and_sizes_of_type_are_tokens(sheet):
    css = rules(sheet)
    assert re.findall(r"#[0-9a-f]{3,8}\b|\brgba?\([^)]*\)", css) == []
    sizes = re.findall(r"font(?:-size)?: ([^;]+);", css)
    assert [size for size in sizes if re.search(r"\d(px|rem)", size)] == []


def test_every_token_that_is_used_is_defined():
    defined = set(re.findall(r"(--[\w-]+):", "".join(map(rules, SHEETS))))
    used = {name for sheet in SHEETS for name in re.findall(r"var\((--[\w-]+)", rules(sheet))}
    assert used <= defined
    breakpoints = {"--narrow", "--medium", "--wide"}  # read by people only
    of_the_canvas = {name for name in defined if name.startswith("--xy-")}  # read by its library
    assert defined - used - of_the_canvas == breakpoints


def test_the_theme_decides_in_browsers_without_light_dark_too():
    """The build writes light-dark() as two values that a rule with color-scheme chooses from."""
    css = rules(TOKENS)
    assert re.search(r":root {\s+color-scheme: light;", css)
    assert re.search(r"\.dark {\s+color-scheme: dark;", css)


def test_every_breakpoint_is_one_of_the_three():
    said = dict(re.findall(r"(--(?:narrow|medium|wide)): (\d+px);", rules(TOKENS)))
    asked = {width for sheet in SHEETS for width in re.findall(r"-width: (\d+px)\)", rules(sheet))}
    assert asked == set(said.values())


def test_a_class_is_described_by_one_feature():
    homes = defaultdict(set)
    for sheet in feature_sheets():
        for selectors in re.findall(r"([^{};@]+){", rules(sheet)):
            for selector in selectors.split(","):
                first = re.search(r"\.([\w-]+)", selector)
                if first:
                    homes[first[1]].add(sheet.name)
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


def test_no_sheet_is_two_ideas():
    assert [sheet.name for sheet in SHEETS if len(sheet.read_text().splitlines()) > 300] == []
