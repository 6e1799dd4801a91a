# mypy: ignore-errors
"""The inbox, and the page of one escalation."""

import reflex as rx

from rxapp.access.policy import Permission
from rxapp.handoffs.case_components import case_facts, case_steps
from rxapp.handoffs.components import hand_back_dialog, progress_panel, withdrawal
from rxapp.handoffs.inbox_components import inbox_board
from rxapp.handoffs.inbox_state import InboxState
from rxapp.handoffs.state import EscalationState, HandoffState
from rxapp.web.dialogs import opens
from rxapp.web.parts import badge, empty, icon, loading, opening, page_header, page_link
from rxapp.web.screens import Place, Screen
from rxapp.web.widgets import NamedPage, SoundSwitch, Ticker


def inbox_page() -> rx.Component:
    """Return the live inbox."""
    return rx.el.div(
        page_header("Inbox", SoundSwitch.create(), subtitle="Urgent first, then the oldest."),
        rx.cond(InboxState.loaded, inbox_board(), loading(4)),
    )


def escalation_page() -> rx.Component:
    """Return one escalation with its package."""
    missing = empty(
        "There is no such escalation",
        "It may belong to another account.",
        page_link("Back to the inbox", to="/inbox", class_name="btn"),
    )
    return NamedPage.create(
        opening("Opening the escalation…"),
        rx.cond(EscalationState.missing, missing, rx.cond(EscalationState.case, _escalation())),
        argument="handoff_id",
        shown=[EscalationState.handoff_id, HandoffState.page],
    )


def _escalation() -> rx.Component:
    case = EscalationState.case
    return rx.fragment(
        page_header(case.tree_title, _main_action(), subtitle=_subtitle()),
        rx.el.div(
            rx.el.div(
                rx.el.section(
                    rx.el.div(
                        rx.el.h2("What they need"),
                        rx.cond(HandoffState.priority == "urgent", badge("Urgent", "danger")),
                        class_name="card-head",
                    ),
                    rx.el.p(HandoffState.reason, class_name="quote"),
                    class_name="card",
                ),
                rx.el.section(
                    rx.el.div(rx.el.h2("What was done"), class_name="card-head"),
                    case_steps(case),
                    class_name="card",
                ),
                class_name="stack",
            ),
            rx.el.div(
                rx.el.section(
                    rx.el.div(rx.el.h2("Case"), class_name="card-head"),
                    case_facts(case),
                    class_name="card",
                    aria_label="Case",
                ),
                progress_panel(),
                class_name="stack",
            ),
            class_name="split",
        ),
        hand_back_dialog(),
    )


def _subtitle() -> rx.Component:
    waiting = rx.fragment(
        "Escalated by ",
        HandoffState.escalated_by,
        rx.cond(HandoffState.on_behalf_of != "", f" for {HandoffState.on_behalf_of}", ""),
        ", waiting ",
        Ticker.create(at=HandoffState.queued_at, mode="elapsed", class_name="num"),
    )
    held = rx.fragment(
        HandoffState.claimed_by,
        " has it, ",
        Ticker.create(at=HandoffState.held_until, mode="left", class_name="num"),
    )
    return rx.match(
        HandoffState.status,
        ("open", waiting),
        ("claimed", held),
        ("resolved", rx.fragment("Resolved by ", HandoffState.claimed_by)),
        rx.fragment(
            "Withdrawn by ",
            rx.cond(
                HandoffState.on_behalf_of != "",
                HandoffState.on_behalf_of,
                HandoffState.escalated_by,
            ),
        ),
    )


def _main_action() -> rx.Component:
    open_session = page_link(
        "See the session", to=f"/sessions/{EscalationState.case.id}", class_name="btn"
    )
    claim = rx.el.button(
        icon("hand"),
        "Claim",
        type="button",
        on_click=InboxState.claim(EscalationState.handoff_id, HandoffState.handoff_id),
        class_name="btn btn-primary",
    )
    go_on = rx.fragment(
        rx.el.button(
            "Hand back",
            type="button",
            custom_attrs=opens("hand-back"),
            class_name="btn",
        ),
        page_link(
            "Continue",
            icon("arrow-right"),
            to=f"/sessions/{EscalationState.case.id}",
            class_name="btn btn-primary",
        ),
    )
    withdraw = rx.el.button("Withdraw", type="button", on_click=withdrawal(), class_name="btn")
    return rx.cond(
        HandoffState.i_hold,
        go_on,
        rx.cond(
            HandoffState.status == "open",
            rx.cond(HandoffState.is_mine, rx.fragment(open_session, withdraw), claim),
            open_session,
        ),
    )


SCREENS = (
    Screen(
        "/inbox",
        "Inbox",
        inbox_page,
        on_load=(InboxState.load,),
        place=Place("Inbox", "inbox", badge=InboxState.open_count),
        permission=Permission.HANDLE_ESCALATIONS,
        refusal=("The inbox is for seniors", "Your own escalations are under Sessions."),
    ),
    Screen(
        "/escalations/[handoff_id]",
        "Escalation",
        escalation_page,
        on_load=(EscalationState.load,),
        is_wide=True,
    ),
)
