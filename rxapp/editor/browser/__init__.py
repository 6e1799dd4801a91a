"""The editor in the browser: the files in this folder."""

from concurrent.futures import ThreadPoolExecutor

import reflex as rx

_FILES = (
    "seen.js",
    "trial.jsx",
    "draft_model.js",
    "draft_net.js",
    "left_behind.js",
    "draft_store.js",
    "draft_desk.js",
    "words.js",
    "unsent.js",
    "draft_desks.js",
    "kept_drafts.jsx",
    "limits.js",
    "acts.js",
    "use_editor.jsx",
    "use_view.jsx",
    "use_clipboard.jsx",
    "canvas.jsx",
    "removal.jsx",
    "typed_field.jsx",
    "body_field.jsx",
    "step_picker.jsx",
    "options.jsx",
    "commands.jsx",
    "inspector.jsx",
    "outline.jsx",
    "led_outside.jsx",
    "status.jsx",
    "questions.jsx",
    "replace_dialog.jsx",
    "keys_dialog.jsx",
    "tree_settings.jsx",
    "try_it.jsx",
    "tree_editor.jsx",
)


def _share(file: str) -> str:
    return rx.asset(file, shared=True).importable_path


with ThreadPoolExecutor(1) as _thread:  # a short stack: Reflex searches all of it
    _paths = dict(zip(_FILES, _thread.map(_share, _FILES), strict=True))

TREE_EDITOR = _paths["tree_editor.jsx"]
"""The import path of the editor."""

KEPT_DRAFTS = _paths["kept_drafts.jsx"]
"""The import path of what every page says about drafts that are not saved yet."""

TRIAL = _paths["trial.jsx"]
"""The import path of the trial; it imports nothing of the editor."""
