"""An account to be thrown away: people of every role with their tokens, cases in every state."""

from dataclasses import dataclass
from itertools import count
from uuid import UUID, uuid4

from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor, Role
from rxapp.access.rules import LoginKind
from rxapp.access.tokens import ACCESS_LIFETIME, sign_access
from rxapp.core.clock import utc_now
from rxapp.core.db import Database
from rxapp.handoffs import service as handoffs
from rxapp.members import invitation_service
from rxapp.own_settings import service as settings_service
from rxapp.sessions import service as sessions
from rxapp.settings import settings
from rxapp.sign_in import joining_service, login_service
from rxapp.sign_in import service as accounts
from rxapp.trees import service as trees
from rxapp.trees.importer import read_yaml
from tests.support.cast import _CHEAP_HASH, PASSWORD, TREE

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
        actors, tokens, refresh = {}, {}, ""
        for name, role in _ROLES.items():
            email = f"{name}-{uuid4().hex[:12]}@example.com"
            user_id = accounts.add_user(
                db, account_id, email=email, name=name, password_hash=_CHEAP_HASH, role=role
            ).id
            grant = login_service.start_login(db, user_id, LoginKind.API)
            actors[name] = Actor(account_id, user_id, role, name, grant.login_id)
            tokens[name] = sign_access(
                grant.login_id, utc_now() + ACCESS_LIFETIME, settings().signing_key
            )
            refresh = grant.secret
        reader = settings_service.make_api_token(db, actors["owner"], name="Read", scope="read")
        tokens["reader"] = reader.token
        real = _cases(db, actors)
        real["login_id"] = [str(actors["owner"].login_id), str(actors["technician"].login_id)]
        real["member_id"] = [str(each.user_id) for each in reversed(actors.values())]
        real["reassign_to"] = real["actor_id"] = real["member_id"]
        real["token_id"] = [str(reader.id)]
        real["refresh_token"] = [refresh]
        real["password"] = real["old_password"] = [PASSWORD]
        real["email"] = real["username"] = [email]
        invited = invitation_service.invite(
            db, actors["owner"], email=f"new-{next(_numbers)}-{email}", role="viewer"
        )
        real["invitation_id"] = [str(invited.id)]
        real["invitation"] = [joining_service.token_of(invited)]
        real["name"] = ["Throw away"]
    return Party(tokens, real)


def _cases(db: DbSession, actors: dict[str, Actor]) -> dict[str, list[str]]:
    """Return ids of sessions and handoffs, one in every state, under the owner's eyes."""
    technician, owner = actors["technician"], actors["owner"]
    tree_id = trees.publish(db, owner.account_id, read_yaml(TREE), published_by=None)

    def walk(actor: Actor) -> UUID:
        started = sessions.start(db, actor, tree_id, ticket_number="T-1", client_name="Client")
        sessions.answer(db, actor, started, option_key="yes-it-is", seq=1, note="Looked")
        return started

    own, colleague, waiting, held, parked = (
        walk(each) for each in (owner, technician, technician, technician, owner)
    )

    def give(actor: Actor, session_id: UUID, intent: str) -> UUID:
        return handoffs.hand_off(db, actor, session_id, intent=intent, reason="Help").id

    open_id, claimed_id = (give(technician, each, "escalate") for each in (waiting, held))
    handoffs.claim(db, owner, claimed_id)
    return {
        "tree_id": [str(tree_id)],
        "session_id": [str(each) for each in (own, held, colleague, waiting, parked)],
        "handoff_id": [str(each) for each in (claimed_id, open_id, give(owner, parked, "park"))],
        "option": ["works", "silent"],
    }
