"""Something to steal: an account's cases, with words that must not appear elsewhere."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.models import User
from rxapp.access.rules import LoginKind
from rxapp.core.db import Database
from rxapp.handoffs import service as handoffs
from rxapp.handoffs.models import Handoff, HandoffEvent
from rxapp.members import invitation_service
from rxapp.notifications.models import Delivery, OutboxEvent
from rxapp.own_settings import service as settings_service
from rxapp.sessions import hold_service as holds
from rxapp.sessions import service as sessions
from rxapp.sessions import text_service
from rxapp.sessions.models import GuidedSession, SessionStep, SessionTurn
from rxapp.sign_in import login_service
from rxapp.trees import service as trees
from rxapp.trees.importer import read_yaml
from tests.support.cast import PASSWORD, TREE, Cast, Person
from tests.support.server import Server

INSIDE = "INSIDE-ONLY"
"""In every text of the inside account: no outsider may ever receive it."""
COLLEAGUE = "COLLEAGUE-ONLY"
"""In the cases of the second technician: another technician may never receive it."""
PARKED = "PARKED-ONLY"
"""In the second technician's parked case: nobody else may ever receive it."""

INSIDE_TREE = TREE.replace("No sound", f"No sound {INSIDE}").replace("[audio", f"[{INSIDE}, audio")


@dataclass(frozen=True)
class Scene:
    """Ids of the inside account's cases, and a case of every attacker's own."""

    tree_id: str
    walking_id: str  # the second technician's, in progress
    waiting_id: str  # the second technician's, escalated
    held_id: str  # the second technician's, claimed by the second senior
    parked_id: str  # the second technician's, parked
    completed_id: str  # the second technician's
    waiting: str  # the handoffs of the three above
    held: str
    parked: str
    own: dict[str, str]  # a case in progress of everybody
    spare_tree_id: str  # a tree that nobody works with
    member_id: str  # the second technician, with a sign-in and an API token
    login_id: str
    token_id: str
    invitation_id: str
    email_id: str  # to the second technician, given up

    @property
    def session_ids(self) -> list[str]:
        return [
            self.walking_id,
            self.waiting_id,
            self.held_id,
            self.parked_id,
            self.completed_id,
        ]

    @property
    def handoff_ids(self) -> list[str]:
        return [self.waiting, self.held, self.parked]


def walk(db: DbSession, person: Person, tree_id: UUID, words: str) -> UUID:
    """Start a case as the person, fill every text with ``words``, answer a step; return its id."""
    actor = person.actor
    session_id = sessions.start(
        db, actor, tree_id, ticket_number=f"T {words}", client_name=f"C {words}"
    )
    sessions.answer(db, actor, session_id, option_key="yes-it-is", seq=1, note=f"Note {words}")
    text_service.update_details(
        db, actor, session_id, scratchpad=f"Pad {words}", note=f"Draft {words}"
    )
    return session_id


def make_scene(database: Database, cast: Cast) -> Scene:
    colleague = cast.second_technician
    words = f"{INSIDE} {COLLEAGUE}"
    with database.transaction() as db:
        account_id = cast.technician.actor.account_id
        tree_id = trees.publish(db, account_id, read_yaml(INSIDE_TREE), published_by=None)

        def escalate(session_id: UUID) -> UUID:
            return handoffs.hand_off(
                db, colleague.actor, session_id, intent="escalate", reason=f"Reason {words}"
            ).id

        walking_id, waiting_id, held_id, completed_id = (
            walk(db, colleague, tree_id, words) for _ in range(4)
        )
        parked_id = walk(db, colleague, tree_id, f"{words} {PARKED}")
        waiting, held = escalate(waiting_id), escalate(held_id)
        handoffs.claim(db, cast.second_senior.actor, held)
        parked = handoffs.hand_off(
            db, colleague.actor, parked_id, intent="park", reason=f"Aside {words} {PARKED}"
        ).id
        holds.complete(
            db,
            colleague.actor,
            completed_id,
            outcome="resolved",
            outcome_notes=f"End {words}",
            next_steps=f"Next {words}",
        )
        own = {
            name: str(walk(db, cast.person(name), trees_of(cast, name), f"of {name}"))
            for name in ("technician", "senior", "admin", "owner", "outsider", "outside_technician")
        }
        spare = INSIDE_TREE.replace("title: No sound", "title: Spare")
        spare_tree_id = trees.publish(db, account_id, read_yaml(spare), published_by=None)
        token = settings_service.make_api_token(
            db, colleague.actor, name=f"Token {words}", scope="read"
        )
        address = f"{INSIDE.lower()}@example.com"
        invitation = invitation_service.invite(db, cast.admin.actor, email=address, role="viewer")
        event = db.query(OutboxEvent).filter_by(subject_id=invitation.id).one()
        mail = Delivery(
            account_id=account_id,
            event_id=event.id,
            subject_id=invitation.id,
            recipient_id=colleague.actor.user_id,
            channel="email",
            status="dead",
            address=address,
            next_attempt_at=None,
        )
        db.add(mail)
        db.flush()
    return Scene(
        spare_tree_id=str(spare_tree_id),
        member_id=str(colleague.actor.user_id),
        login_id=str(colleague.actor.login_id),
        token_id=str(token.id),
        invitation_id=str(invitation.id),
        email_id=str(mail.id),
        tree_id=str(tree_id),
        walking_id=str(walking_id),
        waiting_id=str(waiting_id),
        held_id=str(held_id),
        parked_id=str(parked_id),
        completed_id=str(completed_id),
        waiting=str(waiting),
        held=str(held),
        parked=str(parked),
        own=own,
    )


