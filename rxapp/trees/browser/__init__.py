"""A tree drawn in the browser, for the editor and for comparisons: the files in this folder."""

from concurrent.futures import ThreadPoolExecutor

import reflex as rx

_FILES = (
    "steps.js",
    "shape.js",
    "layout.js",
    "lines.js",
    "canvas_parts.jsx",
    "sources.jsx",
    "use_drawn.jsx",
    "use_stay.jsx",
    "board.jsx",
)


def _share(file: str) -> str:
    return rx.asset(file, shared=True).importable_path


with ThreadPoolExecutor(1) as _thread:  # a short stack: Reflex searches all of it
    list(_thread.map(_share, _FILES))

PACKAGES = ["@xyflow/react@12.12.1", "d3-hierarchy@3.1.3"]
"""What a component that draws trees needs from npm. The first draws and moves cards: it is well
maintained, and the only one that stays fluid with 1,000; only the board and its parts know it.
The second puts trees in order within milliseconds."""
