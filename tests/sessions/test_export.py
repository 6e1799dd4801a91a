import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from uuid import UUID

import pytest

from rxapp.core.errors import Invalid
from rxapp.sessions.export import export
from rxapp.sessions.rules import Outcome, SessionStatus, StepKind
from rxapp.sessions.views import (
    CommandView,
    NodeView,
    NoteView,
    Revisions,
    Segment,
    SessionRecord,
    StepView,
)
from rxapp.trees.document import NodeKind

HOSTILE = "<script>alert('x')</script> [link](javascript:x) **bold** `code` # | ~ _ \\ &amp;"


def run(text: str, label: str = "") -> CommandView:
    return CommandView(label, text)


IDS = {"Technician": UUID(int=1), "Senior": UUID(int=2)}
START = datetime(2026, 3, 1, 8, tzinfo=UTC)


def noted(text: str, user: str = "Technician") -> list[NoteView]:
    return [NoteView(IDS[user], user, text, START + timedelta(seconds=30), 1)] if text else []


def step(seq: int, *, note: str = "", **values) -> StepView:
    base = {
        "kind": StepKind.ANSWER,
        "node_key": f"n{seq}",
        "node_title": f"Question {seq}",
        "node_kind": NodeKind.DECISION,
        "commands": [],
        "option_key": "yes",
        "answer": f"Answer {seq}",
        "to_node": f"n{seq + 1}",
        "user_id": IDS["Technician"],
        "user": "Technician",
        "entered_at": START,
        "left_at": START + timedelta(minutes=1),
        "seconds": 60,
    }
    return StepView(seq=seq, **{**base, "notes": noted(note), **values})


def record(**values) -> SessionRecord:
    node = NodeView("end", NodeKind.SOLUTION, "It was muted", "", [], "", [], False)
    base = {
        "id": UUID("01890000-0000-7000-8000-00000000abcd"),
        "status": SessionStatus.COMPLETED,
        "tree_title": "No sound",
        "version": 3,
        "ticket_number": "T-17",
        "client_name": "Client A",
        "started_by_id": IDS["Technician"],
        "started_by": "Technician",
        "started_at": START,
        "completed_at": START + timedelta(seconds=330),
        "completed_by": "Technician",
        "seconds": 330,
        "work_seconds": 330,
        "outcome": Outcome.RESOLVED,
        "outcome_label": "Resolved",
        "node": node,
        "steps": [step(1), step(2)],
        "tree_id": UUID(int=3),
        "seq": 3,
        "updated_at": START + timedelta(seconds=330),
        "queue_seconds": 0,
        "parked_seconds": 0,
        "time_zone": "UTC",
        "outcome_notes": "",
        "next_steps": "",
        "scratchpad": "",
        "scratchpad_by": "",
        "scratchpad_at": None,
        "revisions": Revisions(0, 0, 0),
        "notes": [],
        "holder": "",
        "held_until": None,
        "node_seconds": 0,
        "segments": [Segment(IDS["Technician"], "Technician", 1, 2, 120)],
    }
    return SessionRecord(**{**base, **values})


IN_PROGRESS = {
    "status": SessionStatus.ACTIVE,
    "completed_at": None,
    "completed_by": "",
    "outcome_label": "",
}
BY_TWO = {
    "steps": [step(1), step(2), step(3, user="Senior", user_id=IDS["Senior"], seconds=210)],
    "segments": [
        Segment(IDS["Technician"], "Technician", 1, 2, 120),
        Segment(IDS["Senior"], "Senior", 3, 3, 210),
    ],
}
PROSE = ["markdown", "text", "html"]


def text_of(format_name: str, **values) -> str:
    return export(record(**values), format_name).text


