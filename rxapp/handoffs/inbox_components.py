"""The rows of the inbox."""

import reflex as rx

from rxapp.handoffs.components import claim_button
from rxapp.handoffs.inbox_state import InboxState
from rxapp.handoffs.views import HandoffRow
from rxapp.web.parts import badge, page_link
from rxapp.web.widgets import Ticker


def inbox_row(row: rx.Var[HandoffRow]) -> rx.Component:
    """Return an escalation that waits."""
    return _inbox_row(
        row,
        rx.fragment(
            Ticker.create(at=row.queued_at, mode="elapsed", class_name="inbox-clock"),
            rx.cond(row.priority == "urgent", badge("Urgent", "danger")),
            rx.cond(row.returned > 0, badge("Returned", "warn")),
        ),
        rx.cond(
            row.escalated_by_id == InboxState.user_id,
            badge("Yours"),
            claim_button(row.id),
        ),
    )


def claimed_row(row: rx.Var[HandoffRow], *, mine: bool) -> rx.Component:
    """Return an escalation that somebody has, with the time that their lease still runs."""
    action = (
        page_link("Continue", to=f"/sessions/{row.session_id}", class_name="btn btn-primary")
        if mine
        else badge(row.claimed_by, "accent")
    )
    return _inbox_row(
        row, Ticker.create(at=row.held_until, mode="left", class_name="small num"), action
    )


def closed_row(row: rx.Var[HandoffRow]) -> rx.Component:
    """Return an escalation that is over."""
    return _inbox_row(
        row,
        Ticker.create(at=row.closed_at, mode="ago", class_name="small muted"),
        rx.cond(
            row.status == "resolved",
            badge(f"Resolved by {row.claimed_by}", "ok"),
            badge("Withdrawn"),
        ),
    )


def _inbox_row(row: rx.Var[HandoffRow], wait: rx.Component, action: rx.Component) -> rx.Component:
    return rx.el.li(
        rx.el.div(wait, class_name="inbox-wait"),
        rx.el.div(
            page_link(row.tree_title, to=f"/escalations/{row.id}", class_name="row-title"),
            rx.el.div("Stopped at: ", row.node_title, class_name="small wrap-any"),
            rx.el.div(
                row.escalated_by,
                rx.cond(row.ticket_number != "", f" · {row.ticket_number}", ""),
                rx.cond(row.client_name != "", f" · {row.client_name}", ""),
                class_name="muted small wrap-any",
            ),
            rx.el.div(row.reason, class_name="inbox-wanted"),
            class_name="inbox-body",
        ),
        rx.el.div(action, class_name="row"),
        class_name=rx.cond(
            row.priority == "urgent", "list-row inbox-row is-urgent", "list-row inbox-row"
        ),
        custom_attrs={"data-handoff": row.id},
    )
