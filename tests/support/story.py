"""Shorthand for stories: a session in the cast's tree, an escalation, and its notices."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import update

from rxapp.access.actor import Actor, Role
from rxapp.access.models import User
from rxapp.core.db import Database
from rxapp.handoffs import notices
from rxapp.handoffs import queries as handoff_queries
from rxapp.handoffs import service as handoffs
from rxapp.handoffs.views import HandoffProgress, HandoffRow
from rxapp.live import presence
from rxapp.members import service as members
from rxapp.notifications.shown import mark_shown
from rxapp.notifications.views import DeliveryView
from rxapp.sessions import queries as session_queries
from rxapp.sessions import service as sessions
from rxapp.sessions.views import NoteView, SessionRecord
from rxapp.trees import service as trees
from rxapp.trees.importer import ImportedTree, read_yaml
from tests.support.cast import Cast, Person, hire_into
from tests.support.mail import MailServer
from tests.support.words import in_plain_words

YES, NO, WORKS, SILENT = "yes-it-is", "no-it-is-not", "works", "silent"
"""The options of the cast's tree."""

BASE_URL = "https://flow.example.com"


def compose() -> None:
    """Put the features together as the composition root does."""
    from rxapp.wiring import connect_features

    connect_features()
    notices.register(base_url=BASE_URL, mail_domain="flow.example.com")


def small_tree(
    title: str,
    *,
    description: str = "",
    category: str = "",
    tags: tuple[str, ...] = (),
    body: str = "",
    end: str = "Done",
) -> ImportedTree:
    """A tree of one decision and one end, with these words in it."""
    nodes = [
        {
            "key": "only",
            "kind": "decision",
            "title": "Ready",
            "body": body,
            "options": [{"label": "Go", "to": "end"}],
        },
        {"key": "end", "kind": "solution", "ending": "solved", "title": end},
    ]
    head = {"title": title, "description": description, "category": category, "tags": list(tags)}
    return read_yaml(json.dumps({**head, "start": "only", "nodes": nodes}))


