"""The style that is made while a page runs has the text whose hash the policy names."""

from rxapp.reflex_seam.inline_styles import MADE_WHILE_RUNNING
from tests.support.server import ROOT

SHEET = ROOT / ".web" / "node_modules" / "@emotion" / "sheet" / "dist" / "emotion-sheet.esm.js"


def test_the_style_library_begins_with_an_empty_element():
    source = SHEET.read_text()
    assert "tag.appendChild(document.createTextNode(''));" in source
    assert "this.isSpeedy = options.speedy === undefined ? !isDevelopment" in source
    assert MADE_WHILE_RUNNING == ("",)
