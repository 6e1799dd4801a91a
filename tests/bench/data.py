"""Databases for the bench: the cast, trees of any size, and tables full of rows."""

import random
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

from alembic.config import Config
from sqlalchemy import insert, select, text

from alembic import command
from rxapp.access.actor import Actor, Role
from rxapp.access.rules import LoginKind
from rxapp.core.clock import utc_now
from rxapp.core.db import Database, DbSession
from rxapp.core.ids import new_id
from rxapp.handoffs.models import Handoff
from rxapp.sessions import service as sessions
from rxapp.sessions.models import GuidedSession
from rxapp.sign_in import login_service
from rxapp.sign_in import service as accounts
from rxapp.trees import service as trees
from rxapp.trees.document import Document, stored
from rxapp.trees.importer import ImportedTree
from rxapp.trees.models import Tree, TreeCategory, TreeVersion
from rxapp.trees.search import node_text
from tests.support.cast import _CHEAP_HASH, Cast, Person, make_cast
from tests.support.server import ROOT

BODY = ("Ask the caller to open the settings and read out what stands there. " * 8)[:500]


@dataclass(frozen=True)
class Prepared:
    """A database file with the cast in it."""

    url: str
    cast: Cast


class Databases:
    """Makes databases in a folder, each a copy of one that was migrated once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._empty = folder / "empty.db"
        config = Config(str(ROOT / "alembic.ini"))
        config.attributes["url"] = f"sqlite:///{self._empty}"
        command.upgrade(config, "head")
        database = Database(f"sqlite:///{self._empty}")
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()

    def new(self, name: str) -> Prepared:
        """Return a new database with the cast."""
        file = self._folder / f"{name}.db"
        shutil.copy(self._empty, file)
        url = f"sqlite:///{file}"
        database = Database(url)
        cast = make_cast(database)
        database.close()
        return Prepared(url, cast)


def add_people(db: DbSession, account_id: UUID, role: Role, count: int) -> list[Person]:
    """Add signed-in people to an account."""
    people = []
    for number in range(count):
        name = f"{role.value.title()} {number}"
        email = f"{role.value}{number}@example.com"
        user_id = accounts.add_user(
            db, account_id, email=email, name=name, password_hash=_CHEAP_HASH, role=role
        ).id
        grant = login_service.start_login(db, user_id, LoginKind.BROWSER)
        people.append(
            Person(Actor(account_id, user_id, role, name, grant.login_id), email, grant.secret)
        )
    return people


def ring(size: int, body: str = BODY) -> Document:
    """Return a tree without an end: ``on`` leads from each node to the next."""
    nodes: list[dict[str, Any]] = [
        {
            "key": f"step-{number}",
            "kind": "decision",
            "title": f"Check number {number} of what the caller sees there",
            "body": body,
            "options": [
                {
                    "key": "on",
                    "label": "It is as it should be",
                    "to": f"step-{(number + 1) % (size - 1)}",
                },
                {"key": "again", "label": "It is not sure, check again", "to": f"step-{number}"},
                {"key": "done", "label": "That was it", "to": "end"},
            ],
        }
        for number in range(size - 1)
    ]
    nodes.append({"key": "end", "kind": "solution", "ending": "solved", "title": "Solved"})
    return Document.model_validate({"start": "step-0", "nodes": nodes})


def publish_ring(db: DbSession, account_id: UUID, size: int, body: str = BODY) -> UUID:
    """Publish a ring of ``size`` nodes and return the tree's id."""
    tree = ImportedTree(f"A tree of {size} steps", "", "Network", ["ring"], ring(size, body))
    return trees.publish(db, account_id, tree, published_by=None)


def start_sessions(db: DbSession, people: Iterable[Person], tree_id: UUID) -> list[str]:
    """Start a session of the tree for each of the people and return their ids."""
    return [str(sessions.start(db, person.actor, tree_id)) for person in people]


TOPICS = (
    *(
        "printer",
        "outlook",
        "vpn",
        "wifi",
        "monitor",
        "keyboard",
        "password",
        "mailbox",
        "calendar",
    ),
    *("teams", "server", "backup", "disk", "network", "drive", "folder", "account", "phone"),
    *("token", "browser", "certificate", "update", "driver", "speaker", "camera", "licence"),
    *("office", "excel", "word", "scanner", "router", "firewall", "laptop", "dock", "battery"),
)
TROUBLES = (
    *("slow", "offline", "missing", "locked", "broken", "frozen", "silent", "blank", "full"),
    *("denied", "expired", "lost", "corrupt", "noisy", "unreachable", "duplicated", "stuck"),
    *("refused", "outdated", "flickering", "crashing", "disconnected", "empty", "hot"),
)


_SYLLABLES = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo")
OTHER_WORDS = ["".join(parts) for parts in product(_SYLLABLES, repeat=3)]
"""The other words in the bodies: 2,744, so that a word finds some trees but not all."""


