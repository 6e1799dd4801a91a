"""Reads of an account's words: which ones its trees have, and which ones are spelled alike."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session as DbSession

from rxapp.trees.asked import SPELLED, Asked, Concept
from rxapp.trees.words import key

ALIKE = 3
"""How many correct spellings of a word are searched for at most."""

LONG = 8
"""From how many letters on a word may have two slips."""

_END = "\U0010ffff"

_KNOWN = (
    "SELECT word, trees FROM search_word WHERE account_id = :account AND word IN :words"
    " UNION ALL SELECT '', coalesce(sum(trees), 0) FROM tree_category WHERE account_id = :account"
)
_STARTS = (
    " UNION ALL SELECT :start{0}, max(trees) FROM search_word"
    " WHERE account_id = :account AND word >= :start{0} AND word < :end{0}"
)
_NEAR = (
    "SELECT word, trees FROM search_word WHERE account_id = :account"
    " AND word >= :start AND word < :end AND length(word) BETWEEN :least AND :most"
)


def _account(db: DbSession, account_id: UUID) -> Any:
    return account_id.hex if db.get_bind().dialect.name == "sqlite" else account_id


def known_words(db: DbSession, account_id: UUID, search: Asked) -> dict[str, int]:
    """Return which words of a search the account's trees have, and about how many trees.

    A term that is a start counts as a word. The empty word has the number of all trees.
    """
    terms = {term for each in search.concepts for way in each.every_way for term in way}
    starts = sorted({term.word for term in terms if term.is_start})
    values: dict[str, Any] = {"words": sorted({term.word for term in terms} - set(starts)) or [""]}
    for number, start in enumerate(starts):
        values |= {f"start{number}": start, f"end{number}": start + _END}
    sql = _KNOWN + "".join(_STARTS.format(number) for number in range(len(starts)))
    query = text(sql).bindparams(bindparam("words", expanding=True))
    found: dict[str, int] = {}
    for word, trees in db.execute(query, values | {"account": _account(db, account_id)}):
        if trees is not None:
            found[word] = max(int(trees), found.get(word, 0))
    return found


def spelled_alike(
    db: DbSession, account_id: UUID, concept: Concept, more: Iterable[str]
) -> dict[str, int]:
    """Return the words closest to a misspelled one, with about how many trees have them.

    Only words that begin with its first or second letter are compared; ``more`` are words that
    count beside the trees' own.
    """
    word = key(concept.word.whole)
    slips = 1 if len(word) < LONG else 2
    found: dict[str, int] = {each: 0 for each in more if each[:1] in word[:2]}
    for first in dict.fromkeys(word[:2]):
        values = {"start": first, "end": first + _END, "account": _account(db, account_id)}
        lengths = {"least": max(len(word) - slips, SPELLED.start - 1), "most": len(word) + slips}
        found |= {row.word: row.trees for row in db.execute(text(_NEAR), values | lengths)}
    close = process.extract(word, list(found), scorer=OSA.distance, score_cutoff=slips, limit=50)
    close.sort(key=lambda each: (each[1], -found[each[0]], each[0]))
    best = close[0][1] if close else 0
    return {each: found[each] for each, distance, _ in close[:ALIKE] if distance <= best}


def split_in_two(word: str, known: dict[str, int]) -> tuple[str, str] | None:
    """Return the two known words that a word consists of, if it does."""
    cuts = [(word[:place], word[place:]) for place in range(2, len(word) - 1)]
    both = [cut for cut in cuts if known.get(cut[0]) and known.get(cut[1])]
    return max(both, key=lambda cut: min(known[cut[0]], known[cut[1]]), default=None)


def words_of_cuts(db: DbSession, account_id: UUID, word: str) -> dict[str, int]:
    """Return which pieces of a word are words of the account's trees."""
    pieces = {piece for place in range(2, len(word) - 1) for piece in (word[:place], word[place:])}
    query = text(_KNOWN).bindparams(bindparam("words", expanding=True))
    values = {"words": sorted(pieces), "account": _account(db, account_id)}
    return {row[0]: int(row[1]) for row in db.execute(query, values)}
