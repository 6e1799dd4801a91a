"""What lint can say of a document: the findings, how bad each is, and what mends it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

PHONE_LINE, WIDE_LINE = 42, 90
"""How many characters a line of a step's text holds on a phone, and of a command on a desk."""

TITLE_ON_SCREEN, LABEL_ON_SCREEN = 100, 80
"""From how many characters on a title or a label pushes the rest off a phone's screen."""

BODY_ON_SCREEN, EXPECTED_ON_SCREEN = 16, 8
"""How many lines on a phone still leave the first answer on the same screen."""

COMMAND_ON_SCREEN = 15
"""How many lines of a command can be read at a glance before it is copied."""

OPTIONS_ON_SCREEN = 9
"""How many options have a key: 1 to 9."""


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"  # somebody would get stuck: it cannot be published
    WARNING = "warning"


class Code(StrEnum):
    """What is wrong. The values are stable: clients may rely on them."""

    DANGLING = "dangling"
    NO_START = "no-start"
    DEAD_END = "dead-end"
    UNREACHABLE = "unreachable"
    ENDLESS = "endless"
    INVISIBLE = "invisible"
    SAME_LABEL = "same-label"
    ONE_OPTION = "one-option"
    MANY_OPTIONS = "many-options"
    EMPTY_ACTION = "empty-action"
    LONG_TEXT = "long-text"
    TYPOGRAPHY = "typography"
    UNCHECKED = "unchecked"
    NOTHING_TO_HAND_OVER = "nothing-to-hand-over"


WARNINGS = frozenset(
    {
        Code.ONE_OPTION,
        Code.MANY_OPTIONS,
        Code.EMPTY_ACTION,
        Code.LONG_TEXT,
        Code.TYPOGRAPHY,
        Code.UNCHECKED,
        Code.NOTHING_TO_HAND_OVER,
    }
)
"""What is worth a look, but keeps nobody from walking the tree. Everything else is an error."""


@dataclass(frozen=True, slots=True)
class LeadOption:
    """Lead the option that the finding is about to this step."""

    to: str


@dataclass(frozen=True, slots=True)
class BeginAt:
    """Let the tree begin at this step."""

    node: str


@dataclass(frozen=True, slots=True)
class GiveValue:
    """Give a field of the step this value, as JSON."""

    field: str
    value: Any


@dataclass(frozen=True, slots=True)
class Mend:
    """What mends a finding, and what a button that does it says."""

    label: str
    act: LeadOption | BeginAt | GiveValue


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, where it is, and a sentence about it.

    ``node`` is the key of the step, None for the tree itself. With ``option`` (a key) or
    ``command`` (its place, from 0) it is about that part of the step. ``field`` is the field of
    the innermost of them, empty for all of it.
    """

    code: Code
    message: str
    node: str | None = None
    option: str | None = None
    command: int | None = None
    field: str = ""
    mend: Mend | None = None

    @property
    def severity(self) -> Severity:
        """Whether it keeps the tree from being published."""
        return Severity.WARNING if self.code in WARNINGS else Severity.ERROR

    @property
    def is_error(self) -> bool:
        """Whether it keeps the tree from being published."""
        return self.code not in WARNINGS

    def as_json(self) -> dict[str, Any]:
        """Return it without its mend, for a problem about a document that is not kept."""
        return {
            "severity": self.severity.value,
            "code": self.code.value,
            "node": self.node,
            "option": self.option,
            "command": self.command,
            "field": self.field,
            "message": self.message,
        }
