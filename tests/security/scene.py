"""Something to steal: an account's cases, with words that must not appear elsewhere."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from rxapp.access.models import User
from rxapp.access.rules import LoginKind
from rxapp.core.db import Database
from rxapp.handoffs.models import Handoff, HandoffEvent
from rxapp.library import synonyms_service
from rxapp.members import invitation_service
from rxapp.own_settings import service as settings_service
from rxapp.sessions.models import GuidedSession, SessionStep, SessionTurn
from rxapp.sign_in import login_service
from rxapp.trees import service as trees
from rxapp.trees.importer import read_yaml
from tests.support import cases
from tests.support.cast import TREE, Cast, Person
from tests.support.many_rows import dead_email

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
    synonyms_id: str

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


def make_scene(database: Database, cast: Cast) -> Scene:
    colleague = cast.second_technician
    words = f"{INSIDE} {COLLEAGUE}"
    with database.transaction() as db:
        account_id = cast.technician.actor.account_id
        tree_id = trees.publish(db, account_id, read_yaml(INSIDE_TREE), published_by=None)

        walking = cases.walking(db, colleague, tree_id, words)
        waiting = cases.waiting(db, colleague, tree_id, words)
        held = cases.held(db, colleague, tree_id, words, by=cast.second_senior)
        completed = cases.completed(db, colleague, tree_id, words)
        parked = cases.parked(db, colleague, tree_id, f"{words} {PARKED}")
        own = {
            name: str(cases.walking(db, cast.person(name), trees_of(cast, name), f"of {name}").id)
            for name in ("technician", "senior", "admin", "owner", "outsider", "outside_technician")
        }
        spare = INSIDE_TREE.replace("title: No sound", "title: Spare")
        spare_tree_id = trees.publish(db, account_id, read_yaml(spare), published_by=None)
        token = settings_service.make_api_token(
            db, colleague.actor, name=f"Token {words}", scope="read"
        )
        address = f"{INSIDE.lower()}@example.com"
        invitation = invitation_service.invite(db, cast.admin.actor, email=address, role="viewer")
        synonyms = synonyms_service.add(db, cast.senior.actor, [INSIDE, "indoors"])
        email_id = dead_email(db, colleague.actor, address=address)
    return Scene(
        spare_tree_id=str(spare_tree_id),
        member_id=str(colleague.actor.user_id),
        login_id=str(colleague.actor.login_id),
        token_id=str(token.id),
        invitation_id=str(invitation.id),
        email_id=str(email_id),
        synonyms_id=str(synonyms.id),
        tree_id=str(tree_id),
        walking_id=str(walking.id),
        waiting_id=str(waiting.id),
        held_id=str(held.id),
        parked_id=str(parked.id),
        completed_id=str(completed.id),
        waiting=str(waiting.handoff),
        held=str(held.handoff),
        parked=str(parked.handoff),
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
