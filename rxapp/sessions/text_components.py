# mypy: ignore-errors
"""The texts of a session: notes with their authors, ticket, client and scratchpad."""

from typing import Any

import reflex as rx

from rxapp.sessions.rules import CLIENT_LIMIT, NOTE_LIMIT, TICKET_LIMIT
from rxapp.sessions.runner_state import RunnerState
from rxapp.sessions.views import NoteView
from rxapp.web.widgets import AutosaveText, Ticker


def note_quote(note: rx.Var[NoteView]) -> rx.Component:
    """Return a note with who wrote it and when."""
    return rx.el.figure(
        rx.el.figcaption(
            note.user, ", ", Ticker.create(at=note.written_at), class_name="muted small"
        ),
        rx.el.div(note.text, class_name="step-note"),
        class_name="noted",
    )


def step_notes() -> rx.Component:
    """Return the others' notes on this step, and the field for your own, saved as typed."""
    own = AutosaveText.create(
        doc_key=f"note:{RunnerState.session_id}:{RunnerState.seq}",
        value=RunnerState.note,
        revision=RunnerState.note_revision,
        label="Note for this step",
        placeholder="What you saw, what the client said",
        hotkey="n",
        rows=3,
        limit=NOTE_LIMIT,
    )
    return rx.fragment(
        rx.foreach(RunnerState.other_notes, note_quote), rx.cond(RunnerState.may_move, own)
    )


def ticket_card() -> rx.Component:
    """Return ticket, client and scratchpad, saved as typed."""

    def field(name: str, label: str, **props: Any) -> rx.Component:
        return AutosaveText.create(
            doc_key=f"{name}:{RunnerState.session_id}",
            value=getattr(RunnerState, name),
            revision=getattr(RunnerState, f"{name}_revision"),
            label=label,
            disabled=~RunnerState.may_move,
            **props,
        )

    return rx.el.section(
        field("ticket_number", "Ticket number", single_line=True, limit=TICKET_LIMIT),
        field("client_name", "Client", single_line=True, limit=CLIENT_LIMIT),
        field(
            "scratchpad",
            "Scratchpad",
            rows=5,
            hotkey="/",
            limit=NOTE_LIMIT,
            placeholder="Numbers, names, anything for the whole session",
        ),
        class_name="card stack-tight",
        aria_label="Ticket",
    )
