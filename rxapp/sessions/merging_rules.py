"""Merging a text that two people changed at the same time. Pure: no database, no clock.

Each writer says which text theirs was based on. If that is no longer the newest, both are merged
if one of them only added something at the end; otherwise a person has to choose.
"""


def merged(was: str, mine: str, theirs: str) -> str | None:
    """Return a text with both changes to ``was``, or None if a person has to choose.

    A change that is already in ``theirs`` is not added a second time: if the answer to a save gets
    lost, the same save comes again.
    """
    if mine in (was, theirs) or _is_in(was, mine, theirs):
        return theirs
    if theirs == was or _is_in(was, theirs, mine):
        return mine
    i_added, they_added = mine.startswith(was), theirs.startswith(was)
    if i_added:
        added = mine[len(was) :]
        return with_added(theirs, added) if they_added else theirs + added
    return mine + theirs[len(was) :] if they_added else None


def with_added(text: str, added: str) -> str:
    """Return ``text`` with ``added`` below it."""
    is_apart = not text or text.endswith("\n") or added.startswith("\n")
    return text + added if is_apart else f"{text}\n{added}"


def only_added(text: str, mine: str) -> str:
    """Return ``text`` plus what ``mine`` adds to it, so that nothing of ``text`` is lost."""
    if mine.startswith(text):
        return mine
    return text if _has_lines(text, mine) else with_added(text, mine)


def _is_in(was: str, added_to: str, text: str) -> bool:
    """Return whether ``added_to`` only adds to ``was``, and ``text`` already contains that."""
    if not (added_to.startswith(was) and text.startswith(was)):
        return False
    goes_on = text[len(added_to) : len(added_to) + 1]
    is_its_beginning = text.startswith(added_to) and not goes_on.isalnum()
    return is_its_beginning or _has_lines(text[len(was) :], added_to[len(was) :])


def _has_lines(text: str, lines: str) -> bool:
    wanted = lines.strip("\n")
    return not wanted or f"\n{wanted}\n" in f"\n{text}\n"
