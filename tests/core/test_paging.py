import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rxapp.core.errors import Invalid
from rxapp.core.paging import decode_cursor, encode_cursor

storable = st.characters(exclude_characters="\0", exclude_categories=["Cs"])


@given(st.lists(st.text(alphabet=storable, max_size=20), max_size=4))
def test_a_cursor_gives_back_what_was_put_in(parts):
    assert decode_cursor(encode_cursor(*parts), len(parts)) == parts


@given(st.text(alphabet=st.characters(categories=None)) | st.binary().map(bytes.hex))
def test_no_other_text_raises_anything_but_invalid(text):
    try:
        assert len(decode_cursor(text, 2)) == 2
    except Invalid as refusal:
        assert refusal.extra == {"field": "cursor"}


def packed(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!",
        "é",
        packed(["a"]),
        packed(["a", "b", "c"]),
        packed({"a": 1, "b": 2}),
        packed(["a", 7]),
        packed(["a", None]),
        packed(["a", "b\0"]),
        packed(["a", "b\ud800"]),
        packed(["a", "b" * 2000]),
        base64.urlsafe_b64encode(b"[" * 700).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_a_cursor_that_is_not_one_of_ours_is_refused(cursor):
    with pytest.raises(Invalid, match="not valid"):
        decode_cursor(cursor, 2)
