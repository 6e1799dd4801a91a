"""Makes what an act needs: rows through the services, in the name of a fresh owner."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pyotp

from rxapp.access.actor import Role
from rxapp.access.rules import LoginKind
from rxapp.core.db import DbSession
from rxapp.handoffs.inbox_queries import PAGE_ROWS, encode_cursor
from rxapp.members import invitation_service
from rxapp.members import service as members
from rxapp.own_settings import service as settings_service
from rxapp.sign_in import login_service, second_factor_service
from tests.support import cases
from tests.support.cases import Case
from tests.support.cast import PASSWORD, Cast, Person, hire_into
from tests.support.many_rows import dead_email, fill_queue

SESSION, ESCALATION = "session_id", "handoff_id"


@dataclass(frozen=True)
class Act:
    """What is sent, and the page that it is sent from; ``argument`` names the id in its address.

    ``after`` is another act of the same state that has to be done there before.
    """

    payload: dict[str, Any] = field(default_factory=dict)
    path: str = ""
    argument: str = ""
    row: str = ""
    after: tuple[str, dict[str, Any]] | None = None


class Maker:
    """Makes rows for one act, through the services; ``me`` is who acts."""

    def __init__(self, db: DbSession, cast: Cast) -> None:
        self.db, self._cast = db, cast
        self.me = hire_into(db, cast.owner.actor.account_id, Role.OWNER)

    @property
    def tree_id(self) -> UUID:
        return self._cast.tree_id

    def nothing(self) -> Act:
        return Act()

    def send(self, **payload: Any) -> Act:
        return Act(payload)

    def form(self, **fields: Any) -> Act:
        return Act({"form": {name: str(value) for name, value in fields.items()}})

    def walking(self) -> Case:
        return cases.walking(self.db, self.me, self._cast.tree_id, "act")

    def held(self) -> Case:
        technician, tree_id = self._cast.technician, self._cast.tree_id
        return cases.held(self.db, technician, tree_id, "act", by=self.me)

    def waiting(self, of: Person | None = None) -> Case:
        return cases.waiting(self.db, of or self.me, self._cast.tree_id, "act")

    def session(self, case: Case | None = None, **payload: Any) -> Act:
        """Return an act on the page of a session, one's own and in progress if none is given."""
        row = str((case or self.walking()).id)
        return Act(payload, f"/sessions/{row}", SESSION, row)

    def escalation(self) -> Act:
        row = str(self.held().handoff)
        return Act({}, f"/escalations/{row}", ESCALATION, row)

    def withdrawal(self) -> Act:
        case = self.waiting()
        return self.session(case, handoff_id=str(case.handoff))

    def return_of_claim(self) -> Act:
        case = self.held()
        return self.session(case, handoff_id=str(case.handoff), form={"reason": "Not my field"})

    def claim(self) -> Act:
        return self.send(handoff_id=str(self.waiting(self._cast.technician).handoff))

    def kept_answer(self) -> Act:
        return self.send(session_id=str(self.walking().id), option_key="works", seq=2)

    def next_of_inbox(self) -> Act:
        first, *_ = fill_queue(self.db, self._cast, PAGE_ROWS + 1)
        return self.send(section="waiting", after=encode_cursor("0", str(first)))

    def member(self) -> UUID:
        """Return a technician with a session in progress."""
        person = hire_into(self.db, self.me.actor.account_id, Role.VIEWER)
        cases.walking(self.db, person, self._cast.tree_id, "act")
        return person.actor.user_id

    def deactivated(self) -> Act:
        member_id = self.member()
        members.deactivate(self.db, self.me.actor, member_id)
        return self.send(member_id=str(member_id))

    def invitation(self) -> Act:
        address = f"invited.by.{self.me.email}"
        made = invitation_service.invite(self.db, self.me.actor, email=address, role="viewer")
        return self.send(invitation_id=str(made.id))

    def other_login(self) -> Act:
        grant = login_service.start_login(self.db, self.me.actor.user_id, LoginKind.BROWSER)
        return self.send(login_id=str(grant.login_id))

    def token(self) -> Act:
        made = settings_service.make_api_token(self.db, self.me.actor, name="t", scope="read")
        return self.send(token_id=str(made.id))

    def dead_email(self) -> Act:
        return self.send(email_id=str(dead_email(self.db, self.me.actor)))

    def code(self) -> str:
        """Return the code of a second factor that is set up."""
        made = second_factor_service.set_up(self.db, self.me.actor)
        return pyotp.TOTP(made.secret).now()

    def with_second_factor(self) -> Act:
        second_factor_service.turn_on(self.db, self.me.actor, code=self.code())
        return self.form(password=PASSWORD)
