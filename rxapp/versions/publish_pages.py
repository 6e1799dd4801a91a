# mypy: ignore-errors
"""Review and publish: what changes, what is wrong, and what it means for open sessions."""

import reflex as rx

from rxapp.access.policy import Permission
from rxapp.trees.rules import VERSION_NOTE_LIMIT
from rxapp.versions.publish_state import PublishState
from rxapp.versions.reading_components import TreeDiff
from rxapp.versions.views import FindingLine, RunningVersion
from rxapp.web.fields import long_field, submit
from rxapp.web.parts import ago, badge, empty, icon, opening, page_header, page_link
from rxapp.web.screens import Screen
from rxapp.web.widgets import NamedPage

TITLE = "Review and publish"
_VIEW = PublishState.view


def _address(what: str) -> rx.Var[str]:
    return f"/trees/{PublishState.tree_id}/{what}"


def publish_page() -> rx.Component:
    """Return the page to read before publishing a draft."""
    missing = empty(
        "There is no such tree",
        "It may have been deleted.",
        page_link("Back to the library", to="/", class_name="btn"),
    )
    return NamedPage.create(
        opening(TITLE),
        rx.cond(PublishState.missing, missing, _page()),
        argument="tree_id",
        shown=[PublishState.tree_id],
    )


def _page() -> rx.Component:
    return rx.el.div(
        page_header(
            TITLE,
            page_link(icon("history"), "Versions", to=_address("versions"), class_name="btn"),
            page_link(icon("pencil"), "Edit", to=_address("edit"), class_name="btn"),
            subtitle=_VIEW.title,
        ),
        rx.cond(
            _VIEW.is_changed,
            rx.el.div(
                rx.el.div(
                    rx.cond(_VIEW.errors > 0, _checks()),
                    _changes(),
                    rx.cond(_VIEW.errors > 0, rx.fragment(), _checks()),
                    class_name="publish-main",
                ),
                rx.el.div(_impact(), _act(), class_name="publish-side"),
                class_name="publish",
            ),
            empty(
                "Nothing to publish",
                rx.fragment("The draft is the same as version ", _VIEW.newest, "."),
                page_link("Edit the tree", to=_address("edit"), class_name="btn"),
            ),
        ),
    )


def _changes() -> rx.Component:
    first = rx.el.div(
        rx.el.p(
            "This is the first version. It has ",
            rx.el.strong(_VIEW.steps, rx.cond(_VIEW.steps == 1, " step", " steps")),
            ".",
        ),
        class_name="card",
    )
    return rx.el.section(
        rx.el.h2(
            rx.cond(
                _VIEW.newest > 0,
                rx.fragment("What changes after version ", _VIEW.newest),
                "First publication",
            )
        ),
        rx.cond(
            _VIEW.newest > 0,
            TreeDiff.create(
                tree=PublishState.tree_id,
                old=_VIEW.newest,
                revision=_VIEW.revision,
                editing=_address("edit"),
                key=f"diff-{_VIEW.revision}",
            ),
            first,
        ),
        class_name="stack",
    )


def _checks() -> rx.Component:
    found = _VIEW.errors + _VIEW.warnings
    more = rx.el.p(
        "And ",
        found - _VIEW.findings.length(),
        " more. The editor lists them all.",
        class_name="muted small",
    )
    return rx.el.section(
        rx.el.h2("Checks"),
        rx.cond(
            found > 0,
            rx.el.div(
                rx.cond(
                    _VIEW.errors > 0,
                    rx.el.p(
                        _VIEW.errors,
                        rx.cond(_VIEW.errors == 1, " error blocks", " errors block"),
                        " publishing.",
                        role="status",
                    ),
                    rx.el.p("Warnings do not block publishing.", role="status"),
                ),
                rx.el.ul(rx.foreach(_VIEW.findings, _finding)),
                rx.cond(found > _VIEW.findings.length(), more),
                class_name="card stack",
            ),
            rx.el.p("No errors and no warnings.", class_name="card"),
        ),
        class_name="stack",
    )


def _finding(finding: rx.Var[FindingLine]) -> rx.Component:
    return rx.el.li(
        rx.cond(finding.blocks, badge("Error", "danger"), badge("Warning", "warn")),
        rx.el.span(finding.message, class_name="wrap-any"),
        rx.cond(
            finding.node != "",
            page_link(
                "Go to the step",
                rx.el.span(" ", finding.title, class_name="sr-only"),
                to=f"{_address('edit')}?step={finding.node}",
            ),
        ),
        class_name="finding",
    )