@dataclass(frozen=True)
class Story:
    """The cast at work: each method is one thing that somebody does or sees."""

    database: Database
    cast: Cast

    def do(self, verb: Callable[..., Any], *args: Any, **values: Any) -> Any:
        """Call a service's verb in a transaction of its own."""
        with self.database.transaction() as db:
            return verb(db, *args, **values)

    def see(self, query: Callable[..., Any], *args: Any, **values: Any) -> Any:
        with self.database.reading() as db:
            return query(db, *args, **values)

    def start(self, by: Person | None = None, **values: str) -> UUID:
        return self.do(sessions.start, _actor(by, self.cast), self.cast.tree_id, **values)

    def walk(self, session_id: UUID | str, *options: str, by: Person | None = None) -> None:
        """Answer step after step from where the session stands."""
        actor = _actor(by, self.cast)
        for option in options:
            seq = self.see(session_queries.record, actor, _id(session_id)).seq
            self.do(sessions.answer, actor, _id(session_id), option_key=option, seq=seq)

    def case(self, session_id: UUID | str, by: Person | None = None) -> SessionRecord:
        return self.see(session_queries.record, _actor(by, self.cast), _id(session_id))

    def escalate(
        self,
        session_id: UUID | str | None = None,
        *,
        by: Person | None = None,
        reason: str = "It stays silent",
        priority: str = "normal",
    ) -> HandoffRow:
        return self._hand_off(session_id, by, intent="escalate", reason=reason, priority=priority)

    def park(self, session_id: UUID | str | None = None, *, by: Person | None = None) -> HandoffRow:
        return self._hand_off(session_id, by, intent="park", reason="")

    def _hand_off(
        self, session_id: UUID | str | None, by: Person | None, **values: str
    ) -> HandoffRow:
        actor = _actor(by, self.cast)
        given_up = session_id or self.start(by, ticket_number="T-1")
        return self.do(handoffs.hand_off, actor, _id(given_up), **values)

    def claim(self, handoff: HandoffRow, by: Person | None = None) -> HandoffRow:
        return self.do(handoffs.claim, _actor(by or self.cast.senior, self.cast), handoff.id)

    def claimed(self, by: Person | None = None, **values: str) -> HandoffRow:
        """An escalation of the technician that ``by`` holds, the senior if nobody is named."""
        return self.claim(self.escalate(**values), by)

    def progress(self, handoff: HandoffRow) -> HandoffProgress:
        """The handoff as whoever gave the session up sees it."""
        found = self.see(handoff_queries.progress_snapshot, handoff.session_id)
        assert found is not None
        return found

    def deliveries(self, handoff: HandoffRow) -> list[DeliveryView]:
        return self.progress(handoff).deliveries

    def told(self, handoff: HandoffRow) -> dict[str, tuple[str, str]]:
        """Who was told, over which channel, and with what status; the newest of each."""
        return {
            each.recipient.name: (each.channel, each.status) for each in self.deliveries(handoff)
        }

    def comes_online(self, *people: Person) -> None:
        for person in people:
            self.do(presence.arrive, uuid4(), person.actor.user_id)

    def shows(self, handoff: HandoffRow, *people: Person) -> None:
        """Make the people's browsers confirm that they show the escalation."""
        ids = {person.actor.user_id for person in people}
        on_screen = [
            each.id
            for each in self.deliveries(handoff)
            if each.channel == "screen" and each.recipient.id in ids
        ]
        self.do(mark_shown, on_screen)

    def deactivate(self, person: Person) -> None:
        self.do(members.deactivate, self.cast.owner.actor, person.actor.user_id)

    def reactivate(self, person: Person) -> None:
        self.do(members.reactivate, self.cast.owner.actor, person.actor.user_id)

    def remove(self, person: Person) -> None:
        self.do(members.remove, self.cast.owner.actor, person.actor.user_id)

    def hire(self, account_of: Person, role: Role) -> Person:
        """Return a fresh colleague of somebody's."""
        return self.do(hire_into, account_of.actor.account_id, role)

    def change(self, person: Person, **values: Any) -> None:
        """Change columns of a member directly, for what no service does."""
        query = update(User).where(User.id == person.actor.user_id).values(**values)
        with self.database.transaction() as db:
            db.execute(query)

    def publish(self, tree: ImportedTree, account_of: Person | None = None) -> UUID:
        actor = _actor(account_of, self.cast)
        return self.do(trees.publish, actor.account_id, tree, published_by=None)


def _id(session_id: UUID | str) -> UUID:
    """Return a session's id, which pages have as the text of their address."""
    return UUID(str(session_id))


def _actor(person: Person | None, cast: Cast) -> Actor:
    return (person or cast.technician).actor


def said(notes: list[NoteView]) -> list[tuple[str, str]]:
    """Return who wrote what."""
    return [(note.user, note.text) for note in notes]


class BusyMailServer(MailServer):
    """Takes the whole message before it says that it cannot, ``busy`` times."""

    busy: int = 0

    def __init__(self, busy: int) -> None:
        super().__init__()
        self.busy = busy
        self.turned_away: list[EmailMessage] = []

    async def handle_DATA(self, server, session, envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if self.busy:
            self.busy -= 1
            self.turned_away.append(self.taken.pop())
            return "451 4.3.0 try again later"
        return answer


async def every_page(client: Any, path: str, **parameters: Any) -> list[dict]:
    """Follow ``next_cursor`` to the end and return every item."""
    items: list[dict] = []
    for _ in range(100):
        answer = await client.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert page.keys() >= {"items", "next_cursor"}
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        parameters["cursor"] = page["next_cursor"]
    raise AssertionError("the pages never end")


def refused(answer: Any, status: int) -> dict:
    """Return the problem that the API answered with."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"].strip()
    assert in_plain_words(problem["detail"]), problem["detail"]
    with suppress(KeyError):
        assert "Traceback" not in problem["detail"]
    return problem
