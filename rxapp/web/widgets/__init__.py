"""The small browser components beside this file, as Reflex components."""

from typing import Any

import reflex as rx

_hotkeys = rx.asset("hotkeys.jsx", shared=True)
rx.asset("time_words.jsx", shared=True)
rx.asset("server_clock.jsx", shared=True)
_ticker = rx.asset("ticker.jsx", shared=True)
_copy_button = rx.asset("copy_button.jsx", shared=True)
_saved_text = rx.asset("saved_text.js", shared=True)
_text_desk = rx.asset("text_desk.js", shared=True)
_typed_text = rx.asset("typed_text.jsx", shared=True)
_auth_form = rx.asset("auth_form.jsx", shared=True)
_sign_out = rx.asset("sign_out.jsx", shared=True)
_modal = rx.asset("modal.jsx", shared=True)
_zone_select = rx.asset("zone_select.jsx", shared=True)
_download = rx.asset("download.jsx", shared=True)
_viewer = rx.asset("viewer.jsx", shared=True)
_prose = rx.asset("prose.jsx", shared=True)
_notice = rx.asset("notice.jsx", shared=True)
_wrong_address = rx.asset("wrong_address.jsx", shared=True)
_connection = rx.asset("connection.jsx", shared=True)
_connection_banner = rx.asset("connection_banner.jsx", shared=True)
_answers = rx.asset("answers.jsx", shared=True)
_named_page = rx.asset("named_page.jsx", shared=True)
_inbox_bell = rx.asset("inbox_bell.jsx", shared=True)
rx.asset("acknowledge.jsx", shared=True)  # the bell imports it
_inbox_board = rx.asset("inbox_board.jsx", shared=True)
_sound = rx.asset("sound.jsx", shared=True)
rx.asset("inbox_rows.jsx", shared=True)
rx.asset("inbox_hooks.jsx", shared=True)
rx.asset("inbox_list.jsx", shared=True)


class Hotkeys(rx.Component):
    """Lets keys press whatever declares ``data_hotkey``."""

    library = _hotkeys.importable_path
    tag = "Hotkeys"


class Ticker(rx.Component):
    """A moment: ``mode`` is ``time``, ``ago``, ``elapsed`` or ``left``.

    What has elapsed counts on from ``plus`` seconds.
    """

    library = _ticker.importable_path
    tag = "Ticker"

    at: rx.Var[str]
    mode: rx.Var[str]
    plus: rx.Var[int]


class Duration(rx.Component):
    """A duration in words, given in seconds."""

    library = _ticker.importable_path
    tag = "Duration"

    seconds: rx.Var[int]


class CopyButton(rx.Component):
    """Copies ``text`` and says so; screen readers also hear ``subject``."""

    library = _copy_button.importable_path
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

    library = _typed_text.importable_path
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

    library = _typed_text.importable_path
    tag = "FieldLimit"

    limit: rx.Var[int]


class KeptFields(rx.Component):
    """In a form: keeps what is in its fields, in the browser, until the form was taken."""

    library = _typed_text.importable_path
    tag = "KeptFields"

    keep_key: rx.Var[str]


class TextDesk(rx.Component):
    """In the shell: whose texts are typed here; it saves what closed tabs left behind."""

    library = _typed_text.importable_path
    tag = "TextDesk"

    owner: rx.Var[str]


class AuthForm(rx.Component):
    """A form that posts JSON to ``action`` and then leaves for ``next``, or says ``done``.

    With ``token_field`` it sends the token of a mailed link under that name; ``preview`` is asked
    what an invitation is to.
    """

    library = _auth_form.importable_path
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

    library = _zone_select.importable_path
    tag = "ZoneSelect"

    name: rx.Var[str]
    value: rx.Var[str]
    label: rx.Var[str]
    hint: rx.Var[str]
    required: rx.Var[bool]


class Download(rx.Component):
    """A link to a file that the API serves."""

    library = _download.importable_path
    tag = "Download"

    href: rx.Var[str]


class Viewer(rx.Component):
    """Applies the time zone and the theme of the person's settings to the page."""

    library = _viewer.importable_path
    tag = "Viewer"

    zone: rx.Var[str]
    theme: rx.Var[str]


class WrongAddress(rx.Component):
    """Says where to open the app, if it was opened under an address where it cannot work."""

    library = _wrong_address.importable_path
    tag = "WrongAddress"


class SignOut(rx.Component):
    """Ends the sign-in by posting to ``action``."""

    library = _sign_out.importable_path
    tag = "SignOut"

    action: rx.Var[str]
    label: rx.Var[str]


class Modal(rx.Component):
    """A native modal dialog; with ``opener`` it has its own button, else ``open`` says so."""

    library = _modal.importable_path
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

    library = _notice.importable_path
    tag = "Notice"

    text: rx.Var[str]
    kind: rx.Var[str]
    notice_id: rx.Var[str]


class Connection(rx.Component):
    """Says what is lost while the server does not hear the page; ``confirmed`` is the last act."""

    library = _connection_banner.importable_path
    tag = "Connection"

    confirmed: rx.Var[str]


class Answers(rx.Component):
    """The answers of step ``seq`` of the session ``page``; the children end each of them.

    ``on_choose(page, option_key, seq)`` sends one. Until it is confirmed it is kept for ``person``.
    """

    library = _answers.importable_path
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

    library = _answers.importable_path
    tag = "KeptAnswers"

    person: rx.Var[str]
    on_send: rx.EventHandler[lambda session_id, option_key, seq: [session_id, option_key, seq]]


class NamedPage(rx.Component):
    """A page with an id in its address: ``create(placeholder, page, argument=..., shown=[...])``.

    The page is shown once every id in ``shown``, each set with the data that it stands for, is the
    one that the address has as ``argument``.
    """

    library = _named_page.importable_path
    tag = "NamedPage"

    argument: rx.Var[str]
    shown: rx.Var[list[str]]


class InboxBell(rx.Component):
    """The title's count, the sound and a word for what arrives.

    ``on_shown(ids)`` says what the page has rendered; ``on_missed(revision)`` asks for what came
    since a revision.
    """

    library = _inbox_bell.importable_path
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

    library = _inbox_board.importable_path
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

    library = _sound.importable_path
    tag = "SoundSwitch"


class Prose(rx.Component):
    """Markdown as React elements; raw HTML in it shows as text and never runs."""

    library = _prose.importable_path
    tag = "Prose"
    lib_dependencies: list[str] = ["markdown-to-jsx@9.10.6"]

    text: rx.Var[str]
