"""Differences between versions, and reading a version: the files in this folder."""

from concurrent.futures import ThreadPoolExecutor

import reflex as rx

_FILES = (
    "page_by_page.js",
    "compared_tree.js",
    "tree_canvas.jsx",
    "step_parts.jsx",
    "tree_diff.jsx",
    "version_steps.jsx",
    "versions_board.jsx",
)


def _share(file: str) -> str:
    return rx.asset(file, shared=True).importable_path


with ThreadPoolExecutor(1) as _thread:  # of its own: Reflex searches the whole call stack
    _paths = dict(zip(_FILES, _thread.map(_share, _FILES), strict=True))


def library(name: str) -> str:
    """Return the import path of the file of that name in this folder."""
    return _paths[f"{name}.jsx"]


from rxapp.versions.reading_components.components import (  # noqa: E402 - they ask for their library
    TreeDiff,
    VersionsBoard,
)

__all__ = ["TreeDiff", "VersionsBoard"]
