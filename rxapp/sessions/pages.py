# mypy: ignore-errors
"""The runner and the list of sessions."""

import reflex as rx

from rxapp.access.policy import Permission
from rxapp.sessions.components import (
    clock,
    crumbs,
    node_card,
    runner_top,
    session_answers,
    session_row,
)
from rxapp.sessions.dialog_components import ending_dialog, note_dialog
from rxapp.sessions.runner_state import RunnerState
from rxapp.sessions.state import SessionsState
from rxapp.sessions.text_components import step_notes, ticket_card
from rxapp.sign_in.me_state import MeState
from rxapp.web.dialogs import opens
from rxapp.web.fields import NOTHING_ASKED
from rxapp.web.parts import (
    STATUS_LABEL,
    badge,
    empty,
    icon,
    key_hint,
    loading,
    opening,
    page_header,
    page_link,
    session_status,
)
from rxapp.web.screens import Place, Screen
from rxapp.web.widgets import NamedPage


def sessions_page() -> rx.Component:
    """Return the list of the sessions that the actor may see."""
    more = rx.el.button(
        "Show more", type="button", on_click=SessionsState.more, class_name="btn btn-wide"
    )
    start = page_link("Open the library", to="/", class_name="btn btn-primary")
    return rx.el.div(
        page_header("Sessions", subtitle="Last changed first."),
        rx.el.div(
            *[_status_chip(value, label) for value, label in STATUS_LABEL.items()],
            class_name="chips above-rows",
            role="group",
            aria_label="Status",
        ),
        rx.cond(
            SessionsState.loaded,
            rx.cond(
                SessionsState.rows.length() > 0,
                rx.el.div(
                    rx.el.div(rx.foreach(SessionsState.rows, session_row), class_name="rows"),
                    rx.cond(SessionsState.next_cursor != "", more),
                    class_name="stack",
                ),
                empty("No sessions here", "Start one from the library.", start),
            ),
            loading(5),
        ),
    )


def _status_chip(value: str, label: str) -> rx.Component:
    return rx.el.button(
        label,
        type="button",
        on_click=SessionsState.pick(value),
        aria_pressed=rx.cond(SessionsState.status == value, "true", "false"),
        class_name="chip",
    )


def runner_page(
    *,
    banner: rx.Component,
    panel: rx.Component,
    actions: rx.Component,
    escalate: rx.Component,
    dialogs: rx.Component,
    shown: list[rx.Var[str]],
    took_over: rx.Var[bool],
) -> rx.Component:
    """Return the runner. The parts about handoffs are passed in.

    ``banner`` says who has the session, ``panel`` shows the status of its escalation, ``actions``
    are the buttons beside Back and Export, and ``escalate`` is the big button at a step that says
    to escalate. ``shown`` are the ids of the sessions whose data is on the page. ``took_over`` is
    whether the viewer has claimed it: where a technician should escalate, they can complete.
    """
    missing = empty(
        "There is no such session",
        "It may belong to somebody else, or its holder has parked it.",
        page_link("Back to the library", to="/", class_name="btn"),
    )
    return NamedPage.create(
        opening("Opening the session…"),
        rx.cond(
            RunnerState.missing,
            missing,
            _runner(banner, panel, actions, escalate, dialogs, took_over=took_over),
        ),
        argument="session_id",
        shown=shown,
    )


def _runner(
    banner: rx.Component,
    panel: rx.Component,
    actions: rx.Component,
    escalate: rx.Component,
    dialogs: rx.Component,
    *,
    took_over: rx.Var[bool],
) -> rx.Component:
    must_escalate = RunnerState.node.escalate_end & ~took_over
    return rx.el.div(
        rx.el.div(
            _top(),
            banner,
            rx.cond(RunnerState.status == "completed", _completed_banner()),
            node_card(RunnerState.node, session_answers()),
            rx.cond(
                (RunnerState.node.kind == "solution") & RunnerState.may_move,
                rx.cond(must_escalate, escalate, _complete_button("btn-primary")),
            ),
            step_notes(),
            rx.el.div(
                _back_button(),
                actions,
                _export_button(),
                _early_end(must_escalate),
                _edit_link(),
                class_name="actions",
            ),
            class_name="runner-main",
        ),
        rx.el.div(panel, ticket_card(), class_name="runner-side"),
        ending_dialog(),
        note_dialog(),
        dialogs,
        class_name="runner",
    )


def _top() -> rx.Component:
    return runner_top(
        RunnerState.tree_title,
        badge(f"Version {RunnerState.version}"),
        session_status(RunnerState.status),
        number=RunnerState.seq,
        path=crumbs(RunnerState.crumbs, RunnerState.crumbs_before),
        beside=clock(),
    )


def _completed_banner() -> rx.Component:
    return rx.el.div(
        rx.el.span(
            rx.match(
                RunnerState.outcome,
                ("resolved", "Completed: resolved"),
                ("workaround", "Completed with a workaround"),
                "Completed, not resolved",
            ),
            class_name="row-title",
        ),
        page_link("Start another", to="/", class_name="btn"),
        class_name="banner banner-ok",
        role="status",
    )


def _back_button() -> rx.Component:
    is_first = (RunnerState.crumbs.length() == 0) & (RunnerState.crumbs_before == 0)
    return rx.el.button(
        icon("arrow-left"),
        "Back",
        key_hint("B"),
        type="button",
        disabled=~RunnerState.may_move | is_first,
        on_click=RunnerState.back(RunnerState.session_id, RunnerState.seq),
        custom_attrs={"data-hotkey": "b", **NOTHING_ASKED},
        class_name="btn",
    )


def _export_button() -> rx.Component:
    return rx.el.button(
        icon("file-text"),
        "Ticket note",
        type="button",
        custom_attrs={**NOTHING_ASKED, **opens("note")},
        class_name="btn",
    )


def _complete_button(kind: str) -> rx.Component:
    return rx.el.button(
        icon("check"),
        "Complete session",
        type="button",
        custom_attrs={**NOTHING_ASKED, **opens("ending")},
        class_name=f"btn {kind}",
    )


def _early_end(must_escalate: rx.Var[bool]) -> rx.Component:
    """Return the small button to complete a session, for steps without the big one."""
    return rx.cond(
        RunnerState.may_move & ((RunnerState.node.kind != "solution") | must_escalate),
        rx.el.button(
            "End here",
            type="button",
            custom_attrs={**NOTHING_ASKED, **opens("ending")},
            class_name="btn btn-quiet",
        ),
    )


def _edit_link() -> rx.Component:
    """Return the way to the step in the tree's draft, for those who write trees."""
    return rx.cond(
        MeState.rights.contains(Permission.WRITE_TREES.name),
        page_link(
            icon("pencil"),
            "Edit this step",
            to=f"/trees/{RunnerState.tree_id}/edit?step={RunnerState.node.key}",
            class_name="btn btn-quiet",
        ),
    )


SCREENS = (
    Screen(
        "/sessions",
        "Sessions",
        sessions_page,
        on_load=(SessionsState.load,),
        place=Place("Sessions", "list-checks"),
    ),
)
