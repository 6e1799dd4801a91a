# mypy: ignore-errors
"""A case as a senior reads it: its facts, and every step."""

import reflex as rx

from rxapp.sessions.text_components import note_quote
from rxapp.sessions.views import SessionRecord, StepView
from rxapp.web.parts import badge, fact
from rxapp.web.widgets import Duration, Ticker


def case_facts(case: rx.Var[SessionRecord]) -> rx.Component:
    """Return the facts of a case: ticket, client, tree, times, scratchpad."""
    return rx.el.dl(
        fact("Ticket", rx.cond(case.ticket_number != "", case.ticket_number, "not given")),
        fact("Client", rx.cond(case.client_name != "", case.client_name, "not given")),
        fact("Tree", case.tree_title, f" (version {case.version})"),
        fact("Started", Ticker.create(at=case.started_at), " by ", case.started_by),
        fact("Hands-on time", Duration.create(seconds=case.work_seconds)),
        rx.cond(
            case.queue_seconds > 0,
            fact("Waited", Duration.create(seconds=case.queue_seconds), " for a senior"),
        ),
        rx.cond(
            case.parked_seconds > 0, fact("Parked", Duration.create(seconds=case.parked_seconds))
        ),
        fact("Stopped at", rx.el.strong(case.node.title)),
        rx.cond(case.scratchpad != "", fact("Scratchpad", _scratchpad(case))),
    )


def _scratchpad(case: rx.Var[SessionRecord]) -> rx.Component:
    written = rx.el.div(
        "Last changed by ",
        case.scratchpad_by,
        ", ",
        Ticker.create(at=case.scratchpad_at),
        class_name="muted small",
    )
    return rx.fragment(
        rx.el.div(case.scratchpad, style={"whiteSpace": "pre-wrap"}),
        rx.cond(case.scratchpad_by != "", written),
    )


def case_steps(case: rx.Var[SessionRecord]) -> rx.Component:
    """Return every step of a case, with its answer, note, minutes and person."""
    return rx.el.ol(
        rx.foreach(case.steps, _case_step),
        rx.cond(
            case.status != "completed",
            rx.el.li(
                rx.el.span(case.seq, class_name="step-seq"),
                rx.el.div(rx.el.span(case.node.title), " ", badge("Here now", "accent")),
                rx.foreach(case.notes, note_quote),
            ),
        ),
        class_name="steps",
    )


def _case_step(step: rx.Var[StepView]) -> rx.Component:
    return rx.el.li(
        rx.el.span(step.seq, class_name="step-seq"),
        rx.el.div(
            rx.el.span(step.node_title),
            " ",
            rx.cond(
                step.kind == "back",
                badge("Went back"),
                rx.el.span("→ ", step.answer, class_name="step-answer"),
            ),
        ),
        rx.el.span(
            step.user,
            " · ",
            Duration.create(seconds=step.seconds),
            class_name="muted small num step-who",
        ),
        rx.foreach(step.notes, note_quote),
    )
