"""Reads of the audit log."""

import csv
import io
import json
import re
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, select, type_coerce
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.audit.models import AuditEntry
from rxapp.audit.rules import AREAS, Action, action_label
from rxapp.audit.views import AuditLine, AuditPage
from rxapp.core.clock import aware
from rxapp.core.errors import Invalid
from rxapp.core.moments import text_of
from rxapp.core.paging import page

CSV_HEAD = ("at", "actor", "action", "subject", "subject_id", "detail", "address", "actor_id")


def lines(
    db: DbSession,
    actor: Actor,
    *,
    area: str | None = None,
    action: str | None = None,
    actor_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> AuditPage:
    """Return a page of the account's lines, newest first.

    Raises:
        Forbidden: without the right to read the log.
        Invalid: if the area, the action or the cursor is unknown.
    """
    require(actor, Permission.READ_AUDIT)
    query = _filtered(actor, area=area, action=action, actor_id=actor_id, since=since, until=until)
    rows, next_cursor = page(
        db, query, AuditEntry.id, cursor=cursor, limit=limit, newest_first=True
    )
    return AuditPage([_line(row.AuditEntry) for row in rows], next_cursor)


def _filtered(
    actor: Actor,
    *,
    area: str | None,
    action: str | None,
    actor_id: UUID | None,
    since: datetime | None,
    until: datetime | None,
) -> Select[Any]:
    query = select(AuditEntry).where(AuditEntry.account_id == actor.account_id)
    if area:
        if area not in AREAS:
            raise Invalid(f"Choose an area: {', '.join(AREAS)}.", field="area")
        query = query.where(
            type_coerce(AuditEntry.action, String).startswith(f"{area}.", autoescape=True)
        )
    if action:
        if action not in set(Action):
            raise Invalid(f"There is no action {action!r}.", field="action")
        query = query.where(AuditEntry.action == action)
    if actor_id is not None:
        query = query.where(AuditEntry.actor_id == actor_id)
    if since:
        query = query.where(AuditEntry.at >= aware(since))
    if until:
        query = query.where(AuditEntry.at < aware(until))
    return query


def _line(row: AuditEntry) -> AuditLine:
    return AuditLine(
        id=row.id,
        at=row.at,
        actor=row.actor_name,
        action=row.action,
        label=action_label(row.action),
        subject_id=row.subject_id,
        subject=row.subject,
        detail=row.detail,
        words=_words(row.detail),
        address=row.address,
        actor_id=row.actor_id,
    )


def _words(detail: dict[str, Any]) -> str:
    """Return the detail in words: ``viewer → engineer``, ``lease minutes: 15 → 20``."""
    rest = dict(detail)
    said = []
    if rest.keys() >= {"before", "after"}:
        said.append(_said({"before": rest.pop("before"), "after": rest.pop("after")}))
    said += [f"{name.replace('_', ' ')}: {_said(value)}" for name, value in rest.items()]
    return ", ".join(said)


def _said(value: Any) -> str:
    if isinstance(value, dict) and value.keys() == {"before", "after"}:
        return f"{_said(value['before'])} → {_said(value['after'])}"
    if value is None or value == "":
        return "nothing"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_FORMULA = re.compile(r"((?:^|[;,\t\r\n|])[\"'\s]*)([=+\-@])")


def as_csv(items: list[AuditLine], *, head: bool) -> str:
    """Return the lines as CSV; text that a spreadsheet would run as a formula gets a quote."""
    out = io.StringIO()
    writer = csv.writer(out)
    if head:
        writer.writerow(CSV_HEAD)
    for each in items:
        typed = (each.actor, each.action, each.subject, each.subject_id, each.words, each.address)
        texts = [_inert(value) for value in typed]
        writer.writerow([text_of(each.at), *texts, each.actor_id or ""])
    return out.getvalue()


def _inert(value: str) -> str:
    """Return the text with a quote before anything that a spreadsheet would run as a formula.

    Some spreadsheets always split cells at semicolons or tabs, so a cell may begin after any of
    these; and some ignore spaces before a formula.
    """
    inert = _FORMULA.sub(r"\1'\2", value)
    return f"'{inert}" if inert[:1] in ("\t", "\r") else inert
