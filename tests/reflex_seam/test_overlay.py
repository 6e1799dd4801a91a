"""Reflex's message about the connection is where ours replaces it."""

import pytest
import reflex as rx
from reflex.compiler.compiler import _resolve_app_wrap_components

from rxapp.reflex_seam.moved import ReflexMovedError
from rxapp.reflex_seam.overlay import say_connection_with

OURS = "said by us"


def words(app: rx.App) -> str:
    """Return what every page is wrapped in."""
    return " ".join(str(each) for each in _resolve_app_wrap_components(app, {}).values())


def test_ours_are_shown_and_theirs_are_not(app):
    assert OURS not in words(app)
    say_connection_with(app, lambda _has_state: rx.el.p(OURS))
    assert OURS in words(app)
    assert "DefaultOverlay" not in words(app)


def test_theirs_are_shown_without_it(app):
    assert "DefaultOverlay" in words(app)


def test_it_is_an_error_if_theirs_are_elsewhere(app):
    app.app_wraps.clear()
    with pytest.raises(ReflexMovedError):
        say_connection_with(app, lambda _has_state: rx.el.p(OURS))
