"""The files in this folder: what depends on the internals of Reflex's browser code."""

from concurrent.futures import ThreadPoolExecutor

import reflex as rx

FILES = ("event_loop.jsx", "color_mode.jsx")


def _share(file: str) -> str:
    return rx.asset(file, shared=True).importable_path


def share() -> dict[str, str]:
    """Put the files where widgets can import them; returns the import path of each."""
    with ThreadPoolExecutor(1) as thread:  # Reflex searches the whole call stack
        return dict(zip(FILES, thread.map(_share, FILES), strict=True))
