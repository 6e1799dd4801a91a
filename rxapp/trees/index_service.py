"""Writes of the search index, in the transaction that publishes.

It is an FTS5 table on SQLite and a tsvector on PostgreSQL.

A word of the index begins with a letter that says where it stands, see :class:`Place`. Beside the
index, ``search_word`` counts the trees that have each word.
"""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session as DbSession
from sqlmodel import col

from rxapp.trees.document import Document
from rxapp.trees.models import SearchWord, Tree
from rxapp.trees.synonyms import last_words, written_apart
from rxapp.trees.words import Place, forms, joined, written_in

NODE_TEXT_LIMIT = 200_000
"""How many characters of a tree's steps are indexed."""


def _step_titles(document: Document) -> str:
    """Return the titles of all steps and the labels of their answers."""
    parts: list[str] = []
    for node in document.nodes:
        parts += [node.title, *(option.label for option in node.options)]
    return "\n".join(parts)[:NODE_TEXT_LIMIT]


def _step_texts(document: Document) -> str:
    """Return the rest of the steps: bodies and commands."""
    parts: list[str] = []
    for node in document.nodes:
        parts += [node.body, node.expected]
        parts += [part for each in node.commands for part in (each.label, each.text)]
    return "\n".join(part for part in parts if part)[:NODE_TEXT_LIMIT]


def _forms(text: str, *, is_head: bool) -> set[str]:
    """Return what a text is indexed as. In a head any two neighbours are also one word."""
    words = set()
    found: set[str] = set()
    before = ""
    for word in written_in(text):
        words.add(word)
        whole = word[1]
        if before and (is_head or whole in last_words()):
            both = joined(before, whole)
            if both and (is_head or both in written_apart()):
                found.add(both)
        before = whole
    return found.union(*(forms(*word) for word in words))


def head_words(title: str, tags: list[str], description: str) -> list[str]:
    """Return the words of the index for a tree's head."""
    parts = {
        Place.TITLE: _forms(title, is_head=True),
        Place.TAG: set().union(*(_forms(tag, is_head=True) for tag in tags)),
        Place.DESCRIPTION: _forms(description, is_head=True),
    }
    everything = set().union(*parts.values())
    placed = [place + word for place, words in parts.items() for word in words]
    return sorted([*placed, *(Place.HEAD + word for word in everything)])


def body_words(document: Document) -> list[str]:
    """Return the words of the index for a tree's steps."""
    steps = _forms(_step_titles(document), is_head=False)
    everything = steps | _forms(_step_texts(document), is_head=False)
    placed = [Place.STEP + word for word in steps]
    return sorted([*placed, *(Place.BODY + word for word in everything)])


def index(
    db: DbSession,
    *,
    tree_id: UUID,
    account_id: UUID,
    title: str,
    tags: list[str],
    description: str,
    document: Document,
) -> None:
    """Index the tree with its newest text, in place of its previous text."""
    head = head_words(title, tags, description)
    body = body_words(document)
    _lock(db, account_id)
    before = _take_out(db, tree_id)
    row = row_of(tree_id, account_id, head, body)
    db.execute(text(INSERT[_dialect(db)]), row)
    _count(db, account_id, before, [*head, *body])


def row_of(tree_id: UUID, account_id: UUID, head: list[str], body: list[str]) -> dict[str, Any]:
    """Return the values for one row of the index."""
    marks = [Place.ACCOUNT + account_id.hex, Place.TREE + tree_id.hex]
    values = {"head": " ".join([*marks, *head]), "body": " ".join(body)}
    return {"tree": tree_id.hex, "account": account_id.hex, **values}


INSERT = {
    "sqlite": "INSERT INTO tree_search (tree_id, head, body) VALUES (:tree, :head, :body)",
    "postgresql": (
        "INSERT INTO tree_search (tree_id, account_id, words) VALUES"
        " (CAST(:tree AS uuid), CAST(:account AS uuid),"
        " array_to_tsvector(string_to_array(:head, ' ') || string_to_array(:body, ' ')))"
    ),
}
_FIND = "SELECT rowid AS place, head, body FROM tree_search WHERE tree_search MATCH :tree"


def _dialect(db: DbSession) -> str:
    return db.get_bind().dialect.name


def _lock(db: DbSession, account_id: UUID) -> None:
    # Two that count the same words in another order would wait for each other for ever.
    if _dialect(db) == "postgresql":
        number = account_id.int % 2**63
        db.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def _take_out(db: DbSession, tree_id: UUID) -> list[str]:
    """Remove the tree's row and return the words that it had."""
    if _dialect(db) == "sqlite":
        found = db.execute(text(_FIND), _by_tree(db, tree_id)).first()
        if found is None:
            return []
        db.execute(text("DELETE FROM tree_search WHERE rowid = :place"), {"place": found.place})
        words = f"{found.head} {found.body}".split()
    else:
        removed = (
            "DELETE FROM tree_search WHERE tree_id = CAST(:tree AS uuid)"
            " RETURNING tsvector_to_array(words)"
        )
        words = db.execute(text(removed), {"tree": tree_id.hex}).scalar() or []
    return words


