"""What a trial shows of a draft."""

from dataclasses import dataclass

from rxapp.sessions.views import Crumb, NodeView


@dataclass(frozen=True, slots=True)
class AnswerLink:
    """An answer as a link to the step that it leads to; ``hotkey`` is empty past the ninth."""

    key: str
    label: str
    hotkey: str
    href: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a technician could not go on here, and a link to where that is fixed."""

    words: str
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class TrialView:
    """One step of a draft as technicians would see it; every other step is a link away.

    ``node`` is None if the draft does not have the step. ``came_by`` is the answer that leads to
    it, as the address writes it, or empty. ``number`` counts steps from 1; ``crumbs_before`` is how
    many of the answers before it are not among the ``crumbs``. ``back`` is empty at the first step.
    """

    title: str
    revision: int
    node: NodeView | None
    answers: list[AnswerLink]
    trouble: Trouble | None
    came_by: str
    number: int
    crumbs: list[Crumb]
    crumbs_before: int
    back: str
    over: str
    edit: str
