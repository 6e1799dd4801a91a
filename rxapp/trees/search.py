"""Search of published trees: the same trees in the same order on SQLite and on PostgreSQL.

Trees are found in bands: every word as it is typed in the head; every word in the head, synonyms
and corrected spelling included; every word as typed anywhere; every word anywhere. Where the words
as typed find ``PLENTY`` trees, nothing else is looked for. If all bands have less than ``FEW``
trees, those with some of the words follow. In a band, title counts more than tags, and tags more
than the description.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session as DbSession

from rxapp.core.errors import Invalid
from rxapp.trees import synonyms
from rxapp.trees.asked import (
    Asked,
    Term,
    Way,
    add_synonyms,
    asked,
    misspelled,
    prune,
    ways_of,
    weigh,
)
from rxapp.trees.models import SearchSynonyms
from rxapp.trees.rules import COUNTED
from rxapp.trees.vocabulary_queries import (
    known_words,
    spelled_alike,
    split_in_two,
    words_of_cuts,
)
from rxapp.trees.words import Place, key

FEW = 10
"""With fewer trees that have every word, those with some of the words are shown too."""

PLENTY = 50
"""With as many trees that have the words as typed, neither synonyms nor spelling are looked at."""

ENOUGH = 0.5
"""How much a tree with some of the words must have of what the best of these trees has."""

_BAND = 10**9
_ALL, _TYPED, _HEAD, _FIRST = (number * _BAND for number in (1, 2, 3, 5))
"""The score of each band, before what its words count; a head with all words as typed is first.

A tree with all words in its head, of which it has all as typed somewhere, has both: ``4 * _BAND``.
"""

_NEVER = -100 * _BAND
"""Added to the score of a tree that is not to be found."""

_OF_ONE = {Place.TITLE: 800, Place.TAG: 400, Place.DESCRIPTION: 100}
_OF_MANY = {Place.TITLE: 800, Place.HEAD: 400}
"""What the word counts if there is one, and each if there are many; added up. Half for synonyms."""

_EXACT = 400
"""What a word counts more if it is whole in the title, not the beginning of another."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A tree that was found: its score, the higher the better, and a value that breaks ties."""

    tree_id: UUID
    score: int
    place: int | UUID

    @property
    def parts(self) -> tuple[str, str]:
        """The parts for a cursor."""
        return str(self.score), str(self.place)


After = tuple[int, int | str]


def after_of(db: DbSession, parts: list[str]) -> After:
    """Return the score and place to continue a search after, from :attr:`Hit.parts`.

    Raises:
        Invalid: if the parts are not valid.
    """
    place: int | str
    try:
        score = int(parts[0])
        place = int(parts[1]) if _is_sqlite(db) else UUID(parts[1]).hex
    except ValueError:
        score, place = -1, 0
    if not 0 <= score < 2**53 or (isinstance(place, int) and not 0 <= place < 2**63):
        message = "This cursor is not valid. Start again without it."
        raise Invalid(message, field="cursor")
    return score, place


def _is_sqlite(db: DbSession) -> bool:
    return db.get_bind().dialect.name == "sqlite"


class _Language:
    """Writes what to match for FTS5 or as a tsquery. Words are letters, digits and marks only."""

    def __init__(self, db: DbSession, account_id: UUID) -> None:
        self.is_sqlite = _is_sqlite(db)
        self.own = self._term(Place.ACCOUNT, Term(account_id.hex))

    def _term(self, place: Place, term: Term) -> str:
        if self.is_sqlite:
            return f'"{place}{term.word}"' + ("*" if term.is_start else "")
        return f"'{place}{term.word}'" + (":*" if term.is_start else "")

    def in_own(self, match: str) -> str:
        """Match trees of the account; on SQLite of all, where only those of a band count."""
        return match if self.is_sqlite else self.every([self.own, match])

    def every(self, parts: Iterable[str]) -> str:
        return "(" + (" AND " if self.is_sqlite else " & ").join(parts) + ")"

    def some(self, parts: Iterable[str]) -> str:
        return "(" + (" OR " if self.is_sqlite else " | ").join(parts) + ")"

    def at(self, place: Place, ways: Iterable[Way]) -> str:
        """Match trees that have one of the ways at a place."""
        return self.some(self.every(self._term(place, term) for term in way) for way in ways)

    def anywhere(self, ways: list[Way]) -> str:
        """Match trees that have one of the ways, each term in the head or in the steps."""
        return self.some(
            self.every(
                self.some(self._term(place, term) for place in (Place.HEAD, Place.BODY))
                for term in way
            )
            for way in ways
        )


@dataclass(frozen=True, slots=True)
class _Part:
    """Trees that match are in the list, or count more. ``share`` is what of the search it is."""

    match: str
    score: int
    share: int = 0


