"""Two documents as one tree to be drawn: the steps and answers of both, and what became of them."""

from collections.abc import Iterator

from rxapp.trees.document import Document, Node, Option
from rxapp.versions.diff import differing
from rxapp.versions.views import AnswerFate, DrawnAnswer, DrawnStep, DrawnTree, StepDiffKind


def drawn(before: Document, now: Document, revision: int) -> DrawnTree:
    """Return both documents as one tree; ``revision`` is that of the draft."""
    changed, added, removed = differing(before, now)
    listed = {key: at for at, key in enumerate((*changed, *added, *removed))}
    gone = set(removed)
    steps = [_step(before, now, node, listed.get(node.key)) for node in now.nodes]
    steps += [
        _step(before, now, node, listed[node.key]) for node in before.nodes if node.key in gone
    ]
    return DrawnTree(start=now.start, revision=revision, steps=steps)


def _step(before: Document, now: Document, node: Node, at: int | None) -> DrawnStep:
    old = before.node(node.key) if before.has(node.key) else None
    new = now.node(node.key) if now.has(node.key) else None
    fate = StepDiffKind.CHANGED if at is not None else None
    if old is None:
        fate = StepDiffKind.ADDED
    elif new is None:
        fate = StepDiffKind.REMOVED
    return DrawnStep(
        key=node.key,
        kind=node.kind,
        title=node.title,
        fate=fate,
        at=at,
        answers=list(_answers(old, new)),
    )


def _answers(old: Node | None, new: Node | None) -> Iterator[DrawnAnswer]:
    """Yield the answers as they are now, then those that are gone or led elsewhere."""
    for option in new.options if new else ():
        was = old.option(option.key) if old else None
        yield DrawnAnswer(option.key, option.label, option.to, _fate(was, option), _label(was))
    for option in old.options if old else ():
        now = new.option(option.key) if new else None
        if now is None or now.to != option.to:
            fate = AnswerFate.REMOVED if now is None else AnswerFate.LEFT
            yield DrawnAnswer(option.key, option.label, option.to, fate, option.label)


def _fate(was: Option | None, option: Option) -> AnswerFate:
    if was is None:
        return AnswerFate.ADDED
    if was.to != option.to:
        return AnswerFate.MOVED
    return AnswerFate.KEPT if was.label == option.label else AnswerFate.RELABELLED


def _label(was: Option | None) -> str:
    return was.label if was else ""
