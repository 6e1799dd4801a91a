"""Documents as they are stored: with the number of their format, and no other is guessed at."""

import pytest

from rxapp.core.errors import Invalid
from rxapp.trees.document import FORMAT, read_stored, stored
from tests.support.drafting import whole


def test_a_stored_document_says_its_format_and_reads_back():
    raw = stored(whole())
    assert raw["format"] == FORMAT == 1
    assert read_stored(raw) == whole()


@pytest.mark.parametrize("format", [2, None, "1", 0])
def test_another_format_is_said_plainly(format):
    raw = {**stored(whole()), "format": format}
    with pytest.raises(Invalid, match=f"format {format}, and this version of .* reads format 1"):
        read_stored(raw)