def trees_of(cast: Cast, name: str) -> UUID:
    return cast.outside_tree_id if name.startswith("outside") else cast.tree_id


class Rows:
    """Direct access to the server's database, to read and change it without the server."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)

    def close(self) -> None:
        self._database.close()

    def transaction(self):
        return self._database.transaction()

    def new_login(self, person: Person) -> str:
        """Sign the person in once more and return the cookie's value."""
        with self.transaction() as db:
            return login_service.start_login(db, person.actor.user_id, LoginKind.BROWSER).secret

    def change_user(self, person: Person, **values: Any) -> None:
        with self.transaction() as db:
            user = db.get(User, person.actor.user_id)
            for name, value in values.items():
                setattr(user, name, value)

    def of(self, scene: Scene) -> dict[str, list[dict[str, Any]]]:
        """Return every row of the scene's cases, to compare before and after."""
        session_ids = [UUID(each) for each in scene.session_ids]
        handoff_ids = [UUID(each) for each in scene.handoff_ids]
        wanted = (
            (GuidedSession, GuidedSession.id.in_(session_ids)),
            (SessionTurn, SessionTurn.session_id.in_(session_ids)),
            (SessionStep, SessionStep.session_id.in_(session_ids)),
            (Handoff, Handoff.session_id.in_(session_ids)),
            (HandoffEvent, HandoffEvent.handoff_id.in_(handoff_ids)),
        )
        with self._database.reading() as db:
            return {
                table.__tablename__: [
                    row.model_dump()
                    for row in db.execute(select(table).where(rows).order_by(table.id)).scalars()
                ]
                for table, rows in wanted
            }


class Log:
    """What a server has logged since this was created."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._start = file.stat().st_size

    @property
    def text(self) -> str:
        with self._file.open("rb") as log:
            log.seek(self._start)
            return log.read().decode(errors="replace")

    def assert_no_traceback(self) -> None:
        text = self.text
        errors = {line[:200] for line in text.splitlines() if _ERROR.match(line)}
        place = text.find("Traceback")
        assert place < 0, "\n".join(sorted(errors)) + "\nThe first:\n" + text[place:][:6000]


_ERROR = re.compile(r"([A-Za-z_]+\.)*[A-Za-z]+(Error|Exception|Refused)\b")


@contextmanager
def api_client(server: Server, person: Person | None = None) -> Iterator[httpx.Client]:
    """A client of the server's API, signed in as the person."""
    with httpx.Client(base_url=f"{server.base}/api/v1", timeout=30) as client:
        if person is not None:
            answer = client.post(
                "/auth/login/json", json={"email": person.email, "password": PASSWORD}
            )
            assert answer.status_code == 200, answer.text
            client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


def escalate_over_api(server: Server, person: Person, tree_id: str, words: str) -> str:
    """Walk and escalate a case through the server, so that its live updates go out."""
    with api_client(server, person) as api:
        started = api.post("/sessions", json={"tree_id": tree_id, "ticket_number": words})
        assert started.status_code == 201, started.text
        body = {"intent": "escalate", "reason": words}
        done = api.post(f"/sessions/{started.json()['id']}/handoff", json=body)
        assert done.status_code == 201, done.text
        return done.json()["id"]
