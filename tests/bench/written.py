"""The trees that the bench writes on: three answers a step, with and without crossing answers."""

import random
from typing import Any
from uuid import UUID

from rxapp.core.db import DbSession
from rxapp.library import service as tree_service
from rxapp.trees.document import Document
from tests.bench.data import BODY
from tests.support.cast import Person

ANSWERS = 3
CROSSING = 0.15
SEED = 20


def wide(size: int, crossing: float = 0.0) -> Document:
    """Return a tree of ``size`` steps with three answers each.

    ``crossing`` is the share of answers more, which lead from anywhere to anywhere.
    """
    asked = (size - 2) // ANSWERS + 1
    nodes = [_step(number, size) for number in range(size)]
    choose = random.Random(SEED)
    for number in range(int(size * crossing)):
        options = nodes[choose.randrange(asked)]["options"]
        target = f"step-{choose.randrange(size)}"
        options.append({"key": f"x{number}", "label": f"Crossing {number}", "to": target})
    return Document.model_validate({"start": "step-0", "nodes": nodes})


def _step(number: int, size: int) -> dict[str, Any]:
    below = range(number * ANSWERS + 1, min(size, (number + 1) * ANSWERS + 1))
    step: dict[str, Any] = {"key": f"step-{number}", "body": BODY}
    if not below:
        return {**step, "kind": "solution", "ending": "solved", "title": f"Mended in way {number}"}
    options = [
        {"key": f"o{each}", "label": f"Sign {each} is there", "to": f"step-{each}"}
        for each in below
    ]
    title = f"What does the caller see at place {number}?"
    return {**step, "kind": "decision", "title": title, "options": options}


def begin_draft(db: DbSession, person: Person, title: str, document: Document) -> UUID:
    """Begin the draft of a tree and return the tree's id."""
    tree = tree_service.create(db, person.actor, title=title, document=document, publish=False)
    return tree.id
