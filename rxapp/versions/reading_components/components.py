# mypy: ignore-errors
"""Differences between versions, and reading a version, as Reflex components."""

import reflex as rx

from rxapp.trees.browser import PACKAGES
from rxapp.versions.reading_components import library


class TreeDiff(rx.Component):
    """What changed from version ``old`` to ``newer``, or to the draft without it.

    ``revision`` is that of the draft which the page shows. ``editing`` is the address of the
    editor, where the steps of the draft are to have a link to it. With ``path`` the difference is
    read from there, below the address of the tree.
    """

    library = library("tree_diff")
    tag = "TreeDiff"
    lib_dependencies: list[str] = PACKAGES

    tree: rx.Var[str]
    path: rx.Var[str]
    old: rx.Var[int]
    newer: rx.Var[int]
    revision: rx.Var[int]
    editing: rx.Var[str]


class VersionsBoard(rx.Component):
    """Its child is the list of versions; with ``old``, ``new`` or ``version`` in the address those.

    ``newest`` is the number of the newest version, 0 without one. The dialog ``take`` is opened
    with the ``version`` that is to become the draft.
    """

    library = library("versions_board")
    tag = "VersionsBoard"
    lib_dependencies: list[str] = PACKAGES

    tree: rx.Var[str]
    newest: rx.Var[int]
