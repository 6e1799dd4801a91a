# mypy: ignore-errors
"""Widgets that any page may use."""

from datetime import datetime
from typing import Any
from uuid import UUID

import reflex as rx

from rxapp.web.widgets import library


class Hotkeys(rx.Component):
    """Lets keys press the elements that declare ``data_hotkey``."""

    library = library("hotkeys")
    tag = "Hotkeys"


class Ticker(rx.Component):
    """A moment: ``mode`` is ``time``, ``ago``, ``elapsed`` or ``left``.

    In the mode ``elapsed``, ``plus`` seconds are added.
    """

    library = library("ticker")
    tag = "Ticker"

    at: rx.Var[datetime | None]
    mode: rx.Var[str]
    plus: rx.Var[int]


class Duration(rx.Component):
    """A duration in words, given in seconds."""

    library = library("ticker")
    tag = "Duration"

    seconds: rx.Var[int]


class CopyButton(rx.Component):
    """Copies ``text`` and says so; screen readers also read out ``subject``."""

    library = library("copy_button")
    tag = "CopyButton"

    text: rx.Var[str]
    label: rx.Var[str]
    subject: rx.Var[str]
    hotkey: rx.Var[str]


class Menu(rx.Component):
    """A button that opens a menu: ``label`` says of what, the children come from ``menu_item``."""

    library = library("menu")
    tag = "Menu"

    label: rx.Var[str]


class SearchBox(rx.Component):
    """The library's search: keeps its text in the address and leads to the hits by keys.

    ``reads`` counts how often the server has read what ``query`` finds.
    """

    library = library("search_box")
    tag = "SearchBox"

    query: rx.Var[str]
    reads: rx.Var[int]
    placeholder: rx.Var[str]
    on_search: rx.EventHandler[lambda text: [text]]


class MarkedWords(rx.Component):
    """Marks these words in every :class:`Marked` text inside."""

    library = library("marked")
    tag = "MarkedWords"

    words: rx.Var[list[str]]


class Marked(rx.Component):
    """A text in which the words that a search found are marked."""

    library = library("marked")
    tag = "Marked"

    text: rx.Var[str]


class ZoneSelect(rx.Component):
    """A choice of the browser's time zones; unless ``required``, also the browser's own."""

    library = library("zone_select")
    tag = "ZoneSelect"

    name: rx.Var[str]
    value: rx.Var[str]
    label: rx.Var[str]
    hint: rx.Var[str]
    required: rx.Var[bool]


class Download(rx.Component):
    """A link to a file that the API serves."""

    library = library("download")
    tag = "Download"

    href: rx.Var[str]


class Viewer(rx.Component):
    """Applies the time zone and the theme of the person's settings to the page."""

    library = library("viewer")
    tag = "Viewer"

    zone: rx.Var[str]
    theme: rx.Var[str]


class WrongAddress(rx.Component):
    """Says where to open the app if it was opened under an address where it cannot work."""

    library = library("wrong_address")
    tag = "WrongAddress"


class SignOut(rx.Component):
    """Ends the sign-in by posting to ``action``."""

    library = library("sign_out")
    tag = "SignOut"

    action: rx.Var[str]
    label: rx.Var[str]


class Notice(rx.Component):
    """The last short notice; each ``notice_id`` is shown once in a tab."""

    library = library("notice")
    tag = "Notice"

    text: rx.Var[str]
    kind: rx.Var[str]
    notice_id: rx.Var[str]


class Go(rx.Component):
    """Goes to the page ``to`` when the server says so, unless the tab has left ``come_from``."""

    library = library("go")
    tag = "Go"

    to: rx.Var[str]
    come_from: rx.Var[str]
    go_id: rx.Var[str]


class Connection(rx.Component):
    """Says what is lost while the server is unreachable; ``confirmed`` is the last event done."""

    library = library("connection_banner")
    tag = "Connection"

    confirmed: rx.Var[str]


class Answers(rx.Component):
    """The answers of step ``seq`` of the session ``page``; the children come at the end of each.

    ``on_choose(page, option_key, seq)`` sends one. Until it is confirmed, it is kept for
    ``person``.
    """

    library = library("answers")
    tag = "Answers"

    options: rx.Var[list[Any]]
    page: rx.Var[str]
    seq: rx.Var[int]
    person: rx.Var[UUID | None]
    disabled: rx.Var[bool]
    saves_first: rx.Var[str]
    on_choose: rx.EventHandler[lambda page, option_key, seq: [page, option_key, seq]]


class AnswerLinks(rx.Component):
    """Answers that look the same and are links: each goes to its ``href``, and nothing is sent."""

    library = library("answers")
    tag = "AnswerLinks"

    options: rx.Var[list[Any]]


class KeptAnswers(rx.Component):
    """Sends what :class:`Answers` kept for ``person``: ``on_send(session_id, option_key, seq)``."""

    library = library("answers")
    tag = "KeptAnswers"

    person: rx.Var[UUID | None]
    on_send: rx.EventHandler[lambda session_id, option_key, seq: [session_id, option_key, seq]]


class NamedPage(rx.Component):
    """A page with an id in its address: ``create(placeholder, page, argument=..., shown=[...])``.

    The page is shown once every id in ``shown`` equals the ``argument`` in the address; each of
    these ids is set together with its data.
    """

    library = library("named_page")
    tag = "NamedPage"

    argument: rx.Var[str]
    shown: rx.Var[list[str]]


class Prose(rx.Component):
    """Markdown as React elements; raw HTML in it is shown as text and never runs."""

    library = library("prose")
    tag = "Prose"
    lib_dependencies: list[str] = ["markdown-to-jsx@9.10.6"]

    text: rx.Var[str]
