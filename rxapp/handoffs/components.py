"""Parts of handoff pages: the form, the panel beside a session, inbox rows, the case."""

import reflex as rx

from rxapp.handoffs.rules import REASON_LIMIT
from rxapp.handoffs.state import HandoffState, InboxState
from rxapp.handoffs.views import HandoffRow, TimelineEntry
from rxapp.notifications.views import DeliveryView
from rxapp.sessions.state import RunnerState
from rxapp.sessions.views import SessionRecord, StepView
from rxapp.web.parts import badge, fact, icon, key_hint, page_link
from rxapp.web.widgets import KeptText, Modal, Ticker


def escalate_button(*, primary: bool = False) -> rx.Component:
    """Return the button that opens the form. The big one leaves the key to the small one."""
    hotkey = {} if primary else {"data-hotkey": "e"}
    return rx.el.button(
        icon("hand"),
        "Escalate to the seniors" if primary else "Escalate",
        rx.fragment() if primary else key_hint("E"),
        type="button",
        disabled=~RunnerState.may_move | HandoffState.i_hold,
        on_click=HandoffState.ask,
        custom_attrs=hotkey,
        class_name="btn btn-primary" if primary else "btn",
    )


def session_actions() -> rx.Component:
    """Return what can be done with a session beside walking it."""
    return rx.cond(
        HandoffState.i_hold & RunnerState.may_move,
        rx.el.button(
            icon("undo-2"),
            "Hand back",
            type="button",
            on_click=HandoffState.ask_release,
            class_name="btn",
        ),
        rx.cond(
            RunnerState.may_move,
            rx.fragment(
                escalate_button(),
                rx.el.button(
                    icon("pause"),
                    "Park",
                    type="button",
                    on_click=HandoffState.park,
                    class_name="btn",
                ),
            ),
        ),
    )


def session_banner() -> rx.Component:
    """Return who has the session, where that is not the one who looks."""
    return rx.match(
        RunnerState.status,
        ("escalated", _escalated_banner()),
        ("parked", _parked_banner()),
        ("active", _active_banner()),
        rx.fragment(),
    )


def _escalated_banner() -> rx.Component:
    return rx.el.div(
        rx.el.span(
            "Waiting for a senior ",
            Ticker.create(at=HandoffState.queued_at, mode="elapsed", class_name="num"),
        ),
        rx.cond(
            HandoffState.is_mine,
            _verb("Withdraw and go on", HandoffState.withdraw),
            _claim_button(HandoffState.handoff_id),
        ),
        class_name="banner banner-warn",
        role="status",
    )


def _parked_banner() -> rx.Component:
    return rx.el.div(
        "Parked. Only you see it.",
        rx.cond(HandoffState.is_mine, _verb("Resume", HandoffState.withdraw)),
        class_name="banner banner-warn",
        role="status",
    )


def _active_banner() -> rx.Component:
    held = rx.el.div(
        rx.el.span("You have claimed this. ", _lease(), " until it goes back to the queue."),
        class_name="banner banner-accent",
        role="status",
    )
    away = rx.el.div(
        rx.el.span(rx.el.strong(RunnerState.holder), " is working on this now."),
        class_name="banner banner-accent",
        role="status",
    )
    return rx.cond(RunnerState.is_holder, rx.cond(RunnerState.held_until != "", held), away)


def _lease() -> rx.Component:
    return Ticker.create(at=RunnerState.held_until, mode="left", class_name="num")


def _verb(label: str, handler: rx.EventHandler) -> rx.Component:
    return rx.el.button(label, type="button", on_click=handler, class_name="btn")


def _claim_button(handoff_id: rx.Var[str]) -> rx.Component:
    return rx.el.button(
        "Claim",
        type="button",
        on_click=InboxState.claim(handoff_id),
        class_name="btn btn-primary",
    )


def progress_panel() -> rx.Component:
    """Return how the session's escalation stands: what happened, and who was told how."""
    panel = rx.el.section(
        rx.el.div(
            rx.el.h2("Escalation"),
            rx.cond(HandoffState.priority == "urgent", badge("Urgent", "danger")),
            class_name="card-head",
        ),
        _timeline(),
        rx.cond(HandoffState.status == "open", _told()),
        class_name="card stack-tight",
        aria_label="Escalation",
        aria_live="polite",
    )
    return rx.cond((HandoffState.handoff_id != "") & (HandoffState.intent == "escalate"), panel)


def _timeline() -> rx.Component:
    return rx.el.ol(rx.foreach(HandoffState.timeline, _timeline_entry), class_name="timeline")


def _timeline_entry(entry: rx.Var[TimelineEntry]) -> rx.Component:
    return rx.el.li(
        rx.el.span(entry.text),
        Ticker.create(at=entry.at, class_name="muted num"),
        rx.cond(entry.detail != "", rx.el.span(entry.detail, class_name="timeline-detail")),
    )


def _told() -> rx.Component:
    nobody = rx.el.div(
        "Nobody could be reached. Call a senior, or withdraw and go on.",
        class_name="banner banner-danger",
        role="alert",
    )
    return rx.fragment(
        rx.el.h3("Who was told"),
        rx.cond(
            HandoffState.planned,
            rx.cond(HandoffState.nobody_reachable, nobody),
            rx.el.p("Telling the seniors…", class_name="muted"),
        ),
        rx.el.ul(rx.foreach(HandoffState.deliveries, _delivery), class_name="told"),
    )


