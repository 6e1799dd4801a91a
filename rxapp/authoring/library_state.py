"""What authors do in the library: begin a draft."""

from typing import Any
from uuid import UUID

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.authoring import making_service
from rxapp.core import db as database
from rxapp.core.db import DbSession
from rxapp.gate.forms import form_text
from rxapp.gate.guard import go, guarded, took
from rxapp.trees.cleaning import clean_category, clean_title


class NewTreeState(rx.State):
    """The dialog that begins a draft."""

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def create(self, actor: Actor, form: dict[str, Any]):
        """Begin a draft and open it in the editor."""

        def work(db: DbSession) -> UUID:
            return making_service.make_empty(
                db,
                actor,
                title=clean_title(form_text(form, "title")),
                category=clean_category(form_text(form, "category")),
            ).id

        tree_id = await database.run(work)
        await took(self, form)
        await go(self, f"/trees/{tree_id}/edit")
