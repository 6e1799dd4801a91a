"""The runner in the browser: one session, step by step."""

from datetime import datetime
from typing import Any
from uuid import UUID

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.caller import Caller
from rxapp.access.policy import Permission
from rxapp.core import db as database
from rxapp.core.errors import Conflict, DomainError, Invalid, NotFound
from rxapp.core.ids import parse_id
from rxapp.gate.forms import form_text
from rxapp.gate.guard import LIVE, guarded, tell, took
from rxapp.live.hub import hub
from rxapp.live.topics import Topic
from rxapp.reflex_seam.router_data import page_id, route_id, tab_token
from rxapp.sessions import hold_service, queries, service, text_queries
from rxapp.sessions.export_service import export_note
from rxapp.sessions.rules import CRUMBS_SHOWN, Outcome, SessionStatus
from rxapp.sessions.text_queries import DETAILS
from rxapp.sessions.topics import SESSION, TEXTS
from rxapp.sessions.views import Answered, Crumb, NodeView, NoteView, RunnerView, SessionTexts


class RunnerState(rx.State):
    """One session on screen. Everything here can be rebuilt from the address and the database.

    ``session_id`` is the id whose data this is, spelled as in the address and set together with the
    data: the page only shows it under its own address. Every event sends it back as ``page``.
    """

    missing: bool = False
    session_id: str = ""
    status: SessionStatus | None = None
    tree_id: UUID | None = None
    tree_title: str = ""
    version: int = 0
    seq: int = 0
    node: NodeView | None = None
    crumbs: list[Crumb] = []
    crumbs_before: int = 0
    ticket_number: str = ""
    client_name: str = ""
    scratchpad: str = ""
    note: str = ""
    worked_before: int = 0
    turn_began_at: datetime | None = None
    ticket_number_revision: int = 0
    client_name_revision: int = 0
    scratchpad_revision: int = 0
    note_revision: int = 0
    other_notes: list[NoteView] = []
    started_by: str = ""
    holder: str = ""
    held_until: datetime | None = None
    completed_at: datetime | None = None
    outcome: Outcome | None = None
    may_move: bool = False
    is_holder: bool = False
    user_id: UUID | None = None
    note_opening: str = ""
    export_format: str = "markdown"
    export_text: str = ""
    _path: tuple[Crumb, ...] = ()

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def load(self, actor: Actor):
        """Read the session that the address names, and watch it."""
        session_id = route_id(self, "session_id")
        if session_id != self.session_id:
            self.reset()
        self.user_id = actor.user_id
        token = tab_token(self)
        hub.unwatch(token, SESSION)
        hub.unwatch(token, TEXTS)
        try:
            row_id = parse_id(session_id, "session")
            await database.read(queries.load, actor, row_id)  # may they watch it at all?
            await hub.watch(token, actor, SESSION.of(row_id))
            await hub.watch(token, actor, TEXTS.of(row_id))
            await self._reload(actor, session_id, row_id)
        except NotFound:
            self.session_id, self.missing = session_id, True

    async def _reload(self, actor: Actor, page: str, session_id: UUID) -> None:
        self._show(await database.read(queries.runner, actor, session_id), page)

    @rx.event
    @guarded(LIVE)
    async def refresh(self):
        """Show what somebody else has changed; typed text is left alone."""
        token = tab_token(self)
        if hub.refused(token, SESSION):
            self._hide()
        reading = hub.reading(token, read_runner)
        if reading is None:
            return
        topic, view = reading
        if view is None or str(topic.row_id) != self.session_id:
            return
        if view.head.seq >= self.seq:  # an older reading may arrive after a step of this tab
            self._show(view, self.session_id)

    def _hide(self) -> None:
        """Show that there is nothing: they may no longer see the session."""
        if session_id := self.session_id:
            self.reset()
            self.session_id, self.missing = session_id, True

    def _show(self, view: RunnerView, session_id: str) -> None:
        head = view.head
        self.session_id = session_id
        self.missing = False
        self.status = head.status
        self.tree_id = head.tree_id
        self.tree_title = head.tree_title
        self.version = head.version
        self.seq = head.seq
        self.node = view.node
        self.worked_before = head.worked_before
        self.turn_began_at = head.turn_began_at
        self.started_by = head.started_by
        self.holder = head.holder
        self.held_until = head.held_until
        self.completed_at = head.completed_at
        self.outcome = head.outcome
        self.is_holder = head.holder_id == self.user_id
        self.may_move = self.is_holder and head.status == SessionStatus.ACTIVE
        self._show_path(tuple(view.crumbs))
        self._show_texts(view.texts)

    @rx.event
    @guarded(LIVE)
    async def refresh_texts(self):
        """Show the saved texts; a field that is being typed in keeps its text."""
        reading = hub.reading(tab_token(self), read_texts)
        if reading and reading[1] and str(reading[0].row_id) == self.session_id:
            self._show_texts(reading[1])

    def _show_texts(self, texts: SessionTexts) -> None:
        for name in DETAILS:
            self._change(name, getattr(texts, name))
            self._change(f"{name}_revision", getattr(texts.revisions, name))
        if texts.seq == self.seq:
            own = next((note for note in texts.notes if note.user_id == self.user_id), None)
            self._change("note", own.text if own else "")
            self._change("note_revision", own.revision if own else 0)
            self._change(
                "other_notes", [note for note in texts.notes if note is not own and note.text]
            )

    def _change(self, name: str, value: Any) -> None:
        """Set only what changed, because every value that is set is sent again."""
        if self.get_value(name) != value:
            setattr(self, name, value)

    def _show_path(self, path: tuple[Crumb, ...]) -> None:
        self._path = path
        self.crumbs = list(path[-CRUMBS_SHOWN:])
        self._change("crumbs_before", max(0, len(path) - CRUMBS_SHOWN))

    @rx.event
    @guarded(Permission.RUN_SESSIONS, as_caller=True)
    async def choose(self, caller: Caller, page: str, option_key: str, seq: int):
        """Answer the step and show the next node, once the answer is committed."""
        await self._answer(caller, page, option_key, seq)

    @rx.event
    @guarded(Permission.RUN_SESSIONS, as_caller=True)
    async def send_kept(self, caller: Caller, session_id: UUID, option_key: str, seq: int):
        """Answer the step that a kept answer was for, whatever page is open now."""
        if str(session_id) == (page := page_id(self)).lower():
            await self._answer(caller, page, option_key, seq)
            return
        await caller.run(service.answer, session_id, option_key=option_key, seq=seq)
        await tell(self, "Back online. Your answer in the other session was sent.")

    async def _answer(self, caller: Caller, page: str, option_key: str, seq: int) -> None:
        def answer(db: database.DbSession, actor: Actor) -> Answered:
            # Parsed here: whether they are signed in is checked before what they ask for.
            session_id = parse_id(page, "session")
            return service.answer(db, actor, session_id, option_key=option_key, seq=seq)

        def runner(db: database.DbSession, actor: Actor) -> RunnerView:
            return queries.runner(db, actor, parse_id(page, "session"))

        try:
            answered = await caller.run(answer)
        except (Conflict, Invalid) as refusal:
            self._show(await caller.read(runner), page)
            await tell(self, refusal.message, "error")
            return
        if answered.repeated or page != self.session_id or seq != self.seq:
            self._show(await caller.read(runner), page)
            return
        self.seq = answered.seq
        self.node = answered.node
        empty = {"note": "", "note_revision": 0, "other_notes": []}
        for name, value in {**empty, "held_until": answered.held_until}.items():
            self._change(name, value)
        self._show_path((*self._path, answered.crumb))

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def back(self, actor: Actor, page: str, seq: int):
        """Go back to the previous step."""
        session_id = parse_id(page, "session")
        try:
            await database.run(service.back, actor, session_id, seq=seq)
        except (Conflict, Invalid) as refusal:
            await tell(self, refusal.message, "error")
        await self._reload(actor, page, session_id)

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def complete(self, actor: Actor, page: str, form: dict[str, Any]):
        """Complete the session with the values of the form."""
        session_id = parse_id(page, "session")
        await database.run(
            hold_service.complete,
            actor,
            session_id,
            outcome=form_text(form, "outcome"),
            outcome_notes=form_text(form, "outcome_notes"),
            next_steps=form_text(form, "next_steps"),
        )
        await took(self, form)
        await self._reload(actor, page, session_id)

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def read_note(self, actor: Actor, page: str, opening: str, format_name: str):
        """Read the ticket note in a format, for this opening of its dialog."""
        session_id = parse_id(page, "session")
        note = await database.run(export_note, actor, session_id, format_name=format_name)
        self.export_text, self.export_format = note.text, format_name
        self.note_opening = opening

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def download(self, actor: Actor, page: str):
        """Send the ticket note to the browser as a file."""
        session_id = parse_id(page, "session")
        note = await database.run(export_note, actor, session_id, format_name=self.export_format)
        return rx.download(data=note.text, filename=note.filename)


def may_watch_session(db: database.DbSession, actor: Actor, topic: Topic) -> bool:
    """Return whether the actor may currently see the session of the topic."""
    try:
        queries.load(db, actor, topic.row_id)
    except DomainError:
        return False
    return True


def read_runner(db: database.DbSession, topic: Topic) -> RunnerView | None:
    """Read a session's topic for the tabs that watch it."""
    return queries.runner_snapshot(db, topic.row_id)


def read_texts(db: database.DbSession, topic: Topic) -> SessionTexts | None:
    """Read the texts of a session for the tabs that watch it."""
    return text_queries.texts_snapshot(db, topic.row_id)
