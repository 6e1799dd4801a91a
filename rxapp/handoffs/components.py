# mypy: ignore-errors
"""Parts of handoff pages: the panel beside a session, and the forms."""

import reflex as rx

from rxapp.handoffs.case_components import case_facts, case_steps
from rxapp.handoffs.inbox_state import InboxState
from rxapp.handoffs.rules import REASON_LIMIT
from rxapp.handoffs.state import HandoffState
from rxapp.handoffs.views import TimelineEntry
from rxapp.notifications.views import DeliveryView
from rxapp.sessions.runner_state import RunnerState
from rxapp.web.dialogs import dialog_foot, dialog_form, opens
from rxapp.web.fields import NOTHING_ASKED, SAVES_FIRST, long_field
from rxapp.web.parts import badge, icon, key_hint, loading
from rxapp.web.widgets import Answered, Modal, Ticker


def escalate_button(*, primary: bool = False) -> rx.Component:
    """Return the button that opens the form. The small one has the key, not the big one."""
    hotkey = {} if primary else {"data-hotkey": "e"}
    return rx.el.button(
        icon("hand"),
        "Escalate to the seniors" if primary else "Escalate",
        rx.fragment() if primary else key_hint("E"),
        type="button",
        disabled=~RunnerState.may_move | HandoffState.i_hold,
        custom_attrs={**hotkey, **NOTHING_ASKED, **opens("escalate")},
        class_name="btn btn-primary" if primary else "btn",
    )


def session_actions() -> rx.Component:
    """Return the actions on a session besides its steps."""
    return rx.cond(
        HandoffState.i_hold & RunnerState.may_move,
        rx.el.button(
            icon("undo-2"),
            "Hand back",
            type="button",
            custom_attrs={**NOTHING_ASKED, **opens("hand-back")},
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
                    on_click=HandoffState.park(RunnerState.session_id),
                    custom_attrs=SAVES_FIRST,
                    class_name="btn",
                ),
            ),
        ),
    )


def session_banner() -> rx.Component:
    """Return the banner that says who has the session, if it is not the viewer."""
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
            _verb("Withdraw and continue", withdrawal()),
            claim_button(HandoffState.handoff_id, page=HandoffState.page),
        ),
        class_name="banner banner-warn",
        role="status",
    )


def _parked_banner() -> rx.Component:
    return rx.el.div(
        "Parked. Only you can see it.",
        rx.cond(HandoffState.is_mine, _verb("Resume", withdrawal())),
        class_name="banner banner-warn",
        role="status",
    )


def _active_banner() -> rx.Component:
    lease = Ticker.create(at=RunnerState.held_until, mode="left", class_name="num")
    held = rx.el.div(
        rx.el.span("You have claimed this. ", lease, " until it goes back to the queue."),
        class_name="banner banner-accent",
        role="status",
    )
    away = rx.el.div(
        rx.el.span(rx.el.strong(RunnerState.holder), " is working on this now."),
        class_name="banner banner-accent",
        role="status",
    )
    return rx.cond(RunnerState.is_holder, rx.cond(RunnerState.held_until, held), away)


def _verb(label: str, handler: rx.event.EventSpec) -> rx.Component:
    return rx.el.button(label, type="button", on_click=handler, class_name="btn")


def withdrawal() -> rx.event.EventSpec:
    """Return the event that takes back the handoff on screen."""
    return HandoffState.withdraw(HandoffState.page, HandoffState.handoff_id)


def claim_button(handoff_id: rx.Var[str], *, page: rx.Var[str] | str = "") -> rx.Component:
    """Return the button that claims an escalation; ``page`` is the id in the page's address."""
    return rx.el.button(
        "Claim",
        type="button",
        on_click=InboxState.claim(page, handoff_id),
        class_name="btn btn-primary",
    )


def progress_panel() -> rx.Component:
    """Return the status of the session's escalation: what happened, and who was told how."""
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
    return rx.cond(HandoffState.intent == "escalate", panel)


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
        "Nobody could be reached. Call a senior, or withdraw and continue.",
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
                    ("pending", "email waiting to be sent"),
                    ("sending", rx.cond(on_screen, "showing it…", "email is being sent")),
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
    """Return the form that escalates, with the package as the seniors will see it."""
    return Modal.create(
        dialog_form(
            long_field(
                "What do you want from the senior?",
                "reason",
                placeholder="What you need decided, fixed or explained",
                rows=3,
                required=True,
                limit=REASON_LIMIT,
            ),
            rx.el.fieldset(
                rx.el.legend("Priority"),
                _priority("normal", "Normal"),
                _priority("urgent", "Urgent"),
                class_name="choice",
                key=HandoffState.usual_priority,
            ),
            rx.el.details(
                rx.el.summary("The package, as the seniors will see it", class_name="row-title"),
                Answered.create(
                    loading(4),
                    rx.cond(
                        HandoffState.package,
                        rx.fragment(
                            case_facts(HandoffState.package), case_steps(HandoffState.package)
                        ),
                    ),
                ),
                open=True,
            ),
            Answered.create(dialog_foot("Escalate", disabled=True), dialog_foot("Escalate")),
            on_submit=lambda form: HandoffState.submit(RunnerState.session_id, form),
            keep=f"escalate:{HandoffState.session_id}",
            custom_attrs=SAVES_FIRST,
        ),
        name="escalate",
        title="Escalate to the seniors",
        wide=True,
        answered=HandoffState.package_opening,
        on_open=lambda opening, _: HandoffState.read_package(RunnerState.session_id, opening),
    )


def hand_back_dialog() -> rx.Component:
    """Return the form that hands a claim back."""
    return Modal.create(
        dialog_form(
            long_field(
                "Why are you handing it back?",
                "reason",
                placeholder="What you tried, who could help",
                rows=3,
                required=True,
                limit=REASON_LIMIT,
            ),
            dialog_foot("Hand back"),
            on_submit=lambda form: HandoffState.hand_back(
                HandoffState.page, HandoffState.handoff_id, form
            ),
            keep=f"hand-back:{HandoffState.handoff_id}",
            custom_attrs=SAVES_FIRST,
        ),
        name="hand-back",
        title="Hand back to the queue",
    )


def _priority(value: str, label: str) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="radio",
            name="priority",
            value=value,
            default_checked=HandoffState.usual_priority == value,
        ),
        label,
    )
