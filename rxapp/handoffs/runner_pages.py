# mypy: ignore-errors
"""The runner, with everything that escalations add to it."""

import reflex as rx

from rxapp.handoffs.components import (
    escalate_button,
    hand_back_dialog,
    handoff_dialog,
    progress_panel,
    session_actions,
    session_banner,
)
from rxapp.handoffs.state import HandoffState
from rxapp.sessions.pages import runner_page
from rxapp.sessions.runner_state import RunnerState
from rxapp.web.screens import Screen


def _runner() -> rx.Component:
    return runner_page(
        banner=session_banner(),
        panel=progress_panel(),
        actions=session_actions(),
        escalate=escalate_button(primary=True),
        dialogs=rx.fragment(handoff_dialog(), hand_back_dialog()),
        shown=[RunnerState.session_id, HandoffState.page],
        took_over=HandoffState.i_hold,
    )


SCREENS = (
    Screen(
        "/sessions/[session_id]",
        "Session",
        _runner,
        on_load=(RunnerState.load, HandoffState.load),
        is_wide=True,
    ),
)
