"""The small browser components beside this file, as Reflex components."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import reflex as rx

from rxapp.reflex_seam import browser

_FILES = (
    "hotkeys.jsx",
    "time_words.jsx",
    "server_clock.jsx",
    "ticker.jsx",
    "copy_button.jsx",
    "saved_text.js",
    "text_store.js",
    "text_desk.js",
    "field_limit.jsx",
    "typed_text.jsx",
    "kept_fields.jsx",
    "auth_form.jsx",
    "sign_out.jsx",
    "modal.jsx",
    "zone_select.jsx",
    "download.jsx",
    "viewer.jsx",
    "prose.jsx",
    "notice.jsx",
    "wrong_address.jsx",
    "connection.jsx",
    "connection_banner.jsx",
    "answers.jsx",
    "named_page.jsx",
    "inbox_bell.jsx",
    "acknowledge.jsx",
    "inbox_board.jsx",
    "sound.jsx",
    "inbox_rows.jsx",
    "inbox_hooks.jsx",
    "inbox_list.jsx",
)


def _share(file: str) -> str:
    return rx.asset(file, shared=True).importable_path


browser.share()

# Reflex looks through the whole call stack at each file, and in the depth of an import that takes
# 0.15 s: four seconds of every start. A thread of its own has a short stack.
with ThreadPoolExecutor(1) as _thread:
    _paths = dict(zip(_FILES, _thread.map(_share, _FILES), strict=True))


def _library(name: str) -> str:
    """Return how a page imports the file of that name beside this one."""
    return _paths[f"{name}.jsx"]


class Hotkeys(rx.Component):
    """Lets keys press whatever declares ``data_hotkey``."""

    library = _library("hotkeys")
    tag = "Hotkeys"


class Ticker(rx.Component):
    """A moment: ``mode`` is ``time``, ``ago``, ``elapsed`` or ``left``.

    What has elapsed counts on from ``plus`` seconds.
    """

    library = _library("ticker")
    tag = "Ticker"

    at: rx.Var[str]
    mode: rx.Var[str]
    plus: rx.Var[int]


class Duration(rx.Component):
    """A duration in words, given in seconds."""

    library = _library("ticker")
    tag = "Duration"

    seconds: rx.Var[int]


class CopyButton(rx.Component):
    """Copies ``text`` and says so; screen readers also hear ``subject``."""

    library = _library("copy_button")
    tag = "CopyButton"

    text: rx.Var[str]
    label: rx.Var[str]
    subject: rx.Var[str]
    hotkey: rx.Var[str]


class AutosaveText(rx.Component):
    """A text of a session, saved as typed.

    ``doc_key`` names it, as ``note:session:step`` or ``scratchpad:session``; ``value`` and
    ``revision`` are what the page knows of it.
    """

    library = _library("typed_text")
    tag = "AutosaveText"

    doc_key: rx.Var[str]
    value: rx.Var[str]
    revision: rx.Var[int]
    label: rx.Var[str]
    hide_label: rx.Var[bool]
    placeholder: rx.Var[str]
    hotkey: rx.Var[str]
    rows: rx.Var[int]
    single_line: rx.Var[bool]
    limit: rx.Var[int]
    disabled: rx.Var[bool]


class FieldLimit(rx.Component):
    """In a field's label: says how much too long a text is; the form is not sent with it."""

    library = _library("field_limit")
    tag = "FieldLimit"

    limit: rx.Var[int]


class KeptFields(rx.Component):
    """In a form: keeps what is in its fields, in the browser, until the form was taken."""

    library = _library("kept_fields")
    tag = "KeptFields"

    keep_key: rx.Var[str]


class TextDesk(rx.Component):
    """In the shell: whose texts are typed here; it saves what closed tabs left behind."""

    library = _library("typed_text")
    tag = "TextDesk"

    owner: rx.Var[str]


class AuthForm(rx.Component):
    """A form that posts JSON to ``action`` and then leaves for ``next``, or says ``done``.

    With ``token_field`` it sends the token of a mailed link under that name; ``preview`` is asked
    what an invitation is to.
    """

    library = _library("auth_form")
    tag = "AuthForm"

    action: rx.Var[str]
    fields: rx.Var[list[dict[str, Any]]]
    submit: rx.Var[str]
    demo: rx.Var[list[dict[str, str]]]
    password: rx.Var[str]
    token_field: rx.Var[str]
    preview: rx.Var[str]
    done: rx.Var[str]
    next: rx.Var[str]


class ZoneSelect(rx.Component):
    """A choice of the browser's time zones; unless ``required``, also the browser's own."""

    library = _library("zone_select")
    tag = "ZoneSelect"

    name: rx.Var[str]
    value: rx.Var[str]
    label: rx.Var[str]
    hint: rx.Var[str]
    required: rx.Var[bool]


