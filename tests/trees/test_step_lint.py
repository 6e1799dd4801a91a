"""What is odd about a single step: warnings, each at its place, none where there is a reason."""

import pytest

from rxapp.trees.document import Node
from rxapp.trees.finding_rules import (
    BODY_ON_SCREEN,
    COMMAND_ON_SCREEN,
    EXPECTED_ON_SCREEN,
    LABEL_ON_SCREEN,
    OPTIONS_ON_SCREEN,
    PHONE_LINE,
    TITLE_ON_SCREEN,
    WIDE_LINE,
    GiveValue,
    Mend,
)
from rxapp.trees.step_lint import check


def option(key: str = "on", label: str = "On") -> dict:
    return {"key": key, "label": label, "to": "end"}


def step(kind: str = "decision", **values) -> Node:
    """A step without a finding, but for what is changed about it."""
    sound = {"key": "a", "kind": kind, "title": "Step", "body": "Look at it."}
    if kind == "decision":
        sound["options"] = [option(), option("off", "Off")]
    if kind == "action":
        sound["options"] = [option()]
    return Node.model_validate(sound | values)


def found(node: Node) -> list[tuple]:
    return [
        (each.severity, each.code, each.option, each.command, each.field)
        for each in check(node).findings
    ]


@pytest.mark.parametrize("kind", ["decision", "action", "solution"])
def test_a_sound_step_has_no_finding(kind):
    assert found(step(kind)) == []


ODD = {
    "a question with one option": (
        step(options=[option()]),
        ("one-option", None, None, "options"),
    ),
    "an action that says nothing": (step("action", body=""), ("empty-action", None, None, "body")),
    "a fix that nobody can check": (
        step("solution", ending="solved", body=""),
        ("unchecked", None, None, "body"),
    ),
    "an escalation without a word": (
        step("solution", ending="escalate", body=""),
        ("nothing-to-hand-over", None, None, "body"),
    ),
    "more options than keys": (
        step(options=[option(f"o{n}", f"Number {n}") for n in range(OPTIONS_ON_SCREEN + 1)]),
        ("many-options", None, None, "options"),
    ),
    "a long title": (
        step(title="x" * (TITLE_ON_SCREEN + 1)),
        ("long-text", None, None, "title"),
    ),
    "a long label": (
        step(options=[option(), option("off", "x" * (LABEL_ON_SCREEN + 1))]),
        ("long-text", "off", None, "label"),
    ),
    "a body of many lines": (
        step(body="\n".join("x" * (BODY_ON_SCREEN + 1))),
        ("long-text", None, None, "body"),
    ),
    "a body of one long line": (
        step(body="x" * (BODY_ON_SCREEN * PHONE_LINE + 1)),
        ("long-text", None, None, "body"),
    ),
    "a long expected result": (
        step(expected="\n".join("x" * (EXPECTED_ON_SCREEN + 1))),
        ("long-text", None, None, "expected"),
    ),
    "a long command": (
        step(commands=[{"text": "dir\n" * (COMMAND_ON_SCREEN + 1)}]),
        ("long-text", None, 0, "text"),
    ),
    "a command from a word processor": (
        step(commands=[{"label": "Read", "text": "dir"}, {"label": "Copy", "text": "copy – x"}]),
        ("typography", None, 1, "text"),
    ),
}


@pytest.mark.parametrize(("node", "finding"), ODD.values(), ids=ODD)
def test_what_is_odd_about_a_step_is_a_warning_at_its_place(node, finding):
    assert found(node) == [("warning", *finding)]


def test_what_just_fits_on_a_screen_is_no_finding():
    node = step(
        title="x" * TITLE_ON_SCREEN,
        body="\n".join("x" * BODY_ON_SCREEN),
        expected="x" * (EXPECTED_ON_SCREEN * PHONE_LINE),
        commands=[{"text": "x" * (COMMAND_ON_SCREEN * WIDE_LINE)}],
        options=[
            option(f"o{n}", f"{n}".ljust(LABEL_ON_SCREEN, "x")) for n in range(OPTIONS_ON_SCREEN)
        ],
    )
    assert found(node) == []


@pytest.mark.parametrize("expected", ["The light is green"])
@pytest.mark.parametrize("ending", ["solved", "escalate"])
def test_an_end_that_says_what_to_expect_says_enough(ending, expected):
    assert found(step("solution", ending=ending, body="", expected=expected)) == []


def test_a_question_with_one_option_becomes_an_action():
    [finding] = check(step(options=[option()])).findings
    assert finding.mend == Mend("Make it an action", GiveValue("kind", "action"))


def test_one_mend_makes_all_commands_of_the_step_plain():
    node = step(commands=[{"label": "One", "text": "a – b"}, {"label": "Two", "text": "“c”"}])
    first, second = check(node).findings
    value = [{"label": "One", "text": "a - b"}, {"label": "Two", "text": '"c"'}]
    assert first.mend == second.mend == Mend("Use plain characters", GiveValue("commands", value))


def test_a_command_of_nothing_but_invisible_characters_has_no_mend():
    [finding] = check(step(commands=[{"text": "\u200b"}])).findings
    assert (finding.code, finding.mend) == ("typography", None)
