"""The ticket note: a session's record as Markdown, plain text, HTML or JSON."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from html import escape
from uuid import UUID

from pydantic import TypeAdapter

from rxapp.core.errors import Invalid
from rxapp.core.time_words import duration, moment, zone_of
from rxapp.sessions.rules import SessionStatus, StepKind
from rxapp.sessions.views import CommandView, Export, NoteView, Segment, SessionRecord, StepView

_JSON = TypeAdapter(SessionRecord)


class ExportFormat(StrEnum):
    """The formats of a ticket note."""

    MARKDOWN = "markdown"
    TEXT = "text"
    HTML = "html"
    JSON = "json"


_FILE = {
    ExportFormat.MARKDOWN: ("md", "text/markdown; charset=utf-8"),
    ExportFormat.TEXT: ("txt", "text/plain; charset=utf-8"),
    ExportFormat.HTML: ("html", "text/html; charset=utf-8"),
    ExportFormat.JSON: ("json", "application/json"),
}


def export(record: SessionRecord, format_name: str) -> Export:
    """Return the ticket note of the session.

    Raises:
        Invalid: if there is no such format.
    """
    try:
        chosen = ExportFormat(format_name)
    except ValueError:
        known = ", ".join(ExportFormat)
        raise Invalid(f"Choose a format: {known}.", field="format") from None
    writer = {
        ExportFormat.MARKDOWN: as_markdown,
        ExportFormat.TEXT: as_text,
        ExportFormat.HTML: as_html,
        ExportFormat.JSON: as_json,
    }[chosen]
    suffix, media_type = _FILE[chosen]
    return Export(writer(record), media_type, f"{_file_stem(record)}.{suffix}")


def _file_stem(record: SessionRecord) -> str:
    ticket = "".join(c if c.isascii() and c.isalnum() else "-" for c in record.ticket_number)
    return f"session-{ticket.strip('-') or str(record.id)[-12:]}"


def _time(record: SessionRecord, at: datetime | None) -> str:
    return moment(at, zone_of(record.time_zone)) if at else ""


def _status(record: SessionRecord) -> str:
    if record.status is SessionStatus.COMPLETED:
        return f"Completed: {record.outcome_label}"
    return f"In progress ({record.status})"


def _summary(record: SessionRecord) -> list[tuple[str, str]]:
    called = _people(record) | {part.user_id: part.user for part in record.segments}
    work = dict.fromkeys(called, 0)
    for part in record.segments:
        work[part.user_id] += part.seconds
    people = [f"{called[each]} ({duration(seconds)})" for each, seconds in work.items()]
    rows = [
        ("Ticket", record.ticket_number or "not given"),
        ("Client", record.client_name or "not given"),
        ("Tree", f"{record.tree_title} (version {record.version})"),
        ("Status", _status(record)),
        ("Started", f"{_time(record, record.started_at)} by {record.started_by}"),
        ("Ended", f"{_time(record, record.completed_at)} by {record.completed_by}"),
        ("Time zone", record.time_zone),
        ("Hands-on time", duration(record.work_seconds)),
        ("Waited", f"{duration(record.queue_seconds)} for a senior"),
        ("Parked", duration(record.parked_seconds)),
        ("Worked on by", ", ".join(people)),
    ]
    without = {
        name
        for name, amount in (
            ("Ended", record.completed_at),
            ("Waited", record.queue_seconds),
            ("Parked", record.parked_seconds),
        )
        if not amount
    }
    return [row for row in rows if row[0] not in without]


def _steps(record: SessionRecord) -> Iterator[tuple[str, StepView]]:
    for step in record.steps:
        answer = f"{step.answer}" if step.kind == StepKind.ANSWER else "Went back"
        yield answer, step


def _commands(step: StepView) -> list[CommandView]:
    """Return the commands of an answered step; none for a step back."""
    return step.commands if step.kind == StepKind.ANSWER else []


def _who(step: StepView) -> str:
    return f"{step.user}, {duration(step.seconds)}"


def _notes(record: SessionRecord, notes: list[NoteView]) -> list[tuple[str, str]]:
    """Return each note with who wrote it and when; empty if one person did it all."""
    if len(_people(record)) < 2:
        return [("", note.text) for note in notes]
    return [(f"{note.user}, {_time(record, note.written_at)}", note.text) for note in notes]


def _people(record: SessionRecord) -> dict[UUID, str]:
    """Return the names of everybody involved, by id: two may have the same name."""
    people = {record.started_by_id: record.started_by}
    for step in record.steps:
        people |= {step.user_id: step.user} | _writers(step.notes)
    return people | _writers(record.notes)


def _writers(notes: list[NoteView]) -> dict[UUID, str]:
    return {note.user_id: note.user for note in notes}


def _last_heading(record: SessionRecord) -> str:
    if record.status is SessionStatus.COMPLETED:
        return "Ended at"
    return "Standing at"


def _parts(record: SessionRecord) -> list[str]:
    """Return who did which part, one line each; empty if one person did it all."""
    if len({segment.user_id for segment in record.segments}) < 2:
        return []
    return [
        f"{_span(segment)}: {segment.user} ({duration(segment.seconds)})"
        for segment in record.segments
    ]


def _span(segment: Segment) -> str:
    if segment.first_seq == segment.last_seq:
        return f"Step {segment.first_seq}"
    return f"Steps {segment.first_seq} to {segment.last_seq}"


def _closing(record: SessionRecord) -> list[tuple[str, str]]:
    texts = [
        ("Outcome notes", record.outcome_notes),
        ("Next steps", record.next_steps),
        ("Scratchpad", record.scratchpad),
    ]
    return [(title, text.strip()) for title, text in texts if text.strip()]


_MARKDOWN_SPECIALS = str.maketrans({c: "\\" + c for c in "\\`*_{}[]<>#|~"})


_MARKDOWN_LINE_START = re.compile(r"^(\s*)([-=+])|^(\s*\d+)([.)])(?=\s|$)")


def _md(text: str) -> str:
    """Return the line escaped, so that Markdown shows it as it is."""
    escaped = text.translate(_MARKDOWN_SPECIALS)
    found = _MARKDOWN_LINE_START.match(escaped)
    if found is None:
        return escaped
    before = found[1] if found[2] else found[3]
    return f"{before}\\{escaped[len(before) :]}"


def _fence(command: str) -> list[str]:
    ticks = "```"
    while ticks in command:
        ticks += "`"
    return [f"   {line}".rstrip() for line in (ticks, *command.splitlines(), ticks)]


def _quote(notes: list[tuple[str, str]], indent: str = "   ") -> list[str]:
    lines: list[str] = []
    for head, text in notes:
        lines += [f"{indent}>"] if lines else []
        lines += [f"{indent}> *{_md(head)}:*  "] if head else []
        lines += [f"{indent}> {_md(line)}".rstrip() for line in text.strip().splitlines()]
    return lines


def as_markdown(record: SessionRecord) -> str:
    """Return the ticket note in Markdown; what people typed is escaped."""
    lines = [f"# {_md(record.tree_title)}", ""]
    lines += [f"- **{name}:** {_md(value)}" for name, value in _summary(record)]
    lines += ["", "## Steps", ""]
    if not record.steps:
        lines.append("No step was answered yet.")
    for answer, step in _steps(record):
        lines.append(f"{step.seq}. {_md(step.node_title)} → **{_md(answer)}** ({_md(_who(step))})")
        for command in _commands(step):
            lines += ["", f"   {_md(command.label)}:"] if command.label else []
            lines += _fence(command.text)
        lines += _quote(_notes(record, step.notes))
    lines += ["", f"**{_last_heading(record)}:** {_md(record.node.title)}"]
    lines += _quote(_notes(record, record.notes), "")
    if parts := _parts(record):
        lines += ["", "## Who did which part", "", *(f"- {_md(part)}" for part in parts)]
    for title, text in _closing(record):
        lines += ["", f"## {title}", "", *(f"{_md(line)}  ".rstrip() for line in text.splitlines())]
    return "\n".join(lines) + "\n"


def as_text(record: SessionRecord) -> str:
    """Return the ticket note as plain text."""
    lines = [record.tree_title, "=" * len(record.tree_title), ""]
    lines += [f"{name + ':':<15}{value}" for name, value in _summary(record)]
    lines += ["", "Steps", "-----"]
    if not record.steps:
        lines.append("No step was answered yet.")
    for answer, step in _steps(record):
        lines.append(f"{step.seq}. {step.node_title} -> {answer} ({_who(step)})")
        for command in _commands(step):
            lines += [f"     {command.label}:"] if command.label else []
            lines += [f"     $ {line}" for line in command.text.splitlines()]
        lines += _noted(_notes(record, step.notes))
    lines += ["", f"{_last_heading(record)}: {record.node.title}"]
    lines += _noted(_notes(record, record.notes))
    if parts := _parts(record):
        lines += ["", "Who did which part", "------------------", *parts]
    for title, text in _closing(record):
        lines += ["", title, "-" * len(title), text]
    return "\n".join(lines) + "\n"


def _noted(notes: list[tuple[str, str]]) -> list[str]:
    lines: list[str] = []
    for head, text in notes:
        lines += [f"     Note by {head}:"] if head else []
        word = "  " if head else "Note: "
        lines += [f"     {word}{line}" for line in text.strip().splitlines()]
    return lines


def as_html(record: SessionRecord) -> str:
    """Return the ticket note as a fragment of HTML; everything typed is escaped."""
    out = [f"<h1>{escape(record.tree_title)}</h1>", "<table>"]
    out += [
        f"<tr><th align='left'>{escape(name)}</th><td>{escape(value)}</td></tr>"
        for name, value in _summary(record)
    ]
    out += ["</table>", "<h2>Steps</h2>"]
    out.append("<ol>" if record.steps else "<p>No step was answered yet.</p>")
    for answer, step in _steps(record):
        out.append(f"<li value='{step.seq}'>{escape(step.node_title)} &rarr; ")
        out.append(f"<strong>{escape(answer)}</strong> <small>({escape(_who(step))})</small>")
        for command in _commands(step):
            out += [f"<p>{escape(command.label)}:</p>"] if command.label else []
            out.append(f"<pre>{escape(command.text)}</pre>")
        out += _html_notes(_notes(record, step.notes))
        out.append("</li>")
    if record.steps:
        out.append("</ol>")
    out.append(f"<p><strong>{_last_heading(record)}:</strong> {escape(record.node.title)}</p>")
    out += _html_notes(_notes(record, record.notes))
    if parts := _parts(record):
        items = "".join(f"<li>{escape(part)}</li>" for part in parts)
        out.append(f"<h2>Who did which part</h2><ul>{items}</ul>")
    for title, text in _closing(record):
        out.append(f"<h2>{escape(title)}</h2><p>{_html_lines(text)}</p>")
    return "\n".join(out) + "\n"


def _html_notes(notes: list[tuple[str, str]]) -> list[str]:
    return [
        "<blockquote>"
        + (f"<small>{escape(head)}:</small><br>" if head else "")
        + f"{_html_lines(text)}</blockquote>"
        for head, text in notes
    ]


def _html_lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.strip().splitlines())


def as_json(record: SessionRecord) -> str:
    """Return the whole record as JSON."""
    return json.dumps(_JSON.dump_python(record, mode="json"), indent=2, ensure_ascii=False) + "\n"
