"""Cases and handoffs in plain Python: what the services should do, said without a database.

Each verb has the name and the values of the service's; it changes the model, or raises
:class:`Refused` with the kind of error that the service should raise.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from rxapp.access.actor import Role
from rxapp.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from rxapp.sessions.merging_rules import only_added
from rxapp.trees.importer import read_yaml
from tests.support.cast import EVERYBODY, MEMBERS, OUTSIDERS, TREE

INSIDE = tuple(MEMBERS)
TECHNICIANS = tuple(name for name in EVERYBODY if (MEMBERS | OUTSIDERS)[name] is Role.VIEWER)
LEASE = timedelta(minutes=15)
_DOCUMENT = read_yaml(TREE).document
START = _DOCUMENT.start
GRAPH = {node.key: {option.key: option.to for option in node.options} for node in _DOCUMENT.nodes}
"""The cast's tree: where each option of each node leads."""


class TooLong(str):
    """A text that no field accepts, and that does not fill the screen when a walk is printed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"TooLong({len(self)})"


TEXTS = {"": "", "hm": "hm", "a\x00b\r\nc": "ab\nc", TooLong("x" * 20_001): None}
"""What is typed, and what is kept of it; None: it is too long."""

LINES = {"T-1": "T-1", "  T \n 2 ": "T 2", "": "", TooLong("x" * 121): None}
REASONS = {" Help \x00": "Help", " \n\x00": "", TooLong("x" * 4_001): None}


class Refused(Exception):
    """The model's refusal."""

    def __init__(self, kind: type[DomainError]) -> None:
        super().__init__(kind.__name__)
        self.kind = kind


@dataclass
class Step:
    node: str
    option: str
    to: str
    by: str


@dataclass
class Case:
    started_by: str
    ticket_number: str
    client_name: str
    holder: str | None
    id: UUID | None = None
    status: str = "active"
    held_by: set[str] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)
    trail: list[str] = field(default_factory=list)
    held_until: datetime | None = None
    scratchpad: str = ""
    notes: dict[tuple[int, str], str] = field(default_factory=dict)
    outcome: str | None = None

    @property
    def seq(self) -> int:
        return len(self.steps) + 1

    @property
    def node(self) -> str:
        return self.steps[-1].to if self.steps else START


@dataclass
class Handoff:
    case: Case
    intent: str
    priority: str
    reason: str
    given_by: str
    id: UUID | None = None
    status: str = "open"
    claimed_by: str | None = None
    returned: int = 0
    events: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_closed(self) -> bool:
        return self.status in ("resolved", "withdrawn")


def _insist(holds: bool, kind: type[DomainError]) -> None:
    if not holds:
        raise Refused(kind)


def _kept(typed: str, known: dict[str, str | None]) -> str:
    kept = known[typed]
    if kept is None:
        raise Refused(Invalid)
    return kept


def _same_account(one: str, other: str) -> bool:
    return (one in INSIDE) == (other in INSIDE)


