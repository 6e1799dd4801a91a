# mypy: ignore-errors
"""Parts of session pages: rows, the resume strip, the runner's pieces."""

import reflex as rx

from rxapp.sessions.runner_state import RunnerState
from rxapp.sessions.state import SessionsState
from rxapp.sessions.views import CommandView, Crumb, NodeView, SessionRow
from rxapp.web.fields import NOTHING_ASKED
from rxapp.web.parts import ago, badge, icon, page_link, session_status
from rxapp.web.widgets import Answers, CopyButton, KeptAnswers, Prose, Ticker


def resume_strip() -> rx.Component:
    """Return the technician's open sessions as links, or nothing if there are none."""
    strip = rx.el.section(
        rx.el.div(rx.el.h2("Continue"), class_name="section-head"),
        rx.el.div(rx.foreach(SessionsState.open, _resume_card), class_name="resume"),
        aria_label="Open sessions",
        class_name="resume-strip",
    )
    return rx.cond(SessionsState.open.length() > 0, strip)


def _ticket_line(row: rx.Var[SessionRow]) -> rx.Component:
    return rx.el.span(
        rx.cond(row.ticket_number != "", row.ticket_number, "No ticket"),
        rx.cond(row.client_name != "", f" · {row.client_name}", ""),
        class_name="muted small clip",
    )


def _resume_card(row: rx.Var[SessionRow]) -> rx.Component:
    return page_link(
        rx.el.span(row.tree_title, class_name="row-title clip"),
        rx.el.span("At: ", row.node_title, class_name="small clip"),
        _ticket_line(row),
        rx.el.span(
            rx.cond(row.status == "parked", badge("Parked", "warn")),
            ago(row.updated_at),
            class_name="row muted small",
        ),
        to=f"/sessions/{row.id}",
        class_name="resume-card",
    )


def session_row(row: rx.Var[SessionRow]) -> rx.Component:
    """Return a session as a row of a list."""
    return page_link(
        rx.el.div(
            rx.el.div(row.tree_title, class_name="row-title clip"),
            rx.el.div("At: ", row.node_title, class_name="muted small clip"),
        ),
        rx.el.div(_ticket_line(row), class_name="clip"),
        rx.el.div(row.started_by, class_name="small clip"),
        rx.el.div(session_status(row.status)),
        rx.el.div(ago(row.updated_at), class_name="muted small"),
        to=f"/sessions/{row.id}",
        class_name="list-row session-row",
    )


def runner_top(
    title: rx.Var[str],
    *badges: rx.Component,
    number: rx.Var[int],
    path: rx.Component,
    beside: rx.Component | None = None,
) -> rx.Component:
    """Return the head of the runner: the tree, the step's number, and the path to it."""
    step = rx.el.span("Step ", number, class_name="muted num step-number")
    return rx.el.div(
        rx.el.div(
            rx.el.div(rx.el.h2(title), *badges, class_name="row"),
            rx.el.div(step, *([beside] if beside else []), class_name="row"),
            class_name="row-between",
        ),
        path,
        class_name="runner-top",
    )


def crumbs(path: rx.Var[list[Crumb]], before: rx.Var[int]) -> rx.Component:
    """Return the last steps of a path, each with its answer; ``before`` counts those not shown."""
    head = rx.el.li(
        rx.el.span("Path"),
        rx.cond(before > 0, rx.el.span(f"{before} earlier")),
        class_name="crumb crumbs-before",
    )
    return rx.el.nav(
        rx.el.ol(head, rx.foreach(path, _crumb), class_name="crumbs"),
        aria_label="Path",
    )


def _crumb(crumb: rx.Var[Crumb]) -> rx.Component:
    return rx.el.li(
        rx.el.span(crumb.title, class_name="clip"),
        rx.el.span(crumb.answer, class_name="crumb-answer clip"),
        title=f"{crumb.title}: {crumb.answer}",
        class_name="crumb",
    )


def node_card(node: rx.Var[NodeView], answers: rx.Component) -> rx.Component:
    """Return a node as technicians see it, with ``answers`` if it has options."""
    return rx.el.section(
        rx.el.div(
            rx.match(
                node.kind,
                ("decision", rx.fragment(icon("circle-help", 16), "Decide")),
                ("action", rx.fragment(icon("wrench", 16), "Do this")),
                rx.cond(
                    node.escalate_end,
                    rx.fragment(icon("hand", 16), "Stop here and escalate"),
                    rx.fragment(icon("circle-check", 16), "Solution"),
                ),
            ),
            class_name="node-kind",
        ),
        rx.el.h1(node.title, id="node-title"),
        rx.cond(node.body, Prose.create(text=node.body)),
        rx.foreach(node.commands, _command),
        rx.cond(node.expected, _expected(node.expected)),
        rx.cond(node.options, answers),
        class_name="card node",
        aria_labelledby="node-title",
        aria_live="polite",
    )


def _command(command: rx.Var[CommandView]) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.span(rx.cond(command.label == "", "Command", command.label)),
            CopyButton.create(text=command.text, subject=command.label, class_name="btn btn-quiet"),
            class_name="command-head",
        ),
        rx.el.pre(command.text),
        class_name="command",
    )


def _expected(expected: rx.Var[str]) -> rx.Component:
    return rx.el.div(rx.el.strong("Expected: "), expected, class_name="expected wrap-any")


def session_answers() -> rx.Component:
    """Return the answers of the step at which the session stands."""
    return Answers.create(
        icon("chevron-right"),
        options=RunnerState.node.options,
        page=RunnerState.session_id,
        seq=RunnerState.seq,
        person=RunnerState.user_id,
        disabled=~RunnerState.may_move,
        saves_first=NOTHING_ASKED["data-saves-first"],
        on_choose=RunnerState.choose,
    )


def kept_answers(person: rx.Var[str]) -> rx.Component:
    """Return the widget that sends answers kept for lack of a connection, on every page."""
    return KeptAnswers.create(person=person, on_send=RunnerState.send_kept)


def clock() -> rx.Component:
    """Return how long people have worked on the session so far; waiting does not count."""
    running = rx.el.span(
        icon("timer", 16),
        Ticker.create(at=RunnerState.turn_began_at, plus=RunnerState.worked_before, mode="elapsed"),
        title="Hands-on time",
        class_name="row num clock",
    )
    return rx.cond(RunnerState.status == "completed", rx.fragment(), running)
