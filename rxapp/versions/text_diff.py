"""The changes of texts, word by word if that is cheap enough."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from rxapp.versions.views import Piece, TextPiece

COMPARISONS = 250_000
"""How many pairs of words two texts may have: comparing is quadratic, and cubic at worst."""

COMPARISONS_TOGETHER = 2_000_000
"""How many pairs all texts compared for one answer may have together."""

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


class Comparer:
    """Compares the texts of one answer, until the comparisons are used up."""

    def __init__(self, comparisons: int = COMPARISONS_TOGETHER) -> None:
        self._left = comparisons

    def pieces(self, old: str, new: str) -> list[TextPiece]:
        """Return how the old text became the new one.

        The common beginning and end are kept. The part between is compared by words. If that would
        be too much, it is compared by lines, and the changed lines by words; or else it is shown
        as removed and added.
        """
        before, after = _WORDS.findall(old), _WORDS.findall(new)
        first = _alike(before, after)
        last = _alike(before[first:][::-1], after[first:][::-1])
        found = [
            TextPiece(Piece.KEPT, "".join(before[:first])),
            *self._compared(
                "".join(before[first : len(before) - last]),
                "".join(after[first : len(after) - last]),
            ),
            TextPiece(Piece.KEPT, "".join(before[len(before) - last :])),
        ]
        return _joined([each for each in found if each.text])

    def _compared(self, old: str, new: str) -> list[TextPiece]:
        before, after = _WORDS.findall(old), _WORDS.findall(new)
        if self._may_compare(before, after):
            return [piece for pair in _matched(before, after) for piece in _shown(*pair)]
        before, after = _LINES.findall(old), _LINES.findall(new)
        if not self._may_compare(before, after):
            return _shown(old, new)
        found: list[TextPiece] = []
        for gone, came in _matched(before, after):
            is_smaller = (gone, came) != (old, new) and gone and came
            found += self._compared(gone, came) if is_smaller else _shown(gone, came)
        return found

    def _may_compare(self, before: list[str], after: list[str]) -> bool:
        pairs = len(before) * len(after)
        if pairs > min(COMPARISONS, self._left):
            return False
        self._left -= pairs
        return True


def _joined(pieces: list[TextPiece]) -> list[TextPiece]:
    """Return the pieces with changes beside each other, or with only a space between, as one."""
    found: list[TextPiece] = []
    gone = came = ""
    for at, piece in enumerate(pieces):
        is_between = piece.text.isspace() and bool(gone or came) and at < len(pieces) - 1
        if piece.kind is Piece.KEPT and not is_between:
            found += [*_shown(gone, came), piece] if gone or came else [piece]
            gone = came = ""
            continue
        gone += piece.text if piece.kind is not Piece.ADDED else ""
        came += piece.text if piece.kind is not Piece.REMOVED else ""
    return [*found, *(_shown(gone, came) if gone or came else [])]


def _alike(before: list[str], after: list[str]) -> int:
    """Return how many words both begin with."""
    count = 0
    for old, new in zip(before, after, strict=False):
        if old != new:
            break
        count += 1
    return count


def _matched(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the texts run by run: the same twice where it was kept."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _kind, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        yield "".join(before[from_old:to_old]), "".join(after[from_new:to_new])


def _shown(old: str, new: str) -> list[TextPiece]:
    if old == new:
        return [TextPiece(Piece.KEPT, old)]
    found = [TextPiece(Piece.REMOVED, old), TextPiece(Piece.ADDED, new)]
    return [each for each in found if each.text]