def counted(words: Iterable[str]) -> Counter[str]:
    """Return the words without their places: once for the head, and once for the steps."""
    return Counter(word[1:] for word in words if word[0] in (Place.HEAD, Place.BODY))


_COUNT = {
    "sqlite": (
        "INSERT INTO search_word (account_id, word, trees)"
        " SELECT :account, key, value FROM json_each(:changes) WHERE true"
        " ON CONFLICT (account_id, word) DO UPDATE SET trees = search_word.trees + excluded.trees"
    ),
    "postgresql": (
        "INSERT INTO search_word (account_id, word, trees)"
        " SELECT CAST(:account AS uuid), key, CAST(value AS integer)"
        " FROM jsonb_each_text(CAST(:changes AS jsonb))"
        " ON CONFLICT (account_id, word) DO UPDATE SET trees = search_word.trees + excluded.trees"
    ),
}
_FORGET = {
    "sqlite": (
        "DELETE FROM search_word WHERE account_id = :account AND trees <= 0"
        " AND word IN (SELECT key FROM json_each(:changes))"
    ),
    "postgresql": (
        "DELETE FROM search_word WHERE account_id = CAST(:account AS uuid) AND trees <= 0"
        " AND word IN (SELECT jsonb_object_keys(CAST(:changes AS jsonb)))"
    ),
}


def _count(db: DbSession, account_id: UUID, before: Iterable[str], after: Iterable[str]) -> None:
    """Count the words that a tree has now instead of those that it had."""
    changes = counted(after)
    changes.subtract(counted(before))
    count_words(db, account_id, changes)


def count_words(db: DbSession, account_id: UUID, changes: Counter[str]) -> None:
    """Change how many trees have each word."""
    left = {word: number for word, number in sorted(changes.items()) if number}
    if not left:
        return
    values = {"account": account_id.hex, "changes": json.dumps(left)}
    db.execute(text(_COUNT[_dialect(db)]), values)
    if min(left.values()) < 0:
        db.execute(text(_FORGET[_dialect(db)]), values)


def retag(db: DbSession, account_id: UUID, tags: dict[UUID, list[str]]) -> None:
    """Make trees findable under other tags. Their steps are left as they are, however many."""
    _lock(db, account_id)
    changes: Counter[str] = Counter()
    rows = []
    query = select(Tree.id, Tree.title, Tree.description).where(col(Tree.id).in_(tags))
    for tree in db.execute(query).all():
        row = row_of(
            tree.id, account_id, head_words(tree.title, tags[tree.id], tree.description), []
        )
        found = db.execute(text(_HEAD[_dialect(db)]), _by_tree(db, tree.id)).first()
        if found is not None:
            changes.update(counted(row["head"].split()))
            changes.subtract(counted(found.head.split()))
            rows.append(row | {"place": found.place})
    if rows:
        db.execute(text(_REHEAD[_dialect(db)]), rows)
    count_words(db, account_id, changes)


_HEAD = {
    "sqlite": "SELECT rowid AS place, head FROM tree_search WHERE tree_search MATCH :tree",
    "postgresql": (
        "SELECT tree_id AS place, array_to_string(ARRAY(SELECT word FROM"
        " unnest(tsvector_to_array(words)) AS word WHERE word LIKE 'h%'), ' ') AS head"
        " FROM tree_search WHERE tree_id = CAST(:tree AS uuid)"
    ),
}
_REHEAD = {
    "sqlite": "UPDATE tree_search SET head = :head WHERE rowid = :place",
    "postgresql": (
        "UPDATE tree_search SET words = array_to_tsvector(ARRAY(SELECT word FROM"
        " unnest(tsvector_to_array(words)) AS word WHERE left(word, 1) IN ('s', 'b'))"
        " || string_to_array(:head, ' ')) WHERE tree_id = CAST(:tree AS uuid)"
    ),
}


def _by_tree(db: DbSession, tree_id: UUID) -> dict[str, str]:
    is_sqlite = _dialect(db) == "sqlite"
    return {"tree": f'"{Place.TREE}{tree_id.hex}"' if is_sqlite else tree_id.hex}


def remove(db: DbSession, account_id: UUID, tree_id: UUID) -> None:
    """Remove the tree from the index."""
    _lock(db, account_id)
    _count(db, account_id, _take_out(db, tree_id), [])


def remove_all(db: DbSession, account_id: UUID) -> None:
    """Remove a whole account from the index."""
    if _dialect(db) == "sqlite":
        # By their numbers: FTS5 cannot delete rows while it finds them.
        found = db.execute(
            text("SELECT rowid FROM tree_search WHERE tree_search MATCH :account"),
            {"account": f'"{Place.ACCOUNT}{account_id.hex}"'},
        )
        rows = [{"place": place} for place in found.scalars()]
        if rows:
            db.execute(text("DELETE FROM tree_search WHERE rowid = :place"), rows)
    else:
        db.execute(
            text("DELETE FROM tree_search WHERE account_id = CAST(:account AS uuid)"),
            {"account": account_id.hex},
        )
    db.execute(delete(SearchWord).where(col(SearchWord.account_id) == account_id))
