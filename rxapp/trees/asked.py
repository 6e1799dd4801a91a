"""What a search asks for: its words, and the other ways in which a tree may write each of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log

from rxapp.trees.synonyms import PHRASE_LIMIT, Phrase, Thesaurus, says_little
from rxapp.trees.words import Word, joined, key, pairs, runs, stem, words_in

MAX_WORDS = 12
"""How many words of a search count."""

SPELLED = range(4, 33)
"""How long a word may be to be taken for a misspelled one."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the index or, if ``is_start``, all that begin so."""

    word: str
    is_start: bool = False


Way = tuple[Term, ...]
"""Terms that a tree must all have."""


@dataclass(slots=True)
class Concept:
    """One word of the search. A tree has it if it has all terms of one of the ``ways``.

    ``others`` are further ways: synonyms and corrected spelling.
    """

    word: Word
    ways: list[Way]
    others: list[Way] = field(default_factory=list)
    weight: float = 1.0

    @property
    def every_way(self) -> list[Way]:
        """All of them, without repetition."""
        return list(dict.fromkeys([*self.ways, *self.others]))


@dataclass(slots=True)
class Asked:
    """A whole search; ``places`` are the concepts' numbers among all ``words``."""

    words: list[Word]
    concepts: list[Concept]
    places: list[int]


def asked(text: str) -> Asked:
    """Read a search. Words that say little count only if there are no others."""
    words = list(words_in(text))[: MAX_WORDS * 4]
    telling = [place for place, word in enumerate(words) if not says_little(word.whole)]
    places = (telling or list(range(len(words))))[:MAX_WORDS]
    is_only = len(places) == 1
    concepts = [
        Concept(words[place], _ways(words[place], is_only) + _joins(words, place))
        for place in places
    ]
    return Asked(words, concepts, places)


def _ways(word: Word, is_only: bool) -> list[Way]:
    if word.has_sign:
        return [(Term(key(word.whole)),)]
    pieces = list(runs(word.whole))
    if any(is_unspaced for _, is_unspaced in pieces):
        return [tuple(term for piece in pieces for term in _unspaced(*piece))]
    # One letter is how most words begin: only as the whole search it means all of them.
    whole = key(word.whole)
    ways: list[Way] = [(Term(whole, is_start=is_only or len(whole) > 1),)]
    if not (ways[0][0].is_start and stem(word.whole).startswith(whole)):
        ways.append((Term(stem(word.whole)),))
    if len(word.parts) > 1:
        *first, last = map(key, word.parts)
        ways.append((*map(Term, first), Term(last, is_start=len(last) > 1)))
    return list(dict.fromkeys(ways))


def _unspaced(piece: str, is_unspaced: bool) -> Iterable[Term]:
    if not is_unspaced:
        return [Term(key(piece))]
    if len(piece) == 1:
        return [Term(piece, is_start=True)]
    return map(Term, pairs(piece)[:-1])


def _joins(words: list[Word], place: int) -> list[Way]:
    """Return a word joined with each neighbour: ``wi fi`` is also ``wifi``."""
    around = [(place - 1, place), (place, place + 1)]
    found = [
        joined(words[one].whole, words[other].whole)
        for one, other in around
        if one >= 0 and other < len(words) and words[one].whole.isalpha()
    ]
    return [(Term(each, is_start=True),) for each in found if len(each) > 2]


def add_synonyms(search: Asked, thesaurus: Thesaurus) -> None:
    """Add to each concept what means the same, also where several words are one expression."""
    stems = [stem(word.whole) for word in search.words]
    numbers = {place: number for number, place in enumerate(search.places)}
    for size in range(1, PHRASE_LIMIT + 1):
        for start in range(len(stems) - size + 1):
            concerned = [numbers[place] for place in range(start, start + size) if place in numbers]
            if not concerned:
                continue
            same = thesaurus.same_as(tuple(stems[start : start + size]))
            for number in concerned:
                search.concepts[number].others += ways_of(same)


def ways_of(phrases: Iterable[Phrase]) -> list[Way]:
    """Return how trees may write these expressions: in one word, in several, with any ending."""
    found: list[Way] = []
    for phrase in phrases:
        whole = "".join(phrase)
        found += [(Term(key(whole)),), (Term(stem(whole)),)]
        if len(phrase) > 1 and not any(says_little(each) or len(each) < 2 for each in phrase):
            found.append(tuple(Term(stem(each)) for each in phrase))
    return list(dict.fromkeys(found))


def misspelled(search: Asked, known: Mapping[str, int]) -> list[Concept]:
    """Return the concepts that no tree has in any way, and that may be a slip of the keyboard."""
    return [
        concept
        for concept in search.concepts
        if concept.word.whole.isalpha()
        and len(key(concept.word.whole)) in SPELLED
        and not is_known(concept, known)
    ]


def is_known(concept: Concept, known: Mapping[str, int]) -> bool:
    """Return whether some tree of the account has the concept; ``known`` are the trees' words."""
    return any(all(term.word in known for term in way) for way in concept.every_way)


def prune(search: Asked, known: Mapping[str, int]) -> None:
    """Leave out the other ways that no tree uses: each costs time."""
    for concept in search.concepts:
        plain = set(concept.ways)
        concept.others = [
            way
            for way in dict.fromkeys(concept.others)
            if way not in plain and all(term.word in known for term in way)
        ]


def weigh(search: Asked, known: Mapping[str, int]) -> None:
    """Give rare words more weight, and none to words that no tree has."""
    trees = max(known.get("", 0), 1)
    for concept in search.concepts:
        ways = concept.every_way
        counts = [min(known.get(term.word, 0) for term in way) for way in ways]
        count = max(counts, default=0)
        concept.weight = log(1 + (2 * trees + 10) / (count + 5)) if count else 0.0
