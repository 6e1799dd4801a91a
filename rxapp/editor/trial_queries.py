"""Reads for the trial of a draft: one step, and the last answers before it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.drafts.queries import nodes, start_of, tree_and_draft
from rxapp.editor.trial_rules import Given, address, is_key, read_path
from rxapp.editor.trial_views import AnswerLink, TrialView, Trouble
from rxapp.sessions.queries import node_view
from rxapp.sessions.rules import CRUMBS_SHOWN
from rxapp.sessions.views import Crumb
from rxapp.trees.document import Node, NodeKind, Option

ABSENT = "Not in the draft"
"""The title of a step in the path that the draft does not have."""


def trial_view(db: DbSession, actor: Actor, tree_id: UUID, *, step: str, path: str) -> TrialView:
    """Return what technicians would see at a step of the draft; without a key, at its start.

    ``path`` holds the answers that led there, as the address writes them. Only that step and those
    that the path shows are read, whatever the size of the tree.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree.
    """
    require(actor, Permission.WRITE_TREES)
    tree, draft = tree_and_draft(db, actor, tree_id)
    given = read_path(path)
    key = step or start_of(db, tree, draft)
    shown = given[-CRUMBS_SHOWN:]
    wanted = {each.node for each in shown} | ({key} if is_key(key) else set())
    known = nodes(db, tree, draft, wanted)
    node = known.get(key)
    return TrialView(
        title=draft.title if draft and draft.is_changed else tree.title,
        revision=draft.revision if draft else 0,
        node=node_view(node) if node else None,
        answers=_answers(tree.id, node, given) if node else [],
        trouble=_trouble(tree.id, key, known, given),
        came_by=_came_by(key, known, given),
        number=len(given) + 1,
        crumbs=_crumbs(known, shown, before=len(given) - len(shown)),
        crumbs_before=len(given) - len(shown),
        back=address(tree.id, given[-1].node, given[:-1]) if given else "",
        over=address(tree.id),
        edit=_edit(tree.id, key if node else ""),
    )


def _edit(tree_id: UUID, key: str) -> str:
    return f"/trees/{tree_id}/edit{f'?step={key}' if key else ''}"


def _answers(tree_id: UUID, node: Node, given: Sequence[Given]) -> list[AnswerLink]:
    targets = {option.key: option.to for option in node.options}
    return [
        AnswerLink(
            option.key,
            option.label,
            option.hotkey,
            address(tree_id, targets[option.key], [*given, Given(node.key, option.key)]),
        )
        for option in node_view(node).options
    ]


def _last(known: Mapping[str, Node], given: Sequence[Given]) -> tuple[Node, Option] | None:
    """Return the last answer and its step, if the draft has both."""
    node = known.get(given[-1].node) if given else None
    option = node.option(given[-1].option) if node else None
    return (node, option) if node and option else None


def _came_by(key: str, known: Mapping[str, Node], given: Sequence[Given]) -> str:
    last = _last(known, given)
    return str(given[-1]) if last and last[1].to == key and key in known else ""


def _crumbs(known: Mapping[str, Node], shown: Sequence[Given], *, before: int) -> list[Crumb]:
    found = []
    for seq, each in enumerate(shown, before + 1):
        node = known.get(each.node)
        option = node.option(each.option) if node else None
        found.append(Crumb(seq, node.title if node else ABSENT, option.label if option else ""))
    return found


def _trouble(
    tree_id: UUID, key: str, known: Mapping[str, Node], given: Sequence[Given]
) -> Trouble | None:
    if node := known.get(key):
        if node.kind is NodeKind.SOLUTION or node.options:
            return None
        words = "This step has no answers, so a technician could not go on from here."
        return Trouble(words, "Add answers in the editor", _edit(tree_id, key))
    over = Trouble("", "Start over", address(tree_id))
    if not is_key(key):
        return Trouble("This address names no step of a tree.", over.label, over.href)
    last = _last(known, given)
    if last is None:
        words = f"The draft has no step “{key}”. It may have been removed."
        return Trouble(words, over.label, over.href)
    node, option = last
    if option.to != key:
        words = f"The answer “{option.label}” of “{node.title}” leads to another step now."
        return Trouble(words, "Go there", address(tree_id, option.to, given))
    words = f"The answer “{option.label}” of “{node.title}” leads nowhere: its step is not there."
    return Trouble(words, f"Edit “{node.title}”", _edit(tree_id, node.key))