def _delivery(delivery: rx.Var[DeliveryView]) -> rx.Component:
    on_screen = delivery.channel == "screen"
    return rx.el.li(
        rx.cond(on_screen, icon("monitor", 16), icon("mail", 16)),
        rx.el.div(
            rx.el.span(delivery.recipient.name, class_name="row-title"),
            " ",
            rx.el.span(
                rx.match(
                    delivery.status,
                    ("pending", "email waits to be sent"),
                    ("sending", "email is being sent"),
                    ("sent", rx.cond(on_screen, "has it on screen", "email sent")),
                    ("seen", "opened it"),
                    ("failed", "email failed, will be tried again "),
                    ("dead", "could not be reached"),
                    "not told",
                ),
                rx.cond(
                    delivery.status == "failed",
                    Ticker.create(at=delivery.next_attempt_at),
                ),
                class_name="muted",
            ),
            rx.cond(
                delivery.detail != "", rx.el.div(delivery.detail, class_name="muted small wrap-any")
            ),
        ),
    )


def handoff_dialog() -> rx.Component:
    """Return the form that escalates, with the package as it will be seen."""
    return Modal.create(
        rx.el.form(
            KeptText.create(
                name="reason",
                keep_key=f"escalate:{HandoffState.session_id}",
                label="What do you want from the senior?",
                placeholder="What you need decided, fixed or explained",
                rows=3,
                required=True,
                auto_focus=True,
                max_length=REASON_LIMIT,
            ),
            rx.el.fieldset(
                rx.el.legend("Priority"),
                _priority("normal", "Normal", default=True),
                _priority("urgent", "Urgent", default=False),
                class_name="choice",
            ),
            rx.el.details(
                rx.el.summary("The package, as it will be seen", class_name="row-title"),
                case_facts(HandoffState.package),
                case_steps(HandoffState.package),
                open=True,
            ),
            rx.el.div(
                _cancel(HandoffState.stop_asking),
                rx.el.button("Escalate", type="submit", class_name="btn btn-primary"),
                class_name="modal-foot",
            ),
            on_submit=HandoffState.submit,
            class_name="stack",
        ),
        title="Escalate to the seniors",
        wide=True,
        open=HandoffState.asking,
        on_close=HandoffState.stop_asking,
    )


def release_dialog() -> rx.Component:
    """Return the form that hands a claim back."""
    return Modal.create(
        rx.el.form(
            KeptText.create(
                name="reason",
                keep_key=f"release:{HandoffState.handoff_id}",
                label="Why do you hand it back?",
                placeholder="What you tried, who could do better",
                rows=3,
                required=True,
                auto_focus=True,
                max_length=REASON_LIMIT,
            ),
            rx.el.div(
                _cancel(HandoffState.stop_release),
                rx.el.button("Hand back", type="submit", class_name="btn btn-primary"),
                class_name="modal-foot",
            ),
            on_submit=HandoffState.release,
            class_name="stack",
        ),
        title="Hand back to the queue",
        open=HandoffState.releasing,
        on_close=HandoffState.stop_release,
    )


def _cancel(handler: rx.EventHandler) -> rx.Component:
    return rx.el.button("Cancel", type="button", on_click=handler, class_name="btn")


def _priority(value: str, label: str, *, default: bool) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="radio", name="priority", value=value, default_checked=default), label
    )


def case_facts(case: rx.Var[SessionRecord]) -> rx.Component:
    """Return what surrounds a case."""
    return rx.el.dl(
        fact("Ticket", rx.cond(case.ticket_number != "", case.ticket_number, "not given")),
        fact("Client", rx.cond(case.client_name != "", case.client_name, "not given")),
        fact("Tree", case.tree_title, f" (version {case.version})"),
        fact("Started", Ticker.create(at=case.started_at), " by ", case.started_by),
        fact("Stopped at", rx.el.strong(case.node.title)),
        rx.cond(case.scratchpad != "", fact("Scratchpad", _lines(case.scratchpad))),
    )


def _lines(text: rx.Var[str]) -> rx.Component:
    return rx.el.span(text, style={"whiteSpace": "pre-wrap"})


def case_steps(case: rx.Var[SessionRecord]) -> rx.Component:
    """Return every step of a case, with its answer, note, minutes and who did it."""
    return rx.el.ol(
        rx.foreach(case.steps, _case_step),
        rx.cond(
            case.status != "completed",
            rx.el.li(
                rx.el.span(case.seq, class_name="step-seq"),
                rx.el.div(rx.el.span(case.node.title), " ", badge("Here now", "accent")),
                _draft(case),
            ),
        ),
        class_name="steps",
    )


def _draft(case: rx.Var[SessionRecord]) -> rx.Component:
    return rx.cond(case.draft_note != "", rx.el.div(case.draft_note, class_name="step-note"))


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
            step.user, " · ", _duration(step.seconds), class_name="muted small num step-who"
        ),
        rx.cond(step.note != "", rx.el.div(step.note, class_name="step-note")),
    )


def _duration(seconds: rx.Var[int]) -> rx.Component:
    return rx.cond(seconds < 60, f"{seconds} s", f"{seconds // 60} min")


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
            _claim_button(row.id),
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
