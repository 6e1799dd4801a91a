"""What the handlers of trees and their drafts are sent; more on this in :mod:`tests.bench.acts`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import update

from rxapp.account import service as accounts
from rxapp.drafts import service
from rxapp.library import shelf_service, synonyms_service
from rxapp.trees import service as trees
from rxapp.trees.models import Tree
from rxapp.versions import review_service
from rxapp.versions.state import PAGE as VERSIONS_SHOWN
from tests.bench.maker import Act, Maker
from tests.support.drafting import operation
from tests.support.story import small_tree

TREE = "tree_id"
STARTER = "account-locked-out"


def tree(my: Maker, *, versions: int = 1) -> UUID:
    """Publish a tree of its own for an act."""
    title, account_id = f"Tree {uuid4()}", my.me.actor.account_id
    for _ in range(versions):
        made = trees.publish(my.db, account_id, small_tree(title), published_by=None)
    return made


def changed(my: Maker) -> UUID:
    """Publish a tree, and change its draft."""
    made = tree(my)
    change = operation(0, op="set_field", node="only", field="title", value="Changed")
    service.operate(my.db, my.me.actor, made, client="bench", operations=[change])
    return made


def on_page(tree_id: UUID, page: str, **payload: Any) -> Act:
    """Return an act on one of a tree's pages."""
    row = str(tree_id)
    return Act(payload, f"/trees/{row}/{page}", TREE, row)


def want_second_person(my: Maker, *, publishes: bool) -> None:
    actor = my.me.actor
    accounts.change_account(my.db, actor, retention_days=None, second_person_publishes=publishes)


def publishing(my: Maker) -> Act:
    want_second_person(my, publishes=False)
    return on_page(changed(my), "publish", form={"revision": "1", "note": "Better"})


def asking(my: Maker) -> Act:
    want_second_person(my, publishes=True)
    return on_page(changed(my), "publish", form={"note": "Please look"})


def withdrawing(my: Maker) -> Act:
    want_second_person(my, publishes=True)
    made = changed(my)
    review_service.ask_review(my.db, my.me.actor, made)
    return on_page(made, "publish")


def archived(my: Maker) -> Act:
    made = tree(my)
    shelf_service.archive(my.db, my.me.actor, made)
    return my.send(tree_id=str(made))


def undoing(my: Maker) -> Act:
    return replace(on_page(changed(my), "versions"), after=("discard", {"form": {}}))


def improved(my: Maker) -> Act:
    """Publish a tree that came from a starter when that was worse than it is now."""
    made = tree(my)
    older = update(Tree).where(Tree.id == made).values(starter=STARTER, starter_digest="older")
    my.db.execute(older)
    return on_page(made, "starter")


def group_of_synonyms(my: Maker) -> UUID:
    return synonyms_service.add(my.db, my.me.actor, ["till", "cash desk"]).id


def copying(my: Maker) -> Act:
    title = f"Source {uuid4()}"
    trees.publish(my.db, my.me.actor.account_id, small_tree(title), published_by=None)
    return my.form(source=title, title=f"Copy {uuid4()}")


ACTS: dict[str, Callable[[Maker], Act]] = {
    "SynonymsState.add": lambda my: my.form(words="till, cash desk"),
    "SynonymsState.change": lambda my: my.form(group=group_of_synonyms(my), words="bridge, foil"),
    "SynonymsState.remove": lambda my: my.form(group=group_of_synonyms(my)),
    "CatalogState.rename": lambda my: my.form(kind="category", name="Slow", to="Slower"),
    "CatalogState.merge": lambda my: my.form(kind="category", name="Offline", into="Missing"),
    "NewTreeState.create": lambda my: my.form(title=f"New {uuid4()}", category="Devices"),
    "NewTreeState.read_starters": lambda my: my.send(opening="x"),
    "NewTreeState.create_from_starter": lambda my: my.form(
        starter=STARTER, title=f"Starter {uuid4()}"
    ),
    "NewTreeState.read_titles": lambda my: my.send(opening="x"),
    "NewTreeState.create_copy": copying,
    "NewTreeState.copy": lambda my: my.form(tree=tree(my), title=f"Copy {uuid4()}"),
    "ShelfState.archive": lambda my: my.send(tree_id=str(tree(my))),
    "ShelfState.restore": archived,
    "ShelfState.read_usage": lambda my: my.send(opening="x", tree_id=str(tree(my))),
    "ShelfState.delete": lambda my: my.form(tree=tree(my)),
    "ShelfState.read_authors": lambda my: my.send(opening="x"),
    "ShelfState.assign": lambda my: my.form(
        tree=tree(my), owner=my.me.actor.user_id, review="2040-01-01"
    ),
    "EditorState.load": lambda my: on_page(changed(my), "edit"),
    "EditorState.look": lambda my: on_page(changed(my), "edit", client="bench-tab", step="only"),
    "TrialState.load": lambda my: on_page(changed(my), "try"),
    "TrialState.read_again": lambda my: on_page(changed(my), "try"),
    "PublishState.load": lambda my: on_page(changed(my), "publish"),
    "PublishState.read_again": lambda my: on_page(changed(my), "publish"),
    "PublishState.publish": publishing,
    "PublishState.ask_review": asking,
    "PublishState.withdraw_review": withdrawing,
    "StarterState.load": improved,
    "StarterState.take": improved,
    "StarterState.undo": lambda my: replace(improved(my), after=("take", {})),
    "StarterState.skip": improved,
    "VersionsState.load": lambda my: on_page(tree(my), "versions"),
    "VersionsState.more": lambda my: on_page(tree(my, versions=VERSIONS_SHOWN + 1), "versions"),
    "VersionsState.take": lambda my: on_page(
        tree(my, versions=2), "versions", form={"version": "1"}
    ),
    "VersionsState.discard": lambda my: on_page(changed(my), "versions", form={}),
    "VersionsState.undo": undoing,
}
