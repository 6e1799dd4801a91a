"""The screens that the features declare, as tests open them."""

from rxapp.screens import SCREENS

_OTHER_HEADINGS = {"/confirm-email": "Confirm your new address"}

WITH_ID = {
    "/sessions/[session_id]",
    "/escalations/[handoff_id]",
    "/trees/[tree_id]/edit",
    "/trees/[tree_id]/try",
    "/trees/[tree_id]/versions",
    "/trees/[tree_id]/publish",
    "/trees/[tree_id]/starter",
}
"""The screens that a test reaches through a case or a tree of its own."""


def _headings(*, framed: bool) -> dict[str, str]:
    return {
        screen.route: _OTHER_HEADINGS.get(screen.route, screen.title)
        for screen in SCREENS
        if screen.is_framed is framed and screen.route not in WITH_ID
    }


SIGNED_OUT = _headings(framed=False)
"""Address and heading of every screen before the sign-in."""

SIGNED_IN = _headings(framed=True)
"""Address and heading of every screen behind it, as the owner sees them; those of a case apart."""
