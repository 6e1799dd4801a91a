"""The cookie header as browsers send it, whatever else lives on the same host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rxapp.access.cookies import COOKIE, sign_in_cookies, sign_in_token
from rxapp.access.tokens import random_token

TOKEN = random_token()
OURS = f"{COOKIE}={TOKEN}"


def header(*lines: str | bytes) -> list[tuple[bytes, bytes]]:
    encoded = [line if isinstance(line, bytes) else line.encode() for line in lines]
    return [(b"host", b"flow.example"), *((b"cookie", line) for line in encoded)]


@pytest.mark.parametrize(
    "neighbour",
    [
        'prefs={"theme":"dark"}',
        "greeting=hello there, you",
        "name=Müller",
        "nameless",
        "=nothing",
        "path=",
        "path=/; domain; secure",
        'quoted="never closed',
        "a=b=c",
        "",
        "  ;  ",
        f"{COOKIE}",
        f"{COOKIE}=",
        f"{COOKIE}=another app's",
        f"x{COOKIE}={'A' * 43}",
    ],
)
@pytest.mark.parametrize("order", ["before", "after", "around", "another header"])
def test_cookies_of_neighbours_do_not_hide_ours(neighbour, order):
    headers = {
        "before": header(f"{neighbour}; {OURS}"),
        "after": header(f"{OURS}; {neighbour}"),
        "around": header(f"{neighbour};{OURS};{neighbour}"),
        "another header": header(neighbour, OURS),
    }[order]
    assert sign_in_token(headers) == TOKEN
    assert TOKEN in sign_in_cookies(headers)


pairs = st.binary(max_size=60).map(lambda raw: raw.replace(b";", b"").replace(b"\n", b""))


@given(st.lists(pairs, max_size=6), st.lists(pairs, max_size=6))
def test_whatever_bytes_stand_around_it_ours_is_found(before, after):
    def is_ours(pair: bytes) -> bool:
        return pair.strip(b" \t").startswith(COOKIE.encode())

    line = b"; ".join([*(p for p in before if not is_ours(p)), OURS.encode(), *after])
    assert sign_in_token(header(line)) == TOKEN


def test_of_two_that_could_be_ours_the_first_counts():
    other = random_token()
    assert sign_in_token(header(f"{OURS}; {COOKIE}={other}")) == TOKEN
    assert sign_in_cookies(header(f"{OURS}; {COOKIE}={other}")) == [TOKEN, other]


@given(st.binary(max_size=200))
def test_no_header_raises(raw):
    assert sign_in_token([(b"cookie", raw)]) in ("", *sign_in_cookies([(b"cookie", raw)]))
