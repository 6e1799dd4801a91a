# mypy: ignore-errors
"""What authors can do with each tree in the library."""

import reflex as rx

from rxapp.library.new_tree_components import new_tree_dialogs
from rxapp.library.state import NewTreeState, ShelfState
from rxapp.trees.rules import TITLE_LIMIT, TreeStatus
from rxapp.trees.state import LibraryState
from rxapp.trees.views import TreeCard
from rxapp.web.dialogs import dialog_foot, dialog_form, opens
from rxapp.web.fields import select_field, text_field
from rxapp.web.parts import loading, menu_item
from rxapp.web.widgets import Answered, Given, Menu, Modal

DRAFT, PUBLISHED = TreeStatus.DRAFT.value, TreeStatus.PUBLISHED.value
ARCHIVED, DELETED = TreeStatus.ARCHIVED.value, TreeStatus.DELETED.value


def tree_menu(tree: rx.Var[TreeCard]) -> rx.Component:
    """Return the menu of a tree; a deleted one can only be restored."""
    in_use = (tree.status == DRAFT) | (tree.status == PUBLISHED)
    copy = opens("copy-tree", tree=tree.id, title=f"Copy of {tree.title}")
    owner = opens(
        "tree-owner", tree=tree.id, name=tree.title, owner=tree.owner_id, review=tree.review_on
    )
    return Menu.create(
        rx.cond(in_use, menu_item("Edit", to=f"/trees/{tree.id}/edit")),
        rx.cond(
            in_use & tree.has_update, menu_item("See the update", to=f"/trees/{tree.id}/starter")
        ),
        rx.cond(
            tree.status != DELETED,
            rx.fragment(
                menu_item("Versions", to=f"/trees/{tree.id}/versions"),
                menu_item("Make a copy", custom_attrs=copy),
                menu_item("Owner and review date", custom_attrs=owner),
            ),
        ),
        rx.cond(
            in_use,
            menu_item("Archive", on_click=ShelfState.archive(tree.id)),
            menu_item("Restore", on_click=ShelfState.restore(tree.id)),
        ),
        rx.cond(
            LibraryState.may_delete & (tree.status != DELETED),
            menu_item(
                "Delete",
                kind="menu-danger",
                custom_attrs=opens("delete-tree", tree=tree.id, name=tree.title),
            ),
        ),
        label=f"Actions for {tree.title}",
    )


def dialogs() -> rx.Component:
    """Return every dialog that the buttons and menus open."""
    return rx.fragment(*new_tree_dialogs(), _copy_dialog(), _owner_dialog(), _delete_dialog())


def _which() -> rx.Component:
    return rx.el.p(Given.create(name="name"), class_name="row-title wrap-any")


def _copy_dialog() -> rx.Component:
    return Modal.create(
        dialog_form(
            text_field("Title", "title", required=True, limit=TITLE_LIMIT, auto_complete="off"),
            dialog_foot("Make a copy"),
            on_submit=NewTreeState.copy,
            sends=("tree",),
        ),
        name="copy-tree",
        title="Make a copy",
    )


def _owner_dialog() -> rx.Component:
    authors = rx.fragment(
        rx.el.option("Nobody", value=""),
        rx.foreach(ShelfState.authors, lambda each: rx.el.option(each.name, value=each.id.to(str))),
    )
    form = dialog_form(
        _which(),
        select_field("Owner", "owner", authors, hint="Who answers for this tree."),
        text_field(
            "Review date",
            "review",
            type="date",
            optional=True,
            hint="From this day on, the tree is listed under Due for review.",
        ),
        dialog_foot("Save"),
        on_submit=ShelfState.assign,
        sends=("tree",),
    )
    return Modal.create(
        Answered.create(loading(3), form),
        name="tree-owner",
        title="Owner and review date",
        answered=ShelfState.authors_opening,
        on_open=lambda opening, _: ShelfState.read_authors(opening),
    )


def _delete_dialog() -> rx.Component:
    ran = ShelfState.sessions
    still = ShelfState.open_sessions
    impact = rx.el.ul(
        rx.el.li(
            rx.match(
                ran,
                (0, "No session ran this tree."),
                (1, "1 session ran this tree. It stays readable."),
                f"{ran} sessions ran this tree. They stay readable.",
            )
        ),
        rx.cond(
            ran > 0,
            rx.el.li(
                rx.match(
                    still,
                    (0, "None of them is open."),
                    (1, "1 of them is open. It can still be finished."),
                    f"{still} of them are open. They can still be finished.",
                )
            ),
        ),
        rx.el.li("Nobody can start this tree any more. An admin can restore it."),
        class_name="stack-tight",
    )
    return Modal.create(
        dialog_form(
            _which(),
            Answered.create(loading(2), impact),
            Answered.create(
                dialog_foot("Delete", kind="btn-danger", disabled=True),
                dialog_foot("Delete", kind="btn-danger"),
            ),
            on_submit=ShelfState.delete,
            sends=("tree",),
        ),
        name="delete-tree",
        title="Delete a tree",
        answered=ShelfState.usage_opening,
        on_open=lambda opening, given: ShelfState.read_usage(opening, given["tree"]),
    )