class Download(rx.Component):
    """A link to a file that the API serves."""

    library = _library("download")
    tag = "Download"

    href: rx.Var[str]


class Viewer(rx.Component):
    """Applies the time zone and the theme of the person's settings to the page."""

    library = _library("viewer")
    tag = "Viewer"

    zone: rx.Var[str]
    theme: rx.Var[str]


class WrongAddress(rx.Component):
    """Says where to open the app, if it was opened under an address where it cannot work."""

    library = _library("wrong_address")
    tag = "WrongAddress"


class SignOut(rx.Component):
    """Ends the sign-in by posting to ``action``."""

    library = _library("sign_out")
    tag = "SignOut"

    action: rx.Var[str]
    label: rx.Var[str]


class Modal(rx.Component):
    """A native modal dialog; with ``opener`` it has its own button, else ``open`` says so."""

    library = _library("modal")
    tag = "Modal"

    open: rx.Var[bool]
    opener: rx.Var[str]
    opener_class: rx.Var[str]
    hotkey: rx.Var[str]
    title: rx.Var[str]
    wide: rx.Var[bool]
    on_close: rx.EventHandler[rx.event.no_args_event_spec]


class Notice(rx.Component):
    """The last short notice; a new ``notice_id`` is a new one, and each is shown once in a tab."""

    library = _library("notice")
    tag = "Notice"

    text: rx.Var[str]
    kind: rx.Var[str]
    notice_id: rx.Var[str]


class Connection(rx.Component):
    """Says what is lost while the server does not hear the page; ``confirmed`` is the last act."""

    library = _library("connection_banner")
    tag = "Connection"

    confirmed: rx.Var[str]


class Answers(rx.Component):
    """The answers of step ``seq`` of the session ``page``; the children end each of them.

    ``on_choose(page, option_key, seq)`` sends one. Until it is confirmed it is kept for ``person``.
    """

    library = _library("answers")
    tag = "Answers"

    options: rx.Var[list[Any]]
    page: rx.Var[str]
    seq: rx.Var[int]
    person: rx.Var[str]
    disabled: rx.Var[bool]
    saves_first: rx.Var[str]
    on_choose: rx.EventHandler[lambda page, option_key, seq: [page, option_key, seq]]


class KeptAnswers(rx.Component):
    """Sends what :class:`Answers` kept for ``person``: ``on_send(session_id, option_key, seq)``."""

    library = _library("answers")
    tag = "KeptAnswers"

    person: rx.Var[str]
    on_send: rx.EventHandler[lambda session_id, option_key, seq: [session_id, option_key, seq]]


class NamedPage(rx.Component):
    """A page with an id in its address: ``create(placeholder, page, argument=..., shown=[...])``.

    The page is shown once every id in ``shown``, each set with the data that it stands for, is the
    one that the address has as ``argument``.
    """

    library = _library("named_page")
    tag = "NamedPage"

    argument: rx.Var[str]
    shown: rx.Var[list[str]]


class InboxBell(rx.Component):
    """The title's count, the sound and a word for what arrives.

    ``on_shown(ids)`` says what the page has rendered; ``on_missed(revision)`` asks for what came
    since a revision.
    """

    library = _library("inbox_bell")
    tag = "InboxBell"

    change: rx.Var[Any]
    count: rx.Var[int]
    user_id: rx.Var[str]
    on_shown: rx.EventHandler[lambda ids: [ids]]
    on_missed: rx.EventHandler[lambda revision: [revision]]


class InboxBoard(rx.Component):
    """The inbox's rows, held in the browser and moved only when nobody points at them.

    Its children are what stands for an empty queue, and for rows that are being read.
    """

    library = _library("inbox_board")
    tag = "InboxBoard"

    snapshot: rx.Var[Any]
    page: rx.Var[Any]
    change: rx.Var[Any]
    waiting_count: rx.Var[int]
    mine_count: rx.Var[int]
    others_count: rx.Var[int]
    user_id: rx.Var[str]
    on_claim: rx.EventHandler[lambda handoff_id: [handoff_id]]
    on_more: rx.EventHandler[lambda section, cursor: [section, cursor]]
    on_missed: rx.EventHandler[lambda revision: [revision]]


class SoundSwitch(rx.Component):
    """Switches the sound for new escalations on and off, in this browser."""

    library = _library("sound")
    tag = "SoundSwitch"


class Prose(rx.Component):
    """Markdown as React elements; raw HTML in it shows as text and never runs."""

    library = _library("prose")
    tag = "Prose"
    lib_dependencies: list[str] = ["markdown-to-jsx@9.10.6"]

    text: rx.Var[str]
