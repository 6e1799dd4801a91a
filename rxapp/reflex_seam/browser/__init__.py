"""The files beside this one: what leans on the inside of Reflex's part of the browser."""

from concurrent.futures import ThreadPoolExecutor

import reflex as rx

FILES = ("event_loop.jsx", "color_mode.jsx")


def _share(file: str) -> str:
    return rx.asset(file, shared=True).importable_path


def share() -> dict[str, str]:
    """Put the files where widgets import them from; returns how each is imported."""
    with ThreadPoolExecutor(1) as thread:  # of its own: Reflex searches the whole call stack
        return dict(zip(FILES, thread.map(_share, FILES), strict=True))
