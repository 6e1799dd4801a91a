import time

import pytest

from rxapp.trees.document import Document, NodeKind
from rxapp.trees.finding_rules import BeginAt, Finding, LeadOption, Mend
from rxapp.trees.graph_lint import Guesses
from rxapp.trees.lint import lint
from rxapp.trees.service import starter_trees
from tests.trees.test_document import decision, document, end

STARTERS = starter_trees()


def errors(tree: Document) -> list[Finding]:
    return [finding for finding in lint(tree) if finding.is_error]


def found(tree: Document) -> list[tuple[str | None, str]]:
    return [(finding.node, finding.code) for finding in errors(tree)]


def test_a_sound_tree_has_no_finding():
    done = {**end(), "body": "Print a page."}
    assert lint(document(decision("a", "a", "end"), done)) == []


def test_a_loop_with_a_way_out_is_sound():
    assert errors(document(decision("a", "b"), decision("b", "a", "end"), end())) == []


def test_an_option_that_leads_nowhere_is_found_and_its_typo_named():
    tree = document(decision("a", "end", "prinetr"), end(), decision("printer", "end"))
    [finding] = [each for each in lint(tree) if each.code == "dangling"]
    assert (finding.node, finding.option, finding.field) == ("a", "o1", "to")
    assert "answer 'To prinetr' leads to 'prinetr', which does not exist" in finding.message
    assert "Did you mean 'printer'?" in finding.message
    assert finding.mend == Mend("Lead to 'Node printer'", LeadOption("printer"))


def test_a_target_unlike_any_node_gets_no_guess():
    [finding] = errors(document(decision("a", "end", "zzzz"), end()))
    assert "does not exist" in finding.message
    assert "Did you mean" not in finding.message
    assert finding.mend is None


def test_a_start_that_is_not_there_is_found_and_its_typo_named():
    [finding] = errors(document(decision("begin", "end"), end(), start="begni"))
    assert (finding.node, finding.code, finding.field) == (None, "no-start", "start")
    assert "The tree starts at 'begni'" in finding.message
    assert "Did you mean 'begin'?" in finding.message
    assert finding.mend == Mend("Start at 'Node begin'", BeginAt("begin"))


def test_a_node_without_options_that_is_no_solution_is_a_dead_end():
    tree = document(decision("a", "b", "end"), {**decision("b"), "kind": "action"}, end())
    assert found(tree) == [("b", "dead-end")]
    [finding] = errors(tree)
    assert finding.message == "'Node b' has no answers, so nobody can continue from it."


def test_a_node_that_no_path_reaches_is_found():
    tree = document(decision("a", "end"), end(), decision("lost", "end"))
    assert found(tree) == [("lost", "unreachable")]
    assert "'Node lost'" in errors(tree)[0].message


def test_nodes_that_only_lead_in_circles_are_found():
    tree = document(decision("a", "b", "end"), decision("b", "c"), decision("c", "b"), end("end"))
    assert found(tree) == [("b", "endless"), ("c", "endless")]
    assert "No path leads from 'Node b' to a solution." in errors(tree)[0].message


def test_a_tree_without_any_solution_is_endless_everywhere():
    assert found(document(decision("a", "a"))) == [("a", "endless")]


def labelled(*labels: str, thing: str = "options") -> Document:
    """A tree whose first step has options or commands with these labels."""
    node = decision("a", "end")
    if thing == "options":
        node["options"] = [
            {"key": f"o{n}", "label": label, "to": "end"} for n, label in enumerate(labels)
        ]
    else:
        node["commands"] = [{"label": label, "text": "dir"} for label in labels]
    return document(node, end())


SHOWN = {"options": "answer", "commands": "command"}
"""What a message calls one of them."""


def second(finding: Finding) -> bool:
    """Whether the finding is about the second option or command of a labelled tree."""
    return (finding.option, finding.command) in (("o1", None), (None, 1))


@pytest.mark.parametrize("thing", ["options", "commands"])
@pytest.mark.parametrize(
    "labels",
    [
        ("Yes", "Yes"),
        ("Yes", "yes"),
        ("Not  now", "Not\u00a0now"),
        ("Yes", "Y\u200bes"),
        ("Yes", "Yes\u202e"),
        ("Ünder", "U\u0308nder"),
    ],
)
def test_labels_that_look_the_same_are_found(labels, thing):
    [finding] = errors(labelled(*labels, thing=thing))
    assert (finding.node, finding.code, finding.field) == ("a", "same-label", "label")
    assert second(finding)
    assert finding.message == f"'Node a' has 2 {SHOWN[thing]}s with the label '{labels[0]}'."


