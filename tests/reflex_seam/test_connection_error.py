"""What the websocket said when it was refused is kept where pages read it."""

from rxapp.reflex_seam.connection_error import connection_error
from tests.reflex_seam.templates import browser_source


def test_the_last_refusal_is_read_with_its_words():
    assert "connectErrors[connectErrors.length - 1].message" in str(connection_error)
    state = browser_source("state.js")
    assert 'socket.current.on("connect_error", ' in state
    assert "[...connectErrors.slice(-9), error]" in state
