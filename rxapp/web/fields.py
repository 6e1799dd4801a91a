"""Form fields with their labels, and the cards that hold a form."""

from typing import Any

import reflex as rx


def text_field(label: str, name: str, *, hint: Any = None, **props: Any) -> rx.Component:
    """Return a labelled input of one line."""
    parts = [
        rx.el.span(label, class_name="field-label"),
        rx.el.input(name=name, class_name="input", **{"type": "text", **props}),
    ]
    if hint is not None:
        parts.append(rx.el.span(hint, class_name="field-hint"))
    return rx.el.label(*parts, class_name="field")


def select_field(
    label: str, name: str, options: Any, *, hint: Any = None, **props: Any
) -> rx.Component:
    """Return a labelled choice; ``options`` are pairs of value and words, or components."""
    shown = (
        [rx.el.option(words, value=value) for value, words in options]
        if isinstance(options, list | tuple)
        else [options]
    )
    parts = [
        rx.el.span(label, class_name="field-label"),
        rx.el.select(*shown, name=name, class_name="input", **props),
    ]
    if hint is not None:
        parts.append(rx.el.span(hint, class_name="field-hint"))
    return rx.el.label(*parts, class_name="field")


def switch(label: str, hint: str, *, on: Any, on_click: Any) -> rx.Component:
    """Return a switch that takes effect at once."""
    return rx.el.div(
        rx.el.span(
            rx.el.span(label, class_name="field-label"),
            rx.el.span(hint, class_name="field-hint"),
            class_name="switch-words",
        ),
        rx.el.button(
            type="button",
            role="switch",
            aria_checked=rx.cond(on, "true", "false"),
            aria_label=label,
            on_click=on_click,
            class_name="switch",
        ),
        class_name="switch-row",
    )


def section(title: str, words: Any, *content: Any, anchor: str = "") -> rx.Component:
    """Return a part of a settings page: its name and what it is for, beside its content."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2(title), rx.el.p(words, class_name="muted small"), class_name="setting-words"
        ),
        rx.el.div(*content, class_name="setting-body card stack"),
        class_name="setting",
        id=anchor,
    )


def submit(label: str, **props: Any) -> rx.Component:
    """Return the button that sends a form."""
    return rx.el.button(label, **{"type": "submit", "class_name": "btn btn-primary", **props})