@pytest.mark.parametrize("thing", ["options", "commands"])
@pytest.mark.parametrize("label", ["\u200b", "\u2800", "\u3164", "\u202e\u202c", "\ufeff\u00ad"])
def test_a_label_that_nobody_can_see_is_found(label, thing):
    [finding] = errors(labelled("Yes", label, thing=thing))
    assert (finding.node, finding.code, finding.field) == ("a", "invisible", "label")
    assert second(finding)
    assert finding.message == f"'Node a': the label of {SHOWN[thing]} 2 cannot be seen."


def test_labels_that_a_reader_can_tell_apart_are_sound():
    assert errors(labelled("x²", "x2", "कि", "कु", "👍", "👎", "Yes", "Yes, again")) == []
    assert errors(labelled("", thing="commands")) == [], "one command needs no label"


def test_a_title_that_nobody_can_see_is_found():
    assert found(document({**decision("a", "end"), "title": "\u2060"}, end())) == [
        ("a", "invisible")
    ]


def test_every_fault_is_found_at_once_and_errors_come_first_in_the_order_of_the_steps():
    wait = {**decision("b"), "kind": "action"}
    tree = document(decision("a", "b"), wait, decision("c", "nowhere", "b"), start="a")
    assert [(each.severity, each.node, each.code) for each in lint(tree)] == [
        ("error", "a", "endless"),
        ("error", "b", "dead-end"),
        ("error", "c", "dangling"),
        ("error", "c", "unreachable"),
        ("error", "c", "endless"),
        ("warning", "a", "one-option"),
        ("warning", "b", "empty-action"),
    ]


def test_a_guess_is_made_once_for_as_long_as_the_tree_has_the_same_keys(monkeypatch):
    asked = []
    monkeypatch.setattr(
        "rxapp.trees.graph_lint.get_close_matches", lambda key, *_, **__: asked.append(key) or []
    )
    guesses = Guesses(["printer"])
    assert (guesses.of("prinetr"), guesses.of("prinetr")) == (None, None)
    assert asked == ["prinetr"]


def test_a_chain_of_ten_thousand_nodes_is_linted_too():
    nodes = [decision(f"n{n}", f"n{n + 1}") for n in range(10_000)]
    assert errors(document(*nodes, end("n10000"), start="n0")) == []


def test_there_are_twelve_starter_trees_with_titles_of_their_own():
    assert len({tree.title for tree in STARTERS}) == len(STARTERS) == 12


@pytest.mark.parametrize("tree", STARTERS, ids=lambda tree: tree.title)
def test_a_starter_tree_can_be_published_and_is_worth_walking(tree):
    nodes = tree.document.nodes
    ends = [node.ending for node in nodes if node.kind is NodeKind.SOLUTION]
    assert lint(tree.document) == []
    assert 12 <= len(nodes) <= 48
    assert ends.count("solved") >= 2
    assert ends.count("escalate") >= 1
    assert None not in ends
    assert _loops(tree.document)
    assert tree.description
    assert tree.category
    assert tree.tags
    keyed = [option for node in nodes for option in node.options]
    assert all(len(node.options) <= 9 for node in nodes), "keys 1-9 choose"
    assert all(option.label for option in keyed)


def _loops(tree: Document) -> bool:
    """Whether some node can be reached from itself."""
    after = {node.key: {option.to for option in node.options} for node in tree.nodes}
    while True:
        ends = {key for key, targets in after.items() if not targets}
        if not ends:
            return bool(after)
        after = {key: targets - ends for key, targets in after.items() if key not in ends}


def test_thousands_of_options_that_lead_nowhere_are_found_in_no_time():
    # Keys that are much alike are the dearest to compare; a document may hold 20,000 of them.
    nodes = [
        {**decision(f"{'a' * 50}{at:05}", f"{'a' * 50}{at + 50_000:05}"), "kind": "action"}
        for at in range(5_000)
    ]
    tree = document(*nodes, start=nodes[0]["key"])
    started = time.process_time()
    findings = lint(tree)
    assert time.process_time() - started < 5
    assert sum(finding.code == "dangling" for finding in findings) == 5_000
