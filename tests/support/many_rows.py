"""Rows by the thousand, written directly: the one place that goes around the services.

Through the services they would take minutes. Whatever a test asks about a few cases is made by
:mod:`tests.support.cases`.
"""

import random
from collections import Counter
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update

from rxapp.access.actor import Actor
from rxapp.core.clock import utc_now
from rxapp.core.db import DbSession
from rxapp.core.ids import new_id
from rxapp.handoffs.models import Handoff
from rxapp.notifications.models import Delivery, OutboxEvent
from rxapp.sessions.models import GuidedSession
from rxapp.sign_in.link_service import WARNING
from rxapp.trees.document import Document, stored
from rxapp.trees.index_service import INSERT, body_words, count_words, counted, head_words, row_of
from rxapp.trees.models import Tree, TreeCategory, TreeVersion
from tests.support.cast import Cast

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
        db.execute(
            insert(TreeVersion),
            [_version(row) | {"document": stored(document)} for row, document in pairs],
        )
        _index(db, account_id, pairs)
    return [row["id"] for row in rows]


def fill_large_trees(db: DbSession, account_id: UUID, count: int) -> None:
    """Insert trees whose documents have 300 KB each, and no meaning."""
    chance = random.Random(7)
    rows = [_tree(account_id, number, chance) for number in range(count)]
    large = {"document": {"x": "y" * 300_000}}
    db.execute(insert(Tree), rows)
    db.execute(insert(TreeVersion), [_version(row) | large for row in rows])


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


def _version(tree: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": tree["version_id"],
        "account_id": tree["account_id"],
        "tree_id": tree["id"],
        "number": 1,
        "title": tree["title"],
    }


def _index(db: DbSession, account_id: UUID, pairs: list[tuple[dict[str, Any], Document]]) -> None:
    counts: Counter[str] = Counter()
    rows = []
    for tree, document in pairs:
        head = head_words(tree["title"], tree["tags"], tree["description"])
        body = body_words(document)
        counts.update(counted([*head, *body]))
        rows.append(row_of(tree["id"], account_id, head, body))
    db.execute(text(INSERT[db.get_bind().dialect.name]), rows)
    count_words(db, account_id, counts)


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


def fill_queue(db: DbSession, cast: Cast, count: int, *, urgent: int = 0) -> list[UUID]:
    """Put escalations of the technician into the queue; returns their ids in its order."""
    version_id = db.get_one(Tree, cast.tree_id).version_id
    technician, now = cast.technician.actor, utc_now()
    sessions: list[dict[str, Any]] = []
    handoffs: list[dict[str, Any]] = []
    for number in range(count):
        is_urgent = number < urgent
        common = {"account_id": technician.account_id, "node_title": "Turn the volume up"}
        session = {
            "id": new_id(),
            "tree_id": cast.tree_id,
            "version_id": version_id,
            "title": "No sound",
            "ticket_number": f"T-{number}",
            "status": "escalated",
            "started_by": technician.user_id,
            "belongs_to": technician.user_id,
            "node_key": "volume",
            "seq": 2,
            "started_at": now,
            "updated_at": now,
            "entered_at": now,
        }
        handoff = {
            "id": new_id(),
            "session_id": session["id"],
            "intent": "escalate",
            "status": "open",
            "priority": "urgent" if is_urgent else "normal",
            "rank": 0 if is_urgent else 1,
            "reason": f"Case {number}: the speaker stays silent",
            "tree_title": "No sound",
            "belongs_to": technician.user_id,
            "escalated_by": technician.user_id,
            "created_at": now,
            "queued_at": now,
        }
        sessions.append(common | session)
        handoffs.append(common | handoff)
    db.execute(insert(GuidedSession), sessions)
    db.execute(insert(Handoff), handoffs)
    return [each["id"] for each in handoffs]


def dead_email(db: DbSession, actor: Actor, *, address: str = "") -> UUID:
    """Return the id of an email to somebody that was given up, as it is after days of tries."""
    common = {"account_id": actor.account_id, "subject_id": actor.user_id}
    event = {
        "id": new_id(),
        "kind": WARNING,
        "payload": {"what": "email", "email": "x"},
        "processed_at": utc_now(),
    }
    mail_id = new_id()
    mail = {
        "id": mail_id,
        "event_id": event["id"],
        "recipient_id": actor.user_id,
        "channel": "email",
        "status": "dead",
        "address": address,
        "next_attempt_at": None,
    }
    db.execute(insert(OutboxEvent), [common | event])
    db.execute(insert(Delivery), [common | mail])
    return mail_id


def empty_queue(db: DbSession) -> None:
    """Take every escalation out of the queue, and out of everybody's hands."""
    db.execute(update(Handoff).values(status="withdrawn", closed_at=None, revision=0))
