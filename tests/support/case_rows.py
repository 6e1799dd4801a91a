"""Cases and handoffs as the tables hold them, in the terms of :mod:`tests.support.case_model`."""

from collections import defaultdict
from typing import Any

from sqlalchemy import delete, select

from rxapp.core.db import Database
from rxapp.handoffs.models import Handoff, HandoffEvent
from rxapp.notifications.models import OutboxEvent
from rxapp.sessions.models import GuidedSession, SessionStep, SessionTurn, StepNote
from tests.support.case_model import Model, Step
from tests.support.cast import EVERYBODY, Cast

TABLES = (OutboxEvent, HandoffEvent, Handoff, StepNote, SessionTurn, SessionStep, GuidedSession)
"""In the order in which their rows may be deleted."""

Rows = dict[type, dict[Any, Any]]
Told = dict[Any, dict[str, Any]]


def read_rows(database: Database) -> Rows:
    """Return every row of every table, by its id."""
    with database.reading() as db:
        return {
            table: {row.id: row for row in db.execute(select(*table.__table__.c))}
            for table in TABLES
        }


def empty_tables(database: Database) -> None:
    with database.transaction() as db:
        for table in TABLES:
            db.execute(delete(table))


def told_by_rows(rows: Rows, cast: Cast) -> Told:
    """Return what the tables say of each case and handoff, by its id."""
    name = {cast.person(each).actor.user_id: each for each in EVERYBODY}
    steps, events, outbox = defaultdict(list), defaultdict(list), defaultdict(int)
    notes = defaultdict(list)
    for step in sorted(rows[SessionStep].values(), key=lambda step: step.seq):
        moved = (step.node_key, step.option_key, step.to_node)
        steps[step.session_id].append((step.seq, step.kind, *moved, name[step.user_id]))
    for note in rows[StepNote].values():
        notes[note.session_id].append((note.seq, name[note.user_id], note.text))
    for event in rows[HandoffEvent].values():
        events[event.handoff_id].append((event.kind, name.get(event.user_id or event.about_id)))
    for told in rows[OutboxEvent].values():
        outbox[told.subject_id] += 1
    cases = {
        row.id: {
            "status": row.status,
            "holder": name.get(row.holder_id),
            "held_until": row.held_until,
            "leased": row.lease_seconds is not None,
            "seq": row.seq,
            "node": row.node_key,
            "words": (row.ticket_number, row.client_name, row.scratchpad),
            "notes": sorted(notes[row.id]),
            "ended": (row.outcome, row.completed_at is not None),
            "steps": steps[row.id],
        }
        for row in rows[GuidedSession].values()
    }
    handoffs = {
        row.id: {
            "case": row.session_id,
            "asked": (row.intent, row.priority, row.reason, name[row.escalated_by]),
            "status": row.status,
            "claimed": (name.get(row.claimed_by), row.claimed_at is not None),
            "returned": row.returned,
            "closed": row.closed_at is not None,
            "events": sorted(events[row.id]),
            "told": outbox[row.id],
        }
        for row in rows[Handoff].values()
    }
    return cases | handoffs


def told_by_model(model: Model) -> Told:
    """Return what the tables should say."""
    cases = {
        case.id: {
            "status": case.status,
            "holder": case.holder,
            "held_until": case.held_until,
            "leased": case.held_until is not None,
            "seq": case.seq,
            "node": case.node,
            "words": (case.ticket_number, case.client_name, case.scratchpad),
            "notes": sorted((*key, text) for key, text in case.notes.items()),
            "ended": (case.outcome, case.status == "completed"),
            "steps": [_step(seq, step) for seq, step in enumerate(case.steps, 1)],
        }
        for case in model.cases
    }
    handoffs = {
        handoff.id: {
            "case": handoff.case.id,
            "asked": (handoff.intent, handoff.priority, handoff.reason, handoff.given_by),
            "status": handoff.status,
            "claimed": (handoff.claimed_by, handoff.claimed_by is not None),
            "returned": handoff.returned,
            "closed": handoff.is_closed,
            "events": sorted(handoff.events),
            "told": sum(
                kind in ("escalated", "handed_back", "lease_expired") for kind, _ in handoff.events
            ),
        }
        for handoff in model.handoffs
    }
    return cases | handoffs


def _step(seq: int, step: Step) -> tuple[Any, ...]:
    kind = "answer" if step.option else "back"
    return seq, kind, step.node, step.option, step.to, step.by
