"""Lint of a document: finds what would leave a technician stuck or puzzled, before publishing."""

from collections.abc import Sequence

from rxapp.trees.document import Document
from rxapp.trees.finding_rules import Finding
from rxapp.trees.graph_lint import Guesses, of_graph
from rxapp.trees.step_lint import CheckedStep, check


def lint(document: Document) -> list[Finding]:
    """Return everything that is wrong with a document: errors first, each in the steps' order.

    Without an error it may be published.
    """
    steps = [check(node) for node in document.nodes]
    return findings(document.start, steps, Guesses([step.key for step in steps]))


def findings(start: str, steps: Sequence[CheckedStep], guesses: Guesses) -> list[Finding]:
    """Return, for steps that are checked already, what :func:`lint` returns."""
    places: dict[str | None, int] = {step.key: place for place, step in enumerate(steps)}
    found = [
        *of_graph(start, steps, guesses),
        *(finding for step in steps for finding in step.findings),
    ]
    return sorted(found, key=lambda each: (not each.is_error, places.get(each.node, -1)))
