"""The cast of every test: the people of one account, and an outsider of another."""

from dataclasses import dataclass
from itertools import count
from uuid import UUID

import bcrypt
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor, Role
from rxapp.access.rules import LoginKind
from rxapp.access.tokens import token_hash
from rxapp.core.db import Database
from rxapp.core.ids import parse_id
from rxapp.sign_in import login_service
from rxapp.sign_in import service as accounts
from rxapp.sign_in.passwords import _prehash
from rxapp.trees import service as trees
from rxapp.trees.importer import read_yaml

PASSWORD = "a test password"
_numbers = count(1)
PASSWORD_HASH = bcrypt.hashpw(_prehash(PASSWORD), bcrypt.gensalt(4)).decode()

TREE = """
title: No sound
description: The speakers are silent.
category: Devices
tags: [audio, speaker]
start: plugged
nodes:
  - key: plugged
    kind: decision
    title: Is the speaker plugged in?
    body: Look **behind** the desk.
    options:
      - {key: yes-it-is, label: "Yes", to: volume}
      - {key: no-it-is-not, label: "No", to: plug}
  - key: plug
    kind: action
    title: Plug it in
    options:
      - {key: works, label: Works now, to: was-unplugged}
      - {key: silent, label: Still silent, to: plugged}
  - key: volume
    kind: action
    title: Turn the volume up
    commands: [{text: Get-AudioDevice -PlaybackVolume}]
    expected: A number above 0
    options:
      - {key: works, label: Works now, to: was-muted}
      - {key: silent, label: Still silent, to: call-senior}
  - key: was-unplugged
    kind: solution
    ending: solved
    title: It was unplugged
  - key: was-muted
    kind: solution
    ending: solved
    title: It was muted
  - key: call-senior
    kind: solution
    ending: escalate
    title: The sound card may be broken
"""


@dataclass(frozen=True)
class Person:
    """A member who is signed in; ``cookie`` is the secret of that sign-in."""

    actor: Actor
    email: str
    cookie: str

    @property
    def cookie_hash(self) -> str:
        return token_hash(self.cookie)


@dataclass(frozen=True)
class Cast:
    technician: Person
    second_technician: Person
    senior: Person
    second_senior: Person
    admin: Person
    owner: Person
    outsider: Person
    outside_technician: Person
    tree_id: UUID
    outside_tree_id: UUID

    def person(self, name: str) -> Person:
        return getattr(self, name)


MEMBERS = {
    "technician": Role.VIEWER,
    "second_technician": Role.VIEWER,
    "senior": Role.ENGINEER,
    "second_senior": Role.ENGINEER,
    "admin": Role.ADMIN,
    "owner": Role.OWNER,
}
OUTSIDERS = {"outsider": Role.ENGINEER, "outside_technician": Role.VIEWER}
EVERYBODY = (*MEMBERS, *OUTSIDERS)


def make_cast(database: Database) -> Cast:
    with database.transaction() as db:
        people: dict[str, Person] = {}
        tree_ids = []
        for account_name, members in (("Inside", MEMBERS), ("Outside", OUTSIDERS)):
            account_id = accounts.create_account(db, name=account_name)
            tree_ids.append(trees.publish(db, account_id, read_yaml(TREE), published_by=None))
            for name, role in members.items():
                people[name] = add_person(db, account_id, name, role)
    return Cast(**people, tree_id=tree_ids[0], outside_tree_id=tree_ids[1])


def add_person(
    db: DbSession,
    account_id: UUID,
    name: str,
    role: Role,
    *,
    email: str = "",
    kind: LoginKind = LoginKind.BROWSER,
) -> Person:
    """Return one more member of the account, signed in; ``name`` is as in ``second_senior``."""
    email = email or f"{name.replace('_', '.')}@example.com"
    title = name.replace("_", " ").title()
    user_id = accounts.add_user(
        db, account_id, email=email, name=title, password_hash=PASSWORD_HASH, role=role
    ).id
    grant = login_service.start_login(db, user_id, kind)
    actor = Actor(account_id, user_id, role, title, grant.login_id)
    return Person(actor, email, grant.secret)


def hire_into(db: DbSession, account_id: UUID, role: Role) -> Person:
    """Return a fresh member of the account, for what changes a person for good."""
    return add_person(db, account_id, f"{role.label.lower()}_colleague_{next(_numbers)}", role)


def hire(database_url: str, account_of: Person, role: Role) -> Person:
    """Return a fresh colleague of somebody's, in the database of a server."""
    database = Database(database_url)
    with database.transaction() as db:
        person = hire_into(db, account_of.actor.account_id, role)
    database.close()
    return person


def as_id(value: str) -> UUID:
    return parse_id(value, "row")