def _impact() -> rx.Component:
    impact = _VIEW.impact
    return rx.el.section(
        rx.el.h2("Sessions in progress"),
        rx.cond(
            impact.sessions > 0,
            rx.fragment(
                rx.el.p(
                    "Each keeps the version that it started with.",
                    class_name="muted small",
                ),
                rx.el.ul(rx.foreach(impact.versions, _running), class_name="plain-list"),
                rx.cond(
                    impact.on_removed_steps > 0,
                    rx.el.p(
                        rx.cond(
                            impact.on_removed_steps == 1,
                            "1 stands",
                            f"{impact.on_removed_steps} stand",
                        ),
                        " on a step that this version no longer has.",
                        class_name="banner banner-warn small",
                    ),
                ),
            ),
            rx.el.p("Nobody is working through this tree right now.", class_name="muted small"),
        ),
        class_name="card stack",
    )


def _running(each: rx.Var[RunningVersion]) -> rx.Component:
    return rx.el.li(
        rx.el.span("Version ", each.number),
        rx.el.span(
            each.sessions,
            rx.cond(each.sessions == 1, " session", " sessions"),
            rx.cond(
                each.on_removed_steps > 0,
                rx.el.span(", ", each.on_removed_steps, " on a removed step"),
            ),
            class_name="num",
        ),
        class_name="impact-row",
    )


def _act() -> rx.Component:
    is_own = _VIEW.needs_second_person & _VIEW.is_mine
    return rx.el.section(
        rx.el.h2("Publish"),
        rx.cond(PublishState.is_old, _old()),
        rx.cond(_VIEW.review, _asked()),
        rx.cond(
            _VIEW.needs_second_person & ~_VIEW.is_mine,
            rx.el.p("Changed by ", _VIEW.authors.join(", "), ".", class_name="muted small"),
        ),
        rx.cond(is_own, _own_changes(), _form("Publish", PublishState.publish, _VIEW.errors > 0)),
        class_name="card stack",
    )


def _old() -> rx.Component:
    again = rx.el.button(
        "Read it again",
        type="button",
        on_click=PublishState.read_again(PublishState.tree_id),
        class_name="btn",
    )
    return rx.el.div(
        "The draft has changed since you read it.", again, class_name="banner banner-warn small"
    )


def _asked() -> rx.Component:
    review = _VIEW.review
    withdraw = rx.el.button(
        "Withdraw the request",
        type="button",
        on_click=PublishState.withdraw_review(PublishState.tree_id),
        class_name="btn",
    )
    return rx.el.div(
        rx.cond(
            PublishState.mine,
            rx.el.span(
                "You asked for a review ", ago(review.at), ". It is waiting for somebody else."
            ),
            rx.el.span(rx.el.strong(review.by), " asked for a review ", ago(review.at), "."),
        ),
        rx.cond(review.note != "", rx.el.p(review.note, class_name="version-note")),
        rx.cond(PublishState.mine, withdraw),
        class_name="banner banner-accent small",
        role="status",
    )


def _own_changes() -> rx.Component:
    return rx.fragment(
        rx.el.p(
            "You changed this draft, so a second person publishes it.", class_name="muted small"
        ),
        rx.cond(
            _VIEW.reviewers > 0,
            rx.cond(
                PublishState.mine,
                rx.fragment(),
                _form("Ask for review", PublishState.ask_review, False),
            ),
            rx.el.p(
                "Nobody else can: everybody who writes trees here has changed it. An admin can set"
                " in the account's settings that one person is enough.",
                class_name="banner banner-warn small",
            ),
        ),
    )


def _form(label: str, handler, is_blocked) -> rx.Component:
    note = rx.cond(_VIEW.review, _VIEW.review.note, "")
    return rx.el.form(
        rx.el.input(type="hidden", name="revision", value=_VIEW.revision, read_only=True),
        long_field(
            "What is new?",
            "note",
            rows=4,
            limit=VERSION_NOTE_LIMIT,
            default_value=note,
            hint="Optional. The history shows it.",
        ),
        rx.cond(
            is_blocked,
            rx.el.p("Fix the errors first.", class_name="field-error"),
        ),
        rx.el.div(submit(label, disabled=is_blocked), class_name="form-foot"),
        on_submit=lambda form: handler(PublishState.tree_id, form),
        class_name="stack",
    )


SCREENS = (
    Screen(
        "/trees/[tree_id]/publish",
        TITLE,
        publish_page,
        on_load=(PublishState.load,),
        permission=Permission.WRITE_TREES,
        refusal=("Publishing is for seniors", "Ask a senior of your account."),
        is_wide=True,
    ),
)