class Model:
    """Every case and handoff, and the verbs that change them. ``now`` is the clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.cases: list[Case] = []
        self.handoffs: list[Handoff] = []

    def start(self, who: str, account: str, *, ticket_number: str, client_name: str) -> Case:
        _insist((who in INSIDE) == (account == "inside"), NotFound)
        ticket, client = _kept(ticket_number, LINES), _kept(client_name, LINES)
        case = Case(who, ticket, client, holder=who)
        self.cases.append(case)
        return case

    def answer(
        self, who: str, case: Case, *, option_key: str, seq: int, note: str | None
    ) -> tuple[int, str]:
        self._see(who, case)
        _insist(seq >= 1, Invalid)
        if seq < case.seq:
            # What was answered already may be repeated by whoever sees it: it does nothing.
            _insist(case.steps[seq - 1].option == option_key != "", Conflict)
            return case.seq, case.node
        self._hold(who, case)
        _insist(seq == case.seq, Invalid)
        _insist(option_key in GRAPH[case.node], Invalid)
        if note is not None:
            self._write(who, case, seq, _kept(note, TEXTS))
        case.trail.append(case.node)
        self._move(who, case, option_key, GRAPH[case.node][option_key])
        return case.seq, case.node

    def back(self, who: str, case: Case, *, seq: int | None) -> None:
        self._see(who, case)
        if seq is not None and seq < case.seq:
            return
        self._hold(who, case)
        _insist(seq in (None, case.seq), Invalid)
        _insist(bool(case.trail), Conflict)
        self._move(who, case, "", case.trail.pop())

    def save_note(self, who: str, case: Case, *, seq: int, note: str) -> None:
        self._see(who, case)
        typed = _kept(note, TEXTS)
        _insist(1 <= seq <= case.seq, Conflict)
        holds = case.status == "active" and case.holder == who
        had_part = who in (case.started_by, case.holder, *case.held_by)
        _insist(had_part or any(step.by == who for step in case.steps), Conflict)
        left = seq == case.seq - 1 and case.status != "completed" and case.steps[-1].by == who
        rewrites = left or (holds and seq == case.seq)
        if self._write(who, case, seq, typed, rewrites=rewrites) and holds:
            self._touch(case)

    def _write(self, who: str, case: Case, seq: int, typed: str, *, rewrites: bool = True) -> bool:
        """Write somebody's own note of a step; returns whether that changed anything."""
        before = case.notes.get((seq, who), "")
        after = typed if rewrites else only_added(before, typed)
        if after != before:
            case.notes[seq, who] = after
        return after != before

    def update_details(self, who: str, case: Case, **details: str) -> None:
        self._see(who, case)
        self._hold(who, case)
        kept = {
            name: _kept(typed, LINES if name in ("ticket_number", "client_name") else TEXTS)
            for name, typed in details.items()
        }
        changed = False
        for name, value in kept.items():
            if name == "note":
                changed |= self._write(who, case, case.seq, value)
            elif value != getattr(case, name):
                setattr(case, name, value)
                changed = True
        if changed:
            self._touch(case)

    def complete(self, who: str, case: Case, *, outcome: str) -> None:
        self._see(who, case)
        _insist(outcome in ("resolved", "workaround", "not_resolved"), Invalid)
        if case.status == "completed" and case.outcome == outcome:
            return
        self._hold(who, case)
        self._give(case, "completed", None)
        case.outcome = outcome
        for handoff in self.handoffs:
            if handoff.case is case and not handoff.is_closed:
                handoff.status = "resolved"
                handoff.events.append(("resolved", who))

    def hand_off(self, who: str, case: Case, *, intent: str, reason: str, priority: str) -> Handoff:
        _insist(intent in ("escalate", "park"), Invalid)
        _insist(priority in ("normal", "urgent"), Invalid)
        kept = _kept(reason, REASONS)
        _insist(intent == "park" or kept != "", Invalid)
        self._see(who, case)
        self._hold(who, case)
        _insist(case.held_until is None, Conflict)
        handoff = Handoff(case, intent, priority, kept, given_by=who)
        self.handoffs.append(handoff)
        if intent == "park":
            self._give(case, "parked", who)
        else:
            self._give(case, "escalated", None)
        handoff.events.append(("parked" if intent == "park" else "escalated", who))
        return handoff

    def claim(self, who: str, handoff: Handoff) -> None:
        self._handle(who, handoff)
        _insist(handoff.intent == "escalate", Conflict)
        _insist(handoff.given_by != who, Conflict)
        _insist(not handoff.is_closed, Conflict)
        if handoff.claimed_by == who:
            return
        _insist(handoff.claimed_by is None, Conflict)
        handoff.status, handoff.claimed_by = "claimed", who
        handoff.events.append(("claimed", who))
        self._give(handoff.case, "active", who)
        handoff.case.held_until = self.now() + LEASE

    def hand_back(self, who: str, handoff: Handoff, *, reason: str) -> None:
        _insist(who not in TECHNICIANS, Forbidden)
        _insist(_kept(reason, REASONS) != "", Invalid)
        self._handle(who, handoff)
        _insist(handoff.status == "claimed" and handoff.claimed_by == who, Conflict)
        self._return(handoff, "handed_back")

    def withdraw(self, who: str, handoff: Handoff) -> None:
        self._see_handoff(who, handoff)
        _insist(handoff.given_by == who and handoff.status == "open", Conflict)
        handoff.status = "withdrawn"
        handoff.events.append(("resumed" if handoff.intent == "park" else "withdrawn", who))
        self._give(handoff.case, "active", who)

    def resolve(self, who: str, handoff: Handoff, *, outcome: str) -> None:
        self._handle(who, handoff)
        if handoff.status == "resolved" and handoff.claimed_by == who:
            return
        _insist(not handoff.is_closed and handoff.claimed_by == who, Conflict)
        self.complete(who, handoff.case, outcome=outcome)

    def expire(self, handoff: Handoff) -> bool:
        """Return the handoff to the queue if it is claimed and its lease has expired."""
        ended = handoff.case.held_until
        if handoff.status != "claimed" or ended is None or ended >= self.now():
            return False
        self._return(handoff, "lease_expired")
        return True

    def _see(self, who: str, case: Case) -> None:
        _insist(_same_account(who, case.started_by), NotFound)
        _insist(who not in TECHNICIANS or case.started_by == who, NotFound)
        _insist(case.status != "parked" or case.holder == who, NotFound)

    def _see_handoff(self, who: str, handoff: Handoff) -> None:
        _insist(_same_account(who, handoff.given_by), NotFound)
        is_for_all_seniors = who not in TECHNICIANS and handoff.intent == "escalate"
        _insist(handoff.given_by == who or is_for_all_seniors, NotFound)

    def _handle(self, who: str, handoff: Handoff) -> None:
        _insist(who not in TECHNICIANS, Forbidden)
        self._see_handoff(who, handoff)

    def _hold(self, who: str, case: Case) -> None:
        _insist(case.status == "active" and case.holder == who, Conflict)

    def _touch(self, case: Case) -> None:
        if case.held_until is not None:
            case.held_until = self.now() + LEASE

    def _move(self, who: str, case: Case, option: str, to: str) -> None:
        case.steps.append(Step(case.node, option, to, who))
        self._touch(case)

    def _give(self, case: Case, status: str, holder: str | None) -> None:
        case.status, case.holder, case.held_until = status, holder, None
        if holder is not None:
            case.held_by.add(holder)

    def _return(self, handoff: Handoff, how: str) -> None:
        handoff.events.append((how, handoff.claimed_by or ""))
        handoff.status, handoff.claimed_by = "open", None
        handoff.returned += 1
        self._give(handoff.case, "escalated", None)
