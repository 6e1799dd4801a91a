"""The editor page as its author sees it, and trees to write on."""

from itertools import count
from typing import Any
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from tests.support.caller import Caller
from tests.support.cast import Person
from tests.support.desk import Desk
from tests.support.drafting import document
from tests.support.server import Server

SOON_MS = 10_000

_NUMBERS = count(1)


class Trees:
    """Trees of one server, made and read over its API as the senior."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.caller = Caller(server, server.cast.senior)

    def new(self, **values: Any) -> str:
        """Publish a tree and return its id; without a document it has three steps."""
        body = {"title": f"Tree {next(_NUMBERS)}", "document": document(), **values}
        answer = self.caller.post("/trees", **body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def draft(self, tree_id: str) -> dict[str, Any]:
        return self.caller.get(f"/trees/{tree_id}/draft").json()

    def nodes(self, tree_id: str) -> dict[str, dict[str, Any]]:
        return {node["key"]: node for node in self.draft(tree_id)["document"]["nodes"]}

    def does(self, tree_id: str, **change: Any) -> dict[str, Any]:
        """Change the draft as somebody else would, in another tab."""
        seen = self.draft(tree_id)["revision"]
        operation = {"id": str(uuid4()), "seen": seen, "change": change}
        answer = self.caller.post(
            f"/trees/{tree_id}/draft/operations", client="another-tab", operations=[operation]
        )
        assert answer.status_code == 200, answer.text
        return answer.json()


class Editor:
    """One author's page on one draft."""

    def __init__(self, desk: Desk, person: Person, tree_id: str, step: str = "", **options: Any):
        query = f"?step={step}" if step else ""
        self.path = f"/trees/{tree_id}/edit"
        self.page: Page = desk.page(person, f"{self.path}{query}", **options)
        self.is_open()

    def is_open(self) -> None:
        expect(self.page.locator(".inspector")).to_be_visible(timeout=20_000)

    @property
    def state(self) -> Locator:
        return self.page.locator(".save-state")

    def saved(self) -> None:
        expect(self.state).to_have_attribute("data-status", "saved", timeout=SOON_MS)

    def says(self, words: str) -> None:
        expect(self.state).to_contain_text(words, timeout=SOON_MS)

    @property
    def title(self) -> Locator:
        return self.page.locator(".inspector [data-title]")

    @property
    def body(self) -> Locator:
        return self.page.get_by_label("Text", exact=True)

    @property
    def tree(self) -> Locator:
        return self.page.get_by_role("tree")

    def row(self, title: str) -> Locator:
        return self.tree.get_by_role("treeitem").filter(has_text=title).first

    def choose(self, title: str) -> None:
        self.row(title).click()
        expect(self.title).to_have_value(title)

    def undo(self) -> None:
        self.page.keyboard.press("Control+z")
