"""Lint of a whole tree: where its options lead. Looks only at keys and edges, not at texts."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from rxapp.trees.faults import quoted
from rxapp.trees.finding_rules import BeginAt, Code, Finding, LeadOption, Mend
from rxapp.trees.step_lint import CheckedStep

COMPARISONS = 2_000
"""How many keys may be compared for guesses: each costs up to half a millisecond, and one document
can have thousands of options that lead nowhere and as many keys that they may have meant."""


class Guesses:
    """Guesses which step was meant by a key that is none, as long as the comparisons last.

    It remembers them, so that it can be kept for as long as the tree has the same keys.
    """

    def __init__(self, keys: Collection[str]) -> None:
        self._keys = keys
        self._left = COMPARISONS
        self._known: dict[str, str | None] = {}

    def of(self, key: str) -> str | None:
        """Return the most similar key, or None."""
        if key not in self._known:
            self._left -= len(self._keys)
            if self._left < 0:
                return None
            self._known[key] = next(iter(get_close_matches(key, self._keys, n=1)), None)
        return self._known[key]


def of_graph(start: str, steps: Sequence[CheckedStep], guesses: Guesses) -> Iterator[Finding]:
    """Return what is wrong with the targets of the start and the options."""
    titles = {step.key: step.title for step in steps}
    forward = {step.key: step.targets for step in steps}
    if not titles.keys() >= set().union(*forward.values()):
        yield from _dangling(steps, titles, guesses)
    if start not in titles:
        yield _no_start(start, titles, guesses)
        return
    yield from _dead_ends(steps)
    yield from _unreachable(start, steps, forward)
    yield from _endless(steps, forward)


def _missing(key: str, what: str, guess: str | None) -> str:
    hint = f" Did you mean '{guess}'?" if guess else ""
    return f"{what} '{key}', which does not exist.{hint}"


def _dangling(
    steps: Sequence[CheckedStep], titles: Mapping[str, str], guesses: Guesses
) -> Iterator[Finding]:
    for step in steps:
        for option in step.options:
            if option.to not in titles:
                guess = guesses.of(option.to)
                message = _missing(option.to, f"The answer {quoted(option.label)} leads to", guess)
                mend = _lead(guess, titles) if guess else None
                yield Finding(Code.DANGLING, message, step.key, option.key, field="to", mend=mend)


def _lead(key: str, titles: Mapping[str, str]) -> Mend:
    return Mend(f"Lead to {quoted(titles[key])}", LeadOption(key))


def _no_start(start: str, titles: Mapping[str, str], guesses: Guesses) -> Finding:
    guess = guesses.of(start)
    mend = Mend(f"Start at {quoted(titles[guess])}", BeginAt(guess)) if guess else None
    return Finding(
        Code.NO_START, _missing(start, "The tree starts at", guess), field="start", mend=mend
    )


def _dead_ends(steps: Sequence[CheckedStep]) -> Iterator[Finding]:
    for step in steps:
        if not step.is_end and not step.options:
            message = f"{quoted(step.title)} has no answers, so nobody can continue from it."
            yield Finding(Code.DEAD_END, message, step.key, field="options")


def _unreachable(
    start: str, steps: Sequence[CheckedStep], forward: Mapping[str, Iterable[str]]
) -> Iterator[Finding]:
    reached = _spread([start], forward)
    for step in steps:
        if step.key not in reached:
            message = f"No path from the start leads to {quoted(step.title)}."
            yield Finding(Code.UNREACHABLE, message, step.key)


def _endless(
    steps: Sequence[CheckedStep], forward: Mapping[str, Iterable[str]]
) -> Iterator[Finding]:
    backward: dict[str, list[str]] = {}
    for key, targets in forward.items():
        for target in targets:
            backward.setdefault(target, []).append(key)
    ending = _spread([step.key for step in steps if step.is_end], backward)
    for step in steps:
        if step.key not in ending and step.options:
            message = f"No path leads from {quoted(step.title)} to a solution."
            yield Finding(Code.ENDLESS, message, step.key, field="options")


def _spread(start: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    """Return every key that can be reached from ``start``."""
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting.extend(edges.get(key, ()))
    return seen
