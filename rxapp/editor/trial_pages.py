# mypy: ignore-errors
"""The page where authors try a draft: the runner's look, and nothing is recorded."""

import reflex as rx

from rxapp.access.policy import Permission
from rxapp.editor.trial_components import EditorLink, Trial
from rxapp.editor.trial_state import TrialState
from rxapp.sessions.components import crumbs, node_card, runner_top
from rxapp.web.parts import badge, empty, icon, key_hint, opening, page_link
from rxapp.web.screens import Screen
from rxapp.web.widgets import AnswerLinks, NamedPage

TITLE = "Trial"
_VIEW = TrialState.view


def trial_page() -> rx.Component:
    """Return the page that tries a draft."""
    missing = empty(
        "There is no such tree",
        "It may be deleted, or belong to another account.",
        page_link("Back to the library", to="/", class_name="btn"),
    )
    return NamedPage.create(
        opening("Opening the trial…"),
        rx.cond(TrialState.missing, missing, _trial()),
        argument="tree_id",
        shown=[TrialState.tree_id],
    )


def _trial() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.span("Trial of the draft. Nothing is recorded.", class_name="row-title"),
            EditorLink.create(
                icon("pencil"), "Back to the editor", to=_VIEW.edit, class_name="btn"
            ),
            class_name="banner banner-accent page-banner",
        ),
        Trial.create(
            tree=TrialState.tree_id,
            person=TrialState.user_id,
            step=rx.cond(_VIEW.node, _VIEW.node.key, ""),
            answer=_VIEW.came_by,
            revision=_VIEW.revision,
            newest=TrialState.newest,
            on_old=TrialState.read_again,
        ),
        rx.el.div(
            rx.el.div(_top(), _step(), _actions(), class_name="runner-main"),
            rx.el.div(_aside(), class_name="runner-side"),
            class_name="runner",
        ),
    )


def _top() -> rx.Component:
    return runner_top(
        _VIEW.title,
        badge("Draft", "warn"),
        number=_VIEW.number,
        path=crumbs(_VIEW.crumbs, _VIEW.crumbs_before),
    )


def _step() -> rx.Component:
    answers = AnswerLinks.create(icon("chevron-right"), options=_VIEW.answers)
    return rx.fragment(
        rx.cond(_VIEW.node, node_card(_VIEW.node, answers)),
        rx.cond(_VIEW.trouble, _trouble(), rx.cond(_VIEW.node.kind == "solution", _end())),
    )


def _trouble() -> rx.Component:
    trouble = _VIEW.trouble
    return rx.el.div(
        rx.el.span(trouble.words, class_name="wrap-any"),
        EditorLink.create(trouble.label, to=trouble.href, class_name="btn trial-mend"),
        class_name="banner banner-warn",
        role="status",
    )


def _end() -> rx.Component:
    return rx.cond(
        _VIEW.node.escalate_end,
        rx.el.p(
            "Here the technician escalates to the seniors.",
            class_name="banner banner-warn",
            role="status",
        ),
        rx.el.p(
            "Here the technician completes the session.",
            class_name="banner banner-ok",
            role="status",
        ),
    )


def _actions() -> rx.Component:
    words = (icon("arrow-left"), "Back", key_hint("B"))
    back = page_link(*words, to=_VIEW.back, custom_attrs={"data-hotkey": "b"}, class_name="btn")
    return rx.el.div(
        rx.cond(
            _VIEW.back != "",
            back,
            rx.el.button(*words, type="button", disabled=True, class_name="btn"),
        ),
        page_link(icon("rotate-ccw"), "Start over", to=_VIEW.over, class_name="btn"),
        rx.cond(
            _VIEW.node,
            EditorLink.create(
                icon("pencil"), "Edit this step", to=_VIEW.edit, class_name="btn btn-quiet"
            ),
        ),
        class_name="actions",
    )


def _aside() -> rx.Component:
    return rx.el.section(
        rx.el.h2("About this trial"),
        rx.el.p(
            "You see the step as a technician would, with your latest changes to the draft."
            " Ticket, notes and escalating are left out.",
            class_name="muted small",
        ),
        rx.el.p(
            "The editor marks the steps and answers that you have seen.", class_name="muted small"
        ),
        class_name="card stack-tight",
    )


SCREENS = (
    Screen(
        "/trees/[tree_id]/try",
        TITLE,
        trial_page,
        on_load=(TrialState.load,),
        permission=Permission.WRITE_TREES,
        refusal=("Trying drafts is for seniors", "Ask an admin of your account for the role."),
    ),
)
