# mypy: ignore-errors
"""The dialogs of a session: start, complete, ticket note."""

from typing import Any

import reflex as rx

from rxapp.sessions.export import ExportFormat
from rxapp.sessions.rules import CLIENT_LIMIT, NOTE_LIMIT, TICKET_LIMIT, Outcome
from rxapp.sessions.runner_state import RunnerState
from rxapp.sessions.state import SessionsState
from rxapp.web.dialogs import dialog_foot, dialog_form, opens
from rxapp.web.fields import SAVES_FIRST, long_field, text_field
from rxapp.web.parts import icon, loading
from rxapp.web.widgets import Answered, CopyButton, Given, Modal


def starts(tree_id: rx.Var[str], title: rx.Var[str]) -> dict[str, Any]:
    """Return the attributes of an element that starts a session of a tree."""
    return opens("start", tree=tree_id, title=title)


def start_dialog() -> rx.Component:
    """Return the dialog that asks for ticket and client before a session starts."""
    return Modal.create(
        dialog_form(
            rx.el.p(Given.create(name="title"), class_name="row-title"),
            _line("Ticket number", "ticket_number", TICKET_LIMIT),
            _line("Client", "client_name", CLIENT_LIMIT),
            dialog_foot("Start"),
            on_submit=SessionsState.start,
            keep="start",
            keep_for="tree",
            sends=("tree",),
        ),
        name="start",
        title="Start a session",
    )


def _line(label: str, name: str, limit: int) -> rx.Component:
    return text_field(label, name, limit=limit, optional=True, auto_complete="off")


def ending_dialog() -> rx.Component:
    """Return the dialog that asks how the session ended."""
    return Modal.create(
        dialog_form(
            rx.el.fieldset(
                rx.el.legend("Outcome"),
                *[_outcome(outcome) for outcome in Outcome],
                class_name="choice",
            ),
            long_field(
                "Outcome notes",
                "outcome_notes",
                placeholder="What fixed it, or what is still open",
                limit=NOTE_LIMIT,
            ),
            long_field("Next steps", "next_steps", rows=2, limit=NOTE_LIMIT),
            dialog_foot("Complete session", cancel="Not yet"),
            on_submit=lambda form: RunnerState.complete(RunnerState.session_id, form),
            keep=f"ending:{RunnerState.session_id}",
            custom_attrs=SAVES_FIRST,
        ),
        name="ending",
        title="How did it end?",
        leads_to="note",
    )


def _outcome(outcome: Outcome) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="radio",
            name="outcome",
            value=outcome.value,
            required=True,
            default_checked=outcome is Outcome.RESOLVED,
        ),
        outcome.label,
    )


_FORMAT_LABEL = {
    ExportFormat.MARKDOWN: "Markdown",
    ExportFormat.TEXT: "Plain text",
    ExportFormat.HTML: "HTML",
    ExportFormat.JSON: "JSON",
}


def note_dialog() -> rx.Component:
    """Return the ticket note, to copy or to download."""
    session_id = RunnerState.session_id
    formats = [
        rx.el.button(
            label,
            type="button",
            on_click=RunnerState.read_note(session_id, RunnerState.note_opening, chosen.value),
            aria_pressed=rx.cond(RunnerState.export_format == chosen.value, "true", "false"),
            class_name="chip",
        )
        for chosen, label in _FORMAT_LABEL.items()
    ]
    note = rx.fragment(
        rx.el.div(*formats, class_name="chips export-formats", role="group", aria_label="Format"),
        rx.el.pre(RunnerState.export_text, class_name="export-text", tab_index=0),
        rx.el.div(
            rx.el.button(
                icon("download"),
                "Download",
                type="button",
                on_click=RunnerState.download(session_id),
                class_name="btn",
            ),
            CopyButton.create(
                text=RunnerState.export_text, label="Copy note", class_name="btn btn-primary"
            ),
            class_name="modal-foot",
        ),
    )
    return Modal.create(
        Answered.create(loading(6), note),
        name="note",
        title="Ticket note",
        wide=True,
        answered=RunnerState.note_opening,
        on_open=lambda opening, _: RunnerState.read_note(
            session_id, opening, RunnerState.export_format
        ),
    )