class Search:
    """One search of one account's trees; what it needs to know is read when it is needed."""

    def __init__(self, db: DbSession, account_id: UUID, query: str) -> None:
        self.db = db
        self.account_id = account_id
        self.asked: Asked = asked(query)
        self._write = _Language(db, account_id)
        self._is_wide = False
        self._is_plenty = False

    @property
    def is_empty(self) -> bool:
        """Whether the query has no word."""
        return not self.asked.concepts

    def hits(
        self, *, limit: int, category: str | None = None, after: After | None = None
    ) -> list[Hit]:
        """Return the trees, best match first, starting after ``after``."""
        if self.is_empty:
            return []
        found: list[Hit] = []
        is_single = len(self.asked.concepts) == 1
        if is_single and (after is None or after[0] >= _FIRST):
            first = [_Part(self._typed_in_head(), _FIRST), *self._levels()]
            found = self._read(first, limit, category, after)
        if len(found) < limit and (after is None or after[0] >= _ALL):
            found += self._further(limit - len(found), category, after, found)
        if len(found) < limit and not self._is_plenty:
            known = len(found) if after is None else self._count_all(category, FEW)
            if known < FEW and (some := self._some_words()):
                found += self._read(some, limit - len(found), category, after, has_share=True)
        return found

    def _further(
        self, wanted: int, category: str | None, after: After | None, before: list[Hit]
    ) -> list[Hit]:
        """Return trees of all bands; ``before`` are those of the first that are known already."""
        if after is None:
            found = self._read(self._typed(before), max(wanted, PLENTY), category, None)
            self._is_plenty = len(found) + len(before) >= PLENTY
            if self._is_plenty:
                return found[:wanted]
        else:
            self._is_plenty = self._count_all(category, PLENTY) >= PLENTY
            if self._is_plenty:
                return self._read(self._typed(before), wanted, category, after)
        self._widen()
        return self._read(self._wider(before), wanted, category, after)

    def count(self, category: str | None = None) -> int:
        """Return how many trees there are in all, at most ``COUNTED`` and one."""
        if self.is_empty:
            return 0
        known = self._count_all(category, COUNTED + 1)
        if known < PLENTY:
            self._widen()
            known = self._count_all(category, COUNTED + 1)
        if known < FEW and (some := self._some_words()):
            known += len(self._read(some, COUNTED + 1, category, None, has_share=True))
        return known

    def _typed_in_head(self) -> str:
        return self._write.every([self._write.own, *self._each_typed(Place.HEAD)])

    def _typed_anywhere(self) -> str:
        words = [self._write.anywhere(each.ways) for each in self.asked.concepts]
        return self._write.every([self._write.own, *words])

    def _typed(self, before: list[Hit]) -> list[_Part]:
        """Return what finds trees with every word as typed, but those that are known already."""
        first = _NEVER if before else _FIRST - _TYPED
        return [
            _Part(self._typed_anywhere(), _TYPED),
            _Part(self._typed_in_head(), first),
            *self._levels(),
        ]

    def _wider(self, before: list[Hit]) -> list[_Part]:
        """Return what finds trees with every word, but those that are known already."""
        if not any(each.others for each in self.asked.concepts):
            return self._typed(before)
        write = self._write
        heads = [write.at(Place.HEAD, each.every_way) for each in self.asked.concepts]
        return [
            _Part(self._everything(), _ALL),
            _Part(self._typed_anywhere(), _TYPED - _ALL),
            _Part(write.every([write.own, *heads]), _HEAD - _ALL),
            _Part(self._typed_in_head(), _NEVER if before else _ALL),
            *self._levels(),
        ]

    def _levels(self) -> list[_Part]:
        """Return what each word counts, by where it stands, in whatever tree."""
        is_single = len(self.asked.concepts) == 1
        write, found = self._write, []
        for concept in self.asked.concepts:
            for place, score in (_OF_ONE if is_single else _OF_MANY).items():
                kinds = [(concept.ways, score // 2 if concept.others else score)]
                if concept.others:
                    kinds.append((concept.every_way, score // 2))
                if is_single and place is Place.TITLE:
                    exact = [tuple(Term(term.word) for term in way) for way in concept.ways]
                    kinds.append((list(dict.fromkeys(exact)), _EXACT))
                found += [_Part(write.in_own(write.at(place, ways)), each) for ways, each in kinds]
        return found

    def _each_typed(self, place: Place) -> list[str]:
        return [self._write.at(place, each.ways) for each in self.asked.concepts]

    def _everything(self) -> str:
        write = self._write
        words = [write.anywhere(each.every_way) for each in self.asked.concepts]
        return write.every([write.own, *words])

    def _some_words(self) -> list[_Part]:
        """Return what finds trees with some of the words, the rare ones first."""
        known = [each for each in self.asked.concepts if each.weight]
        if not known or len(self.asked.concepts) < 2:
            return []
        write = self._write
        total = sum(each.weight for each in known)
        parts = [_Part(self._everything(), _NEVER)]
        for concept in known:
            share = int(1000 * concept.weight / total)
            ways = concept.every_way
            for at, part, score in (
                (write.anywhere(ways), share, share),
                (write.at(Place.HEAD, ways), 0, 3 * share),
            ):
                parts.append(_Part(write.every([write.own, at]), score, part))
        return parts

    def _widen(self) -> None:
        """Read synonyms, correct the spelling, and forget what no tree has."""
        if self._is_wide:
            return
        self._is_wide = True
        thesaurus = synonyms.shipped().with_own(own_groups(self.db, self.account_id))
        add_synonyms(self.asked, thesaurus)
        known = known_words(self.db, self.account_id, self.asked)
        wrong = misspelled(self.asked, known)
        for concept in wrong:
            self._correct(concept, thesaurus)
        if wrong:
            known |= known_words(self.db, self.account_id, self.asked)
        prune(self.asked, known)
        weigh(self.asked, known)

    def _correct(self, concept: Any, thesaurus: synonyms.Thesaurus) -> None:
        word = key(concept.word.whole)
        single = [each[0] for each in thesaurus.known if len(each) == 1]
        for other in spelled_alike(self.db, self.account_id, concept, single):
            concept.others += [(Term(other),), *ways_of(thesaurus.same_as((other,)))]
        if not concept.others:
            pieces = words_of_cuts(self.db, self.account_id, word)
            if both := split_in_two(word, pieces):
                concept.others.append(tuple(map(Term, both)))

    def _count_all(self, category: str | None, most: int) -> int:
        sql = _SQL[self._write.is_sqlite]
        query = _COUNT.format(
            one=sql.one.format(number="", score="0", share="0"),
            category=sql.category if category else "",
        )
        values = {"match": self._everything(), "category": category, "most": most}
        return int(self.db.execute(text(query), values | self._own).scalar_one())

    @property
    def _own(self) -> dict[str, Any]:
        return {"account": self.account_id.hex}

    def _read(
        self,
        parts: list[_Part],
        limit: int,
        category: str | None,
        after: After | None,
        *,
        has_share: bool = False,
    ) -> list[Hit]:
        sql = _SQL[self._write.is_sqlite]
        values: dict[str, Any] = {"limit": limit, "category": category, **self._own}
        values |= {f"match{number}": part.match for number, part in enumerate(parts)}
        where = f"score >= 0 AND share >= most * {ENOUGH}" if has_share else f"score >= {_ALL}"
        if after is not None:
            values |= {"after_score": after[0], "after_place": after[1]}
            where += sql.onward
        grouped = _GROUPED.format(
            parts=" UNION ALL ".join(
                sql.one.format(number=number, score=part.score, share=part.share)
                for number, part in enumerate(parts)
            ),
            category=sql.category if category else "",
            most=", max(sum(share)) OVER () AS most" if has_share else "",
        )
        query = sql.best.format(grouped=grouped, where=where)
        rows = self.db.execute(text(query), values)
        return [Hit(UUID(str(row.tree_id)), int(row.score), row.place) for row in rows]


def own_groups(db: DbSession, account_id: UUID) -> list[list[str]]:
    """Return the account's own synonyms."""
    query = select(SearchSynonyms.words).where(SearchSynonyms.account_id == account_id)
    return list(db.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class _Sql:
    one: str
    category: str
    onward: str
    best: str


_GROUPED = (
    "SELECT place, sum(score) AS score, sum(share) AS share{most}"
    " FROM ({parts}) AS found {category} GROUP BY place"
)
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM ({one}) AS found {category} LIMIT :most) AS counted"
_SQL = {
    True: _Sql(
        one=(
            "SELECT rowid AS place, {score} AS score, {share} AS share"
            " FROM tree_search WHERE tree_search MATCH :match{number}"
        ),
        category=(
            " WHERE (SELECT category FROM tree WHERE tree.id ="
            " (SELECT tree_id FROM tree_search WHERE rowid = place)) = :category"
        ),
        onward=(" AND (score < :after_score OR (score = :after_score AND place > :after_place))"),
        best=(
            "SELECT tree_search.tree_id, best.score, best.place FROM ("
            "SELECT place, score FROM ({grouped}) AS grouped"
            " WHERE {where} ORDER BY score DESC, place LIMIT :limit"
            ") AS best JOIN tree_search ON tree_search.rowid = best.place"
            " ORDER BY best.score DESC, best.place"
        ),
    ),
    False: _Sql(
        one=(
            "SELECT tree_id AS place, {score} AS score, {share} AS share"
            " FROM tree_search WHERE words @@ CAST(:match{number} AS tsquery)"
        ),
        category=(
            " WHERE place IN (SELECT id FROM tree"
            " WHERE account_id = CAST(:account AS uuid) AND category = :category)"
        ),
        onward=(
            " AND (score < :after_score OR (score = :after_score"
            " AND place > CAST(:after_place AS uuid)))"
        ),
        best=(
            "SELECT place AS tree_id, score, place FROM ({grouped}) AS grouped"
            " WHERE {where} ORDER BY score DESC, place LIMIT :limit"
        ),
    ),
}
