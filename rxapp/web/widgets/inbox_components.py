# mypy: ignore-errors
"""Widgets of the inbox, its bell and its sound."""

from typing import Any
from uuid import UUID

import reflex as rx

from rxapp.web.widgets import library


class InboxBell(rx.Component):
    """The title's count, the sound and a word for what arrives.

    ``on_shown(ids)`` says what the page has rendered; ``on_missed(revision)`` asks for what came
    since a revision.
    """

    library = library("inbox_bell")
    tag = "InboxBell"

    change: rx.Var[Any]
    count: rx.Var[int]
    user_id: rx.Var[UUID | None]
    on_shown: rx.EventHandler[lambda ids: [ids]]
    on_missed: rx.EventHandler[lambda revision: [revision]]


class InboxBoard(rx.Component):
    """The inbox's rows, held in the browser and moved only when nobody points at them.

    Its children are what stands for an empty queue, and for rows that are being read.
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
