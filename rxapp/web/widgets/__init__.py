"""The browser components in this folder, as Reflex components."""

from concurrent.futures import ThreadPoolExecutor

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
    "dialogs.js",
    "over_dialogs.jsx",
    "modal.jsx",
    "menu.jsx",
    "once.jsx",
    "zone_select.jsx",
    "download.jsx",
    "viewer.jsx",
    "prose.jsx",
    "later.jsx",
    "notice.jsx",
    "go.jsx",
    "wrong_address.jsx",
    "connection.jsx",
    "connection_banner.jsx",
    "answers.jsx",
    "search_box.jsx",
    "marked.jsx",
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

# Reflex searches the whole call stack for each file, and deep inside an import that takes
# 0.15 s: four seconds of every start. A separate thread has a short stack.
with ThreadPoolExecutor(1) as _thread:
    _paths = dict(zip(_FILES, _thread.map(_share, _FILES), strict=True))


def library(name: str) -> str:
    """Return the import path of the file of that name in this folder."""
    return _paths[f"{name}.jsx"]


from rxapp.web.widgets.components import (  # noqa: E402 - they ask for their library above
    AnswerLinks,
    Answers,
    Connection,
    CopyButton,
    Download,
    Duration,
    Go,
    Hotkeys,
    KeptAnswers,
    Marked,
    MarkedWords,
    Menu,
    NamedPage,
    Notice,
    Prose,
    SearchBox,
    SignOut,
    Ticker,
    Viewer,
    WrongAddress,
    ZoneSelect,
)
from rxapp.web.widgets.dialog_components import (  # noqa: E402 - they ask for their library above
    Answered,
    DialogFields,
    Dialogs,
    Given,
    Modal,
    Once,
)
from rxapp.web.widgets.inbox_components import InboxBell, InboxBoard, SoundSwitch  # noqa: E402
from rxapp.web.widgets.text_components import (  # noqa: E402 - they ask for their library above
    AuthForm,
    AutosaveText,
    FieldLimit,
    TextDesk,
)

__all__ = [
    "AnswerLinks",
    "Answered",
    "Answers",
    "AuthForm",
    "AutosaveText",
    "Connection",
    "CopyButton",
    "DialogFields",
    "Dialogs",
    "Download",
    "Duration",
    "FieldLimit",
    "Given",
    "Go",
    "Hotkeys",
    "InboxBell",
    "InboxBoard",
    "KeptAnswers",
    "Marked",
    "MarkedWords",
    "Menu",
    "Modal",
    "NamedPage",
    "Notice",
    "Once",
    "Prose",
    "SearchBox",
    "SignOut",
    "SoundSwitch",
    "TextDesk",
    "Ticker",
    "Viewer",
    "WrongAddress",
    "ZoneSelect",
]
