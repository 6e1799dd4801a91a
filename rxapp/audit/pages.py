# mypy: ignore-errors
"""The audit log."""

import reflex as rx

from rxapp.access.policy import Permission
from rxapp.audit.rules import AREAS, area_label
from rxapp.audit.state import AuditState
from rxapp.audit.views import AuditLine
from rxapp.web.fields import submit, text_field
from rxapp.web.parts import empty, icon, loading, page_header
from rxapp.web.screens import Place, Screen
from rxapp.web.widgets import Download, Ticker


def audit_page() -> rx.Component:
    """Return the page of the audit log."""
    download = Download.create(icon("download"), "CSV", href=AuditState.csv, class_name="btn")
    return rx.el.div(
        page_header(
            "Audit log", download, subtitle="Who did what, when and from where. Nobody can edit it."
        ),
        _filters(),
        rx.cond(AuditState.loaded, _lines(), loading(6)),
    )


def _filters() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            *[_chip(area) for area in AREAS], class_name="chips", role="group", aria_label="About"
        ),
        rx.el.form(
            text_field("From", "since", type="date", default_value=AuditState.since),
            text_field("To", "until", type="date", default_value=AuditState.until),
            submit("Show", class_name="btn"),
            on_submit=AuditState.filter_days,
            class_name="day-filter",
        ),
        class_name="audit-filters",
    )


def _chip(area: str) -> rx.Component:
    return rx.el.button(
        area_label(area),
        type="button",
        on_click=AuditState.pick(area),
        aria_pressed=rx.cond(AuditState.area == area, "true", "false"),
        class_name="chip",
    )


def _lines() -> rx.Component:
    more = rx.el.button(
        "Show more", type="button", on_click=AuditState.more, class_name="btn btn-wide"
    )
    return rx.cond(
        AuditState.rows.length() > 0,
        rx.el.div(
            rx.el.ol(rx.foreach(AuditState.rows, _line), class_name="rows"),
            rx.cond(AuditState.next_cursor != "", more),
            class_name="stack",
        ),
        empty("Nothing here", "No line matches these filters."),
    )


def _line(line: rx.Var[AuditLine]) -> rx.Component:
    return rx.el.li(
        Ticker.create(at=line.at, mode="time", class_name="muted small num"),
        rx.el.div(
            rx.el.div(line.label, class_name="row-title"),
            rx.el.div(line.subject, class_name="small wrap-any"),
        ),
        rx.el.div(line.words, class_name="muted small wrap-any"),
        rx.el.div(
            rx.el.div(line.actor, class_name="small wrap-any"),
            rx.el.div(line.address, class_name="muted small mono"),
        ),
        class_name="list-row audit-row",
    )


SCREENS = (
    Screen(
        "/audit",
        "Audit log",
        audit_page,
        on_load=(AuditState.load,),
        place=Place("Audit log", "scroll-text"),
        permission=Permission.READ_AUDIT,
        refusal=("The audit log is for admins", "Ask an admin of your account."),
    ),
)
