# mypy: ignore-errors
"""The dialogs of a session: its start, its end, its ticket note."""

from typing import Any

import reflex as rx

from rxapp.sessions.export import ExportFormat
from rxapp.sessions.rules import CLIENT_LIMIT, NOTE_LIMIT, TICKET_LIMIT, Outcome
from rxapp.sessions.runner_state import RunnerState
from rxapp.sessions.state import SessionsState
from rxapp.web.fields import SAVES_FIRST, long_field, text_field
from rxapp.web.parts import icon
from rxapp.web.widgets import CopyButton, KeptFields, Modal


def start_dialog() -> rx.Component:
    """Return the dialog that asks for ticket and client before a session starts."""
    return Modal.create(
        rx.el.form(
            rx.el.p(SessionsState.start_title, class_name="row-title"),
            KeptFields.create(keep_key=f"start:{SessionsState.start_tree_id}"),
            _line("Ticket number", "ticket_number", TICKET_LIMIT, auto_focus=True),
            _line("Client", "client_name", CLIENT_LIMIT),
            rx.el.div(
                rx.el.button(
                    "Cancel", type="button", on_click=SessionsState.cancel, class_name="btn"
                ),
                rx.el.button("Start", type="submit", class_name="btn btn-primary"),
                class_name="modal-foot",
            ),
            on_submit=SessionsState.start,
            class_name="stack",
        ),
        title="Start a session",
        open=SessionsState.start_tree_id.is_not_none(),
        on_close=SessionsState.cancel,
    )


def _line(label: str, name: str, limit: int, **props: Any) -> rx.Component:
    return text_field(label, name, limit=limit, optional=True, auto_complete="off", **props)


def ending_dialog() -> rx.Component:
    """Return the dialog that asks how the session ended."""
    return Modal.create(
        rx.el.form(
            KeptFields.create(keep_key=f"ending:{RunnerState.session_id}"),
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
            rx.el.div(
                rx.el.button(
                    "Not yet",
                    type="button",
                    on_click=RunnerState.close_ending(RunnerState.session_id),
                    class_name="btn",
                ),
                rx.el.button("Complete session", type="submit", class_name="btn btn-primary"),
                class_name="modal-foot",
            ),
            on_submit=lambda form: RunnerState.complete(RunnerState.session_id, form),
            custom_attrs=SAVES_FIRST,
            class_name="stack",
        ),
        title="How did it end?",
        open=RunnerState.ending,
        on_close=RunnerState.close_ending(RunnerState.session_id),
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


def export_dialog() -> rx.Component:
    """Return the ticket note, to copy or to download."""
    formats = [
        rx.el.button(
            label,
            type="button",
            on_click=RunnerState.pick_format(RunnerState.session_id, chosen.value),
            aria_pressed=rx.cond(RunnerState.export_format == chosen.value, "true", "false"),
            class_name="chip",
        )
        for chosen, label in _FORMAT_LABEL.items()
    ]
    return Modal.create(
        rx.el.div(*formats, class_name="chips export-formats", role="group", aria_label="Format"),
        rx.el.pre(RunnerState.export_text, class_name="export-text", tab_index=0),
        rx.el.div(
            rx.el.button(
                icon("download"),
                "Download",
                type="button",
                on_click=RunnerState.download(RunnerState.session_id),
                class_name="btn",
            ),
            CopyButton.create(
                text=RunnerState.export_text, label="Copy note", class_name="btn btn-primary"
            ),
            class_name="modal-foot",
        ),
        title="Ticket note",
        wide=True,
        open=RunnerState.exporting,
        on_close=RunnerState.close_export(RunnerState.session_id),
    )
