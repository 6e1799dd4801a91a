"""An account to be thrown away: people of every role with their tokens, cases in every state."""

from dataclasses import dataclass
from itertools import count
from uuid import uuid4

from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Role
from rxapp.access.rules import LoginKind
from rxapp.access.tokens import ACCESS_LIFETIME, sign_access
from rxapp.core.clock import utc_now
from rxapp.core.db import Database
from rxapp.members import invitation_service
from rxapp.own_settings import service as settings_service
from rxapp.settings import settings
from rxapp.sign_in import joining_service
from rxapp.sign_in import service as accounts
from rxapp.trees import service as trees
from rxapp.trees.importer import read_yaml
from tests.support import cases
from tests.support.cast import PASSWORD, TREE, Person, add_person

_ROLES = {
    "owner": Role.OWNER,
    "admin": Role.ADMIN,
    "senior": Role.ENGINEER,
    "technician": Role.VIEWER,
}
PEOPLE = ("owner", "owner", "senior", "technician", "admin", "reader", "nobody")
"""Who may call: mostly whom it is not refused at once. The reader is a token that only reads."""

_numbers = count(1)


@dataclass(frozen=True)
class Party:
    """``tokens`` by the names of ``PEOPLE``; ``real`` by the name of a parameter or a field."""

    tokens: dict[str, str]
    real: dict[str, list[str]]

    def headers(self, who: str) -> dict[str, str]:
        token = self.tokens.get(who)
        return {"Authorization": f"Bearer {token}"} if token else {}


def make_party(database: Database) -> Party:
    """Write a new account. Its people act as members of no other."""
    with database.transaction() as db:
        account_id = accounts.create_account(db, name="Throw away")
        people, tokens = {}, {}
        for name, role in _ROLES.items():
            email = f"{name}-{uuid4().hex[:12]}@example.com"
            person = add_person(db, account_id, name, role, email=email, kind=LoginKind.API)
            people[name] = person
            tokens[name] = sign_access(
                person.actor.login_id, utc_now() + ACCESS_LIFETIME, settings().signing_key
            )
        owner, technician = people["owner"], people["technician"]
        reader = settings_service.make_api_token(db, owner.actor, name="Read", scope="read")
        tokens["reader"] = reader.token
        real = _cases(db, technician, owner)
        real["login_id"] = [str(each.actor.login_id) for each in (owner, technician)]
        real["member_id"] = [str(each.actor.user_id) for each in reversed(people.values())]
        real["reassign_to"] = real["actor_id"] = real["member_id"]
        real["token_id"] = [str(reader.id)]
        real["refresh_token"] = [technician.cookie]
        real["password"] = real["old_password"] = [PASSWORD]
        real["email"] = real["username"] = [technician.email]
        invited = invitation_service.invite(
            db, owner.actor, email=f"new-{next(_numbers)}-{technician.email}", role="viewer"
        )
        real["invitation_id"] = [str(invited.id)]
        real["invitation"] = [joining_service.token_of(invited)]
        real["name"] = ["Throw away"]
    return Party(tokens, real)


def _cases(db: DbSession, technician: Person, owner: Person) -> dict[str, list[str]]:
    """Return ids of sessions and handoffs, one in every state, under the owner's eyes."""
    tree_id = trees.publish(db, owner.actor.account_id, read_yaml(TREE), published_by=None)
    own, colleague = (
        cases.walking(db, each, tree_id, "in progress") for each in (owner, technician)
    )
    waiting = cases.waiting(db, technician, tree_id, "waiting")
    held = cases.held(db, technician, tree_id, "held", by=owner)
    parked = cases.parked(db, owner, tree_id, "parked")
    return {
        "tree_id": [str(tree_id)],
        "session_id": [str(each.id) for each in (own, held, colleague, waiting, parked)],
        "handoff_id": [str(each.handoff) for each in (held, waiting, parked)],
        "option": ["works", "silent"],
    }
