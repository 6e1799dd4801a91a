# mypy: ignore-errors
"""Widgets of the inbox, its bell and its sound."""

from typing import Any
from uuid import UUID

import reflex as rx

from rxapp.web.widgets import library


class InboxBell(rx.Component):
    """The count in the title, and a sound and a notice for each arrival.

    ``on_shown(ids)`` reports what the page has rendered; ``on_missed(revision)`` asks for what
    arrived after a revision.
    """

    library = library("inbox_bell")
    tag = "InboxBell"

    change: rx.Var[Any]
    count: rx.Var[int]
    user_id: rx.Var[UUID | None]
    on_shown: rx.EventHandler[lambda ids: [ids]]
    on_missed: rx.EventHandler[lambda revision: [revision]]


class InboxBoard(rx.Component):
    """The inbox's rows, kept in the browser and only moved while nobody points at them.

    Its children are shown for an empty queue, and while rows are being loaded.
    """

    library = library("inbox_board")
    tag = "InboxBoard"

    snapshot: rx.Var[Any]
    page: rx.Var[Any]
    change: rx.Var[Any]
    waiting_count: rx.Var[int]
    mine_count: rx.Var[int]
    others_count: rx.Var[int]
    user_id: rx.Var[UUID | None]
    on_claim: rx.EventHandler[lambda handoff_id: [handoff_id]]
    on_more: rx.EventHandler[lambda section, cursor: [section, cursor]]
    on_missed: rx.EventHandler[lambda revision: [revision]]


class SoundSwitch(rx.Component):
    """Switches the sound for new escalations on and off, in this browser."""

    library = library("sound")
    tag = "SoundSwitch"
