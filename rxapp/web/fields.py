"""Form fields with their labels, and the cards that hold a form."""

from typing import Any

import reflex as rx

from rxapp.web.widgets import FieldLimit

SAVES_FIRST = {"data-saves-first": "all"}
"""For actions that give a session away or show its texts: typed text is saved first."""

NOTHING_ASKED = {"data-saves-first": "asks"}
"""For actions that move on: they only wait for a person who has to choose between two texts."""


def text_field(
    label: str,
    name: str,
    *,
    hint: Any = None,
    limit: int | None = None,
    optional: bool = False,
    **props: Any,
) -> rx.Component:
    """Return a labelled single-line input; text over ``limit`` characters is never cut off."""
    field = rx.el.input(name=name, class_name="input", **{"type": "text", **props})
    return _labelled(label, field, hint=hint, limit=limit, optional=optional)


def long_field(
    label: str,
    name: str,
    *,
    hint: Any = None,
    limit: int | None = None,
    rows: int = 4,
    **props: Any,
) -> rx.Component:
    """Return a labelled input of several lines; text over ``limit`` characters is never cut off."""
    field = rx.el.textarea(name=name, class_name="input", rows=rows, **props)
    required = bool(props.get("required"))
    return _labelled(label, field, hint=hint, limit=limit, required=required)


def _labelled(
    label: str,
    field: rx.Component,
    *,
    hint: Any,
    limit: int | None,
    optional: bool = False,
    required: bool = False,
) -> rx.Component:
    word = " required" if required else " optional" if optional else ""
    parts = [
        rx.el.span(
            label,
            *([rx.el.span(word, class_name="required")] if word else []),
            class_name="field-label",
        ),
        field,
    ]
    if limit is not None:
        parts.append(FieldLimit.create(limit=limit))
    if hint is not None:
        parts.append(rx.el.span(hint, class_name="field-hint"))
    return rx.el.label(*parts, class_name="field")


def select_field(
    label: str, name: str, options: Any, *, hint: Any = None, **props: Any
) -> rx.Component:
    """Return a labelled choice; ``options`` are pairs of value and text, or components."""
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
    """Return a section of a settings page: its title and description beside its content."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2(title), rx.el.p(words, class_name="muted small"), class_name="setting-words"
        ),
        rx.el.div(*content, class_name="card stack"),
        class_name="setting",
        id=anchor,
    )


def submit(label: str, **props: Any) -> rx.Component:
    """Return the button that sends a form."""
    return rx.el.button(label, **{"type": "submit", "class_name": "btn btn-primary", **props})
