"""Full-text search of published trees: FTS5 on SQLite, tsvector on PostgreSQL.

Both weigh title over tags over description over node text, match every word by its beginning, and
look only at the account's own rows. The index is written in the transaction that publishes.
"""

import re
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session as DbSession

from rxapp.trees.document import Document

MAX_WORDS = 8
NODE_TEXT_LIMIT = 200_000

_WORD = re.compile(r"\w+", re.UNICODE)

SQLITE_TABLE = (
    "CREATE VIRTUAL TABLE tree_search USING fts5("
    "tree_id UNINDEXED, account, title, tags, description, body,"
    " tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
)
POSTGRESQL_TABLE = (
    "CREATE TABLE tree_search ("
    "tree_id uuid PRIMARY KEY REFERENCES tree (id) ON DELETE CASCADE,"
    " account_id uuid NOT NULL, words tsvector NOT NULL)"
)
POSTGRESQL_INDEXES = (
    "CREATE INDEX ix_tree_search_words ON tree_search USING gin (words)",
    "CREATE INDEX ix_tree_search_account_id ON tree_search (account_id)",
)


# What is shown is joined to the best rows: ordering by it would read every match's whole text.
_SQLITE_RANKED = (
    "SELECT tree_id FROM (SELECT rowid AS place,"
    " bm25(tree_search, 0, 0, 12.0, 8.0, 4.0, 1.0) AS score"
    " FROM tree_search WHERE tree_search MATCH :query ORDER BY score, place LIMIT :limit) AS best"
    " JOIN tree_search ON tree_search.rowid = best.place ORDER BY score, place"
)


def words_of(query: str) -> list[str]:
    """Return the words to look for, in lower case: at most the first eight."""
    return [word.lower() for word in _WORD.findall(query)][:MAX_WORDS]


def node_text(document: Document) -> str:
    """Return what of the document can be found: titles, bodies, commands and labels."""
    parts: list[str] = []
    for node in document.nodes:
        parts += [node.title, node.body, node.command, node.expected]
        parts += [option.label for option in node.options]
    return "\n".join(part for part in parts if part)[:NODE_TEXT_LIMIT]


def _spaced(text: str) -> str:
    """Return the words alone: each database would cut names like ``outlook.exe`` its own way."""
    return " ".join(_WORD.findall(text))


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
    """Make the tree findable under its newest text; what it was found under before is gone."""
    values = {
        "tree": tree_id.hex,
        "account": account_id.hex,
        "title": _spaced(title),
        "tags": _spaced(" ".join(tags)),
        "description": _spaced(description),
        "body": _spaced(node_text(document)),
    }
    remove(db, tree_id)
    if db.get_bind().dialect.name == "sqlite":
        db.execute(
            text(
                "INSERT INTO tree_search (tree_id, account, title, tags, description, body)"
                " VALUES (:tree, :account, :title, :tags, :description, :body)"
            ),
            values,
        )
        return
    db.execute(
        text(
            "INSERT INTO tree_search (tree_id, account_id, words) VALUES"
            " (CAST(:tree AS uuid), CAST(:account AS uuid),"
            " setweight(to_tsvector('simple', :title), 'A')"
            " || setweight(to_tsvector('simple', :tags), 'B')"
            " || setweight(to_tsvector('simple', :description), 'C')"
            " || setweight(to_tsvector('simple', :body), 'D'))"
        ),
        values,
    )


def remove(db: DbSession, tree_id: UUID) -> None:
    """Make the tree unfindable."""
    if db.get_bind().dialect.name == "sqlite":
        db.execute(text("DELETE FROM tree_search WHERE tree_id = :tree"), {"tree": tree_id.hex})
    else:
        db.execute(
            text("DELETE FROM tree_search WHERE tree_id = CAST(:tree AS uuid)"),
            {"tree": tree_id.hex},
        )


def ranked_ids(db: DbSession, account_id: UUID, query: str, *, limit: int) -> list[UUID]:
    """Return the ids of the account's trees that have every word, best match first."""
    words = words_of(query)
    if not words:
        return []
    if db.get_bind().dialect.name == "sqlite":
        found = db.execute(
            text(_SQLITE_RANKED),
            {
                "query": f"account : {account_id.hex} AND {{title tags description body}} : ("
                + " AND ".join(f'"{word}"*' for word in words)
                + ")",
                "limit": limit,
            },
        )
        return [UUID(row.tree_id) for row in found]
    found = db.execute(
        text(
            "SELECT tree_id FROM tree_search, to_tsquery('simple', :query) AS query"
            " WHERE account_id = CAST(:account AS uuid) AND words @@ query"
            " ORDER BY ts_rank(words, query) DESC, tree_id LIMIT :limit"
        ),
        {
            "query": " & ".join(f"'{word}':*" for word in words),
            "account": account_id.hex,
            "limit": limit,
        },
    )
    return [row.tree_id for row in found]
