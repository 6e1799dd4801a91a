"""Lint of one step: what would puzzle somebody at it. Looks only at the step."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rxapp.core.texts import shows
from rxapp.trees.command_lint import plain, typographic
from rxapp.trees.document import Node, NodeKind, Option
from rxapp.trees.faults import quoted
from rxapp.trees.finding_rules import (
    BODY_ON_SCREEN,
    COMMAND_ON_SCREEN,
    EXPECTED_ON_SCREEN,
    LABEL_ON_SCREEN,
    OPTIONS_ON_SCREEN,
    PHONE_LINE,
    TITLE_ON_SCREEN,
    WIDE_LINE,
    Code,
    Finding,
    GiveValue,
    Mend,
)


@dataclass(frozen=True, slots=True)
class CheckedStep:
    """The findings in a step, and what the checks of the whole tree need to know about it."""

    key: str
    title: str
    is_end: bool
    options: tuple[Option, ...]
    targets: tuple[str, ...]
    findings: tuple[Finding, ...]


def check(node: Node) -> CheckedStep:
    """Return the step with all its findings."""
    found = (*_invisible(node), *_same(node), *_shape(node), *_too_long(node), *_commands(node))
    is_end = node.kind is NodeKind.SOLUTION
    targets = tuple(option.to for option in node.options)
    return CheckedStep(node.key, node.title, is_end, node.options, targets, found)


def _invisible(node: Node) -> Iterator[Finding]:
    """Find texts that are invisible."""
    if not _seen(node.title):
        message = f"Step '{node.key}': the title cannot be seen."
        yield Finding(Code.INVISIBLE, message, node.key, field="title")
    name = quoted(node.title)
    for number, option in enumerate(node.options, start=1):
        if not _seen(option.label):
            message = f"{name}: the label of answer {number} cannot be seen."
            yield Finding(Code.INVISIBLE, message, node.key, option.key, field="label")
    for at, command in enumerate(node.commands):
        if len(node.commands) > 1 and not _seen(command.label):
            message = f"{name}: the label of command {at + 1} cannot be seen."
            yield Finding(Code.INVISIBLE, message, node.key, command=at, field="label")


def _same(node: Node) -> Iterator[Finding]:
    """Find labels that look the same side by side; the finding is about the second one."""
    name, options, commands = quoted(node.title), node.options, node.commands
    for first, second, count in _repeated([each.label for each in options]):
        message = f"{name} has {count} answers with the label {quoted(options[first].label)}."
        yield Finding(Code.SAME_LABEL, message, node.key, options[second].key, field="label")
    if len(commands) > 1:
        for first, second, count in _repeated([each.label for each in commands]):
            message = f"{name} has {count} commands with the label {quoted(commands[first].label)}."
            yield Finding(Code.SAME_LABEL, message, node.key, command=second, field="label")


def _repeated(labels: list[str]) -> Iterator[tuple[int, int, int]]:
    """Return where each repeated label is first and next, and how often it occurs."""
    shown = [_seen(label) for label in labels]
    for label, count in Counter(filter(None, shown)).items():
        if count > 1:
            first = shown.index(label)
            yield first, shown.index(label, first + 1), count


def _seen(text: str) -> str:
    """Return the text without what readers cannot tell apart: case and invisible characters."""
    if not (text.isascii() and text.isprintable()):
        letters = unicodedata.normalize("NFC", text)
        text = "".join(each for each in letters if each.isspace() or shows(each))
    return " ".join(text.casefold().split())


def _shape(node: Node) -> Iterator[Finding]:
    """Find steps with too little for their kind, or with more options than keys."""
    name, is_silent = quoted(node.title), not (node.body or node.expected)
    if node.kind is NodeKind.DECISION and len(node.options) == 1:
        mend = Mend("Make it an action", GiveValue("kind", NodeKind.ACTION))
        message = f"{name} is a decision with only one answer."
        yield Finding(Code.ONE_OPTION, message, node.key, field="options", mend=mend)
    if len(node.options) > OPTIONS_ON_SCREEN:
        message = f"{name} has {len(node.options)} answers; keys only choose the first nine."
        yield Finding(Code.MANY_OPTIONS, message, node.key, field="options")
    if node.kind is NodeKind.ACTION and not (node.body or node.commands):
        message = f"{name} does not say what to do: it has no text and no command."
        yield Finding(Code.EMPTY_ACTION, message, node.key, field="body")
    if node.ending == "solved" and is_silent:
        message = f"{name} does not say how to check that the problem is solved."
        yield Finding(Code.UNCHECKED, message, node.key, field="body")
    if node.ending == "escalate" and is_silent:
        message = f"{name} does not say what to hand over."
        yield Finding(Code.NOTHING_TO_HAND_OVER, message, node.key, field="body")


def _too_long(node: Node) -> Iterator[Finding]:
    """Find texts that do not fit on one screen with the rest of the step."""
    name = quoted(node.title)
    if (length := len(node.title)) > TITLE_ON_SCREEN:
        message = f"The title of {name} has {length} characters; {TITLE_ON_SCREEN} fit on a phone."
        yield Finding(Code.LONG_TEXT, message, node.key, field="title")
    for field, text, limit in (
        ("body", node.body, BODY_ON_SCREEN),
        ("expected", node.expected, EXPECTED_ON_SCREEN),
    ):
        if (lines := _lines(text, PHONE_LINE)) > limit:
            thing = "text" if field == "body" else "expected result"
            message = f"{name}: the {thing} takes {lines} lines on a phone; {limit} fit."
            yield Finding(Code.LONG_TEXT, message, node.key, field=field)
    for option in node.options:
        if (length := len(option.label)) > LABEL_ON_SCREEN:
            message = f"{name}: an answer has {length} characters; {LABEL_ON_SCREEN} fit."
            yield Finding(Code.LONG_TEXT, message, node.key, option.key, field="label")
    for at, command in enumerate(node.commands):
        if (lines := _lines(command.text, WIDE_LINE)) > COMMAND_ON_SCREEN:
            message = f"{name}: a command takes {lines} lines; {COMMAND_ON_SCREEN} fit."
            yield Finding(Code.LONG_TEXT, message, node.key, command=at, field="text")


def _lines(text: str, width: int) -> int:
    if len(text) <= width:
        return text.count("\n") + 1
    return sum(max(1, -(-len(line) // width)) for line in text.split("\n"))


def _commands(node: Node) -> Iterator[Finding]:
    """Find characters in commands from a word processor; the fix replaces all of them."""
    found = [typographic(command.text) for command in node.commands]
    if not any(found):
        return
    value = [
        command.model_dump(mode="json", exclude_defaults=True) | {"text": plain(command.text)}
        for command in node.commands
    ]
    is_left = all(each["text"] for each in value)
    mend = Mend("Use plain characters", GiveValue("commands", value)) if is_left else None
    for at, names in enumerate(found):
        if names:
            message = (
                f"{quoted(node.title)}: a command has {' and '.join(names)}; not every shell"
                " accepts that. Inside straight quotes it is fine."
            )
            yield Finding(Code.TYPOGRAPHY, message, node.key, command=at, field="text", mend=mend)