class Page(HTMLParser):
    """What a browser would make of a fragment: its elements, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.attributes: list[tuple] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


def test_the_markdown_note_reads_from_ticket_to_outcome():
    note = text_of("markdown", outcome_notes="Louder now", next_steps="Order a speaker")
    assert note.startswith("# No sound\n\n- **Ticket:** T-17\n- **Client:** Client A\n")
    assert "- **Tree:** No sound (version 3)" in note
    assert "- **Status:** Completed: Resolved" in note
    assert "- **Started:** 2026-03-01 08:00 UTC by Technician" in note
    assert "- **Ended:** 2026-03-01 08:05 UTC by Technician" in note
    assert "- **Hands-on time:** 6 min" in note
    assert "1. Question 1 → **Answer 1** (Technician, 1 min)" in note
    assert "**Ended at:** It was muted" in note
    assert note.index("## Steps") < note.index("## Outcome notes") < note.index("## Next steps")
    assert note.endswith("Order a speaker\n")


@pytest.mark.parametrize("format_name", PROSE)
def test_two_people_of_one_name_are_two_people(format_name):
    both = {
        "steps": [step(1, note="Mine"), step(2, user_id=IDS["Senior"], seconds=210)],
        "segments": [
            Segment(IDS["Technician"], "Technician", 1, 1, 120),
            Segment(IDS["Senior"], "Technician", 2, 2, 210),
        ],
    }
    note = text_of(format_name, **both)
    assert "Technician (2 min), Technician (4 min)" in note.replace("\\", "")
    assert "Who did which part" in note
    assert "Technician, 2026-03-01 08:00 UTC" in note, "the note says who of them wrote it when"


def test_the_plain_note_has_no_markup():
    note = text_of("text", steps=[step(1, note="Dusty\nvery", commands=[run("ipconfig\nping x")])])
    assert note.startswith("No sound\n========\n\nTicket:        T-17\nClient:        Client A\n")
    assert "1. Question 1 -> Answer 1 (Technician, 1 min)" in note
    assert "     $ ipconfig\n     $ ping x\n     Note: Dusty\n     Note: very\n" in note
    assert not set(note) & set("*<>#`\\") - {">"}


def test_the_html_note_is_a_fragment_with_the_same_facts():
    note = export(record(steps=[step(1, note="Dusty\nvery", commands=[run("ping x")])]), "html")
    page = Page(note.text)
    for fact in ("No sound", "T-17", "Completed: Resolved", "6 min", "Question 1 → Answer 1"):
        assert fact in page.text
    assert page.tags[0] == "h1"
    assert {"pre", "blockquote", "br"} <= set(page.tags)
    assert not {"html", "head", "body", "script", "style"} & set(page.tags)


def _as_json(value: UUID | datetime) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def test_the_json_note_is_the_whole_record():
    written = record(**BY_TWO, scratchpad="ü")
    note = export(written, "json")
    assert json.loads(note.text) == json.loads(json.dumps(asdict(written), default=_as_json))
    assert "ü" in note.text


@pytest.mark.parametrize(
    ("format_name", "suffix", "media_type"),
    [
        ("markdown", "md", "text/markdown; charset=utf-8"),
        ("text", "txt", "text/plain; charset=utf-8"),
        ("html", "html", "text/html; charset=utf-8"),
        ("json", "json", "application/json"),
    ],
)
def test_a_note_says_what_it_is(format_name, suffix, media_type):
    note = export(record(), format_name)
    assert (note.filename, note.media_type) == (f"session-T-17.{suffix}", media_type)


@pytest.mark.parametrize("format_name", ["", "pdf", "MARKDOWN", "md"])
def test_a_format_that_there_is_not_is_refused(format_name):
    with pytest.raises(Invalid, match="markdown, text, html, json") as refusal:
        export(record(), format_name)
    assert refusal.value.extra == {"field": "format"}


@pytest.mark.parametrize(
    ("ticket", "name"),
    [
        ('../../etc/"passwd', "session-etc--passwd.md"),
        ('x"\r\nSet-Cookie: a=b', "session-x---Set-Cookie--a-b.md"),
        ("", "session-00000000abcd.md"),
        ("äöü", "session-00000000abcd.md"),
    ],
)
def test_a_file_name_holds_nothing_that_a_header_or_a_folder_could_read(ticket, name):
    assert export(record(ticket_number=ticket), "markdown").filename == name


@pytest.mark.parametrize("format_name", PROSE)
@pytest.mark.parametrize("status", ["active", "parked", "escalated"])
def test_a_note_taken_midway_says_so(format_name, status):
    note = text_of(format_name, **{**IN_PROGRESS, "status": status}, notes=noted("Half a thought"))
    assert f"In progress ({status})" in note
    assert "Standing at" in note
    assert "Half a thought" in note
    assert "Ended" not in note
    assert "Completed" not in note


@pytest.mark.parametrize("format_name", PROSE)
def test_a_note_of_a_session_just_started_says_that_nothing_was_answered(format_name):
    assert "No step was answered yet." in text_of(format_name, **IN_PROGRESS, steps=[], segments=[])


@pytest.mark.parametrize("format_name", PROSE)
def test_a_ticket_that_nobody_gave_is_said_to_be_missing(format_name):
    assert text_of(format_name, ticket_number="", client_name="").count("not given") == 2


@pytest.mark.parametrize("format_name", PROSE)
def test_who_did_which_part_is_told_where_two_worked(format_name):
    note = text_of(format_name, **BY_TWO)
    assert "Technician (2 min), Senior (4 min)" in note
    assert "Who did which part" in note
    assert "Steps 1 to 2: Technician" in Page(note).text
    assert "Step 3: Senior (4 min)" in Page(note).text
    assert "Who did which part" not in text_of(format_name)


@pytest.mark.parametrize("format_name", PROSE)
def test_a_step_back_is_told_without_the_command_of_its_node(format_name):
    back = step(2, kind="back", answer="", commands=[run("ipconfig")])
    note = text_of(format_name, steps=[step(1), back])
    assert "Went back" in note
    assert "ipconfig" not in note


@pytest.mark.parametrize("format_name", PROSE)
def test_waiting_and_parking_stand_apart_from_work(format_name):
    waited = text_of(format_name, work_seconds=330, queue_seconds=720, parked_seconds=4_620 * 60)
    assert all(words in waited for words in ("6 min", "12 min for a senior", "77 h"))
    at_once = text_of(format_name, work_seconds=330)
    assert not any(word in at_once for word in ("Waited", "Parked"))


@pytest.mark.parametrize("format_name", PROSE)
def test_times_are_in_the_accounts_zone_which_is_named(format_name):
    note = text_of(format_name, time_zone="Europe/Berlin")
    assert "2026-03-01 09:00 CET" in note
    assert "Europe/Berlin" in note
    assert "2026-03-01 08:00 UTC" in text_of(format_name, time_zone="localtime")


def everywhere(text: str) -> dict:
    """The text in every place that somebody types into."""
    return {
        "tree_title": text,
        "ticket_number": text,
        "client_name": text,
        "started_by": text,
        "completed_by": text,
        "outcome_notes": text,
        "next_steps": text,
        "scratchpad": text,
        "notes": noted(text),
        "node": NodeView("end", "solution", text, "", [], "", [], False),
        "steps": [
            step(1, node_title=text, answer=text, note=text, user=text, commands=[run(text)]),
            step(2, user="Senior"),
        ],
        "segments": [
            Segment(IDS["Technician"], text, 1, 1, 60),
            Segment(IDS["Senior"], "Senior", 2, 2, 60),
        ],
    }


def test_html_shows_hostile_text_and_obeys_none_of_it():
    harmless, hostile = everywhere("harmless"), everywhere(HOSTILE)
    page = Page(text_of("html", **hostile))
    assert page.tags == Page(text_of("html", **harmless)).tags
    assert page.attributes == Page(text_of("html", **harmless)).attributes
    assert page.text.count(HOSTILE) == Page(text_of("html", **harmless)).text.count("harmless")


def test_markdown_escapes_every_sign_that_starts_markup():
    note = text_of("markdown", **{**everywhere(HOSTILE), "steps": [step(1, note=HOSTILE)]})
    for sign in "<>[]*`#|~_\\":
        typed = HOSTILE.count(sign)
        escaped = note.count("\\" + sign)
        assert escaped >= typed * 10, sign
    assert "<script" not in note.replace("\\<", "")


@pytest.mark.parametrize("line", ["=====", "-", "---", "- - -", "***", "# a", "## Steps"])
def test_no_line_that_is_typed_becomes_a_heading_or_a_rule(line):
    text = f"Typed\n{line}\nby a person"
    midway = {**IN_PROGRESS, "steps": [step(1, note=text)], "notes": noted(text)}
    ended = {"outcome_notes": text, "next_steps": text, "scratchpad": text}
    for note in (text_of("markdown", **midway), text_of("markdown", **ended)):
        typed = note.partition("## Steps")[2].replace("> ", "").splitlines()
        assert line not in [each.strip() for each in typed]


def test_a_command_with_a_fence_in_it_stays_one_block():
    command = "before\n```\n````\nafter"
    note = text_of("markdown", steps=[step(1, commands=[run(command)])])
    fence = next(line for line in note.splitlines() if line.strip().startswith("`"))
    assert fence.strip() == "`````"
    assert note.split(fence)[1].split() == command.split()


THREE = [run("dir\ncd", "Look"), run("del x", "Then <change>"), run("klist")]


def test_each_command_of_a_step_stands_apart_under_its_label():
    steps = [step(1, commands=THREE)]
    assert (
        "   Look:\n   ```\n   dir\n   cd\n   ```\n"
        "\n   Then \\<change\\>:\n   ```\n   del x\n   ```\n"
        "   ```\n   klist\n   ```\n"
    ) in text_of("markdown", steps=steps)
    assert (
        "     Look:\n     $ dir\n     $ cd\n     Then <change>:\n     $ del x\n     $ klist\n"
    ) in text_of("text", steps=steps)
    html = text_of("html", steps=steps)
    assert "<p>Look:</p>\n<pre>dir\ncd</pre>\n<p>Then &lt;change&gt;:</p>\n<pre>del x</pre>" in html
    written = json.loads(text_of("json", steps=steps))["steps"][0]["commands"]
    assert written == [asdict(each) for each in THREE]


def test_a_fact_stays_on_its_line_whatever_was_typed():
    plain = text_of("markdown", **everywhere("typed"))
    assert len(text_of("markdown", **everywhere(HOSTILE)).splitlines()) == len(plain.splitlines())


@pytest.mark.parametrize("format_name", PROSE)
def test_a_note_stays_its_authors_where_a_colleague_answered(format_name):
    both = [*noted("Smells burnt"), *noted("New fuse", "Senior")]
    note = text_of(
        format_name,
        **{**IN_PROGRESS, **BY_TWO},
        notes=noted("Still dark", "Senior"),
    )
    assert "Senior, 2026-03-01 08:00" in note
    steps = [step(1, notes=both, user="Senior", user_id=IDS["Senior"])]
    read = Page(text_of(format_name, steps=steps)).text
    places = [
        read.index(words)
        for words in ("Technician, 2026-03-01", "Smells burnt", "Senior, 2026-03-01", "New fuse")
    ]
    assert places == sorted(places)
    assert "Senior (0 s)" in read, "who wrote a note worked on it too"


@pytest.mark.parametrize("format_name", PROSE)
def test_where_one_person_did_it_all_no_note_repeats_their_name(format_name):
    note = text_of(format_name, steps=[step(1, note="Dusty")])
    assert "Dusty" in note
    assert "Technician, 2026" not in note
