"""Shorthand for drafts: small documents, operations, and two authors at work."""

from typing import Any
from uuid import UUID, uuid4

from rxapp.drafts import queries, service
from rxapp.drafts.operations import Operation
from rxapp.drafts.views import DraftAnswer, DraftView
from rxapp.trees.document import Document
from tests.support.cast import Person
from tests.support.story import Story


def document(*, size: int = 3) -> dict[str, Any]:
    """A sound document of ``size`` steps: decisions one after the other, and an end."""
    nodes: list[dict[str, Any]] = [
        {
            "key": f"n{n}",
            "kind": "decision",
            "title": f"Step {n}",
            "options": [
                {"key": "on", "label": "On", "to": f"n{n + 1}" if n < size - 2 else "end"},
                {"key": "done", "label": "Done", "to": "end"},
            ],
        }
        for n in range(size - 1)
    ]
    end = {"key": "end", "kind": "solution", "title": "It works", "ending": "solved"}
    return {"start": "n0", "nodes": [*nodes, end]}


def operation(seen: int, *, id: UUID | None = None, **change: Any) -> Operation:
    return Operation.model_validate({"id": id or uuid4(), "seen": seen, "change": change})


class Author:
    """Somebody at work on one draft, in one tab."""

    def __init__(self, story: Story, person: Person, tree_id: UUID, *, client: str = "") -> None:
        self._story = story
        self.person = person
        self.tree_id = tree_id
        self.client = client or f"tab-of-{person.actor.user_id.hex[-8:]}"
        self.seen = self.draft().revision

    def draft(self) -> DraftView:
        return self._story.see(queries.draft_view, self.person.actor, self.tree_id)

    def send(self, *operations: Operation) -> DraftAnswer:
        answer = self._story.do(
            service.operate,
            self.person.actor,
            self.tree_id,
            client=self.client,
            operations=operations,
        )
        self.seen = answer.revision
        return answer

    def does(self, **change: Any) -> DraftAnswer:
        """Do one thing, having seen what they have seen."""
        return self.send(operation(self.seen, **change))

    def sets(self, node: str | None, field: str, value: Any) -> DraftAnswer:
        return self.does(op="set_field", node=node, field=field, value=value)

    def looks(self) -> None:
        """See what the others have done."""
        self.seen = self.draft().revision

    def node(self, key: str) -> Any:
        return self.draft().document.node(key)


def whole(**values: Any) -> Document:
    return Document.model_validate(document(**values))