def fill_trees(db: DbSession, account_id: UUID, count: int, *, findable: bool) -> list[UUID]:
    """Insert published trees and return their ids; ``findable`` adds versions and the index."""
    chance = random.Random(7)
    rows = [_tree(account_id, number, chance) for number in range(count)]
    db.execute(insert(Tree), rows)
    counts = Counter(row["category"] for row in rows)
    for category, number in counts.items():
        db.merge(TreeCategory(account_id=account_id, name=category, trees=number))
    if findable:
        documents = [_small(chance, row["tags"][0]) for row in rows]
        pairs = list(zip(rows, documents, strict=True))
        db.execute(insert(TreeVersion), [_version(*pair) for pair in pairs])
        db.execute(text(_FIND), [_found(*pair) for pair in pairs])
    return [row["id"] for row in rows]


_FIND = (
    "INSERT INTO tree_search (tree_id, account, title, tags, description, body)"
    " VALUES (:tree, :account, :title, :tags, :description, :body)"
)


def _tree(account_id: UUID, number: int, chance: random.Random) -> dict[str, Any]:
    topic, trouble = chance.choice(TOPICS), chance.choice(TROUBLES)
    return {
        "id": new_id(),
        "account_id": account_id,
        "title": f"{topic.title()} {trouble} on device type {number}",
        "description": f"When the {topic} is {trouble}, also after a restart.",
        "category": TROUBLES[number % 12].title(),
        "tags": [topic, trouble],
        "status": "published",
        "version": 1,
        "version_id": new_id(),
        "node_count": 6,
    }


def _version(tree: dict[str, Any], document: Document) -> dict[str, Any]:
    return {
        "id": tree["version_id"],
        "account_id": tree["account_id"],
        "tree_id": tree["id"],
        "number": 1,
        "title": tree["title"],
        "document": stored(document),
    }


def _found(tree: dict[str, Any], document: Document) -> dict[str, str]:
    return {
        "tree": tree["id"].hex,
        "account": tree["account_id"].hex,
        "title": tree["title"],
        "tags": " ".join(tree["tags"]),
        "description": tree["description"],
        "body": node_text(document),
    }


def _small(chance: random.Random, topic: str) -> Document:
    nodes: list[dict[str, Any]] = [
        {
            "key": f"step-{number}",
            "kind": "decision",
            "title": f"Is the {chance.choice(TOPICS)} {chance.choice(TROUBLES)}?",
            "body": " ".join(chance.choices(OTHER_WORDS, k=40)),
            "options": [
                {"key": "yes", "label": "Yes", "to": f"step-{number + 1}" if number < 4 else "end"},
                {"key": "no", "label": "No", "to": "end"},
            ],
        }
        for number in range(5)
    ]
    nodes.append(
        {"key": "end", "kind": "solution", "ending": "solved", "title": f"The {topic} works"}
    )
    return Document.model_validate({"start": "step-0", "nodes": nodes})


OPEN, CLAIMED, OWN = 20, 10, 60
"""How many escalations wait and are claimed, and how many sessions are one technician's own."""


def fill_sessions(db: DbSession, cast: Cast, count: int) -> None:
    """Insert sessions, each with an escalation: few of them open, 60 of them one technician's."""
    version_id = db.get_one(Tree, cast.tree_id).version_id
    own, other = cast.technician.actor.user_id, cast.second_technician.actor.user_id
    now, every = utc_now(), count // OWN
    walks, handoffs = [], []
    for number in range(count):
        at = now - timedelta(minutes=number)
        starter = own if number % every == 0 and number // every < OWN else other
        status = "open" if number < OPEN else "claimed" if number < OPEN + CLAIMED else "resolved"
        common = {
            "account_id": cast.senior.actor.account_id,
            "node_title": "Is the speaker plugged in?",
            "ticket_number": f"T-{number}",
        }
        walk = common | _walk(cast, version_id, starter, status, at)
        walks.append(walk)
        handoffs.append(common | _handoff(cast, walk["id"], starter, status, at))
    db.execute(insert(GuidedSession), walks)
    db.execute(insert(Handoff), handoffs)


def _walk(
    cast: Cast, version_id: UUID | None, starter: UUID, status: str, at: datetime
) -> dict[str, Any]:
    ended = status == "resolved"
    return {
        "id": new_id(),
        "tree_id": cast.tree_id,
        "version_id": version_id,
        "title": "No sound",
        "status": "completed" if ended else "escalated",
        "started_by": starter,
        "belongs_to": starter,
        "holder_id": cast.senior.actor.user_id if status == "claimed" else None,
        "node_key": "plugged",
        "seq": 4,
        "outcome": "resolved" if ended else None,
        "started_at": at,
        "updated_at": at,
        "entered_at": at,
        "completed_at": at if ended else None,
    }


def _handoff(
    cast: Cast, session_id: UUID, starter: UUID, status: str, at: datetime
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "session_id": session_id,
        "intent": "escalate",
        "status": status,
        "priority": "normal",
        "rank": 1,
        "reason": "The speaker stays silent.",
        "tree_title": "No sound",
        "belongs_to": starter,
        "escalated_by": starter,
        "claimed_by": None if status == "open" else cast.senior.actor.user_id,
        "created_at": at,
        "queued_at": at,
        "closed_at": at if status == "resolved" else None,
    }


def version_ids(db: DbSession, tree_ids: list[UUID]) -> list[UUID]:
    """Return the ids of all versions of the trees."""
    wanted = set(tree_ids)
    rows = db.execute(select(TreeVersion.id, TreeVersion.tree_id))
    return [row.id for row in rows if row.tree_id in wanted]
