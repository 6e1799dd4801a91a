from copy import deepcopy
from time import perf_counter, process_time

import pytest
from pydantic import ValidationError

from rxapp.core.errors import Invalid
from rxapp.trees.document import FORMAT, Command, Document, Node, Option, read_stored, stored
from tests.support.drafting import whole
from tests.support.words import in_plain_words


def decision(key: str, *targets: str) -> dict:
    options = [{"key": f"o{n}", "label": f"To {to}", "to": to} for n, to in enumerate(targets)]
    return {"key": key, "kind": "decision", "title": f"Node {key}", "options": options}


def end(key: str = "end", **values: str) -> dict:
    return {"key": key, "kind": "solution", "title": f"Node {key}", **values}


def document(*nodes: dict, start: str = "a") -> Document:
    return Document.model_validate({"start": start, "nodes": nodes})


def test_a_node_is_found_by_its_key():
    tree = document(decision("a", "end"), end())
    assert tree.node("end").title == "Node end"
    assert (tree.has("a"), tree.has("b")) == (True, False)
    assert tree.node("a").option("o0").to == "end"
    assert tree.node("a").option("o1") is None


def test_a_node_that_is_not_there_is_named():
    with pytest.raises(Invalid, match="no step 'b'"):
        document(end("a")).node("b")


def test_only_a_solution_that_says_so_is_an_end_to_hand_over_at():
    tree = document(decision("a", "b"), end("b", ending="escalate"), end("c", ending="solved"))
    assert [node.is_escalate_end for node in tree.nodes] == [False, True, False]


@pytest.mark.parametrize(
    ("nodes", "sentence"),
    [
        ([end("a"), end("a")], "This tree: two steps have the key 'a'."),
        (
            [{**end("a"), "options": [{"key": "o", "label": "L", "to": "a"}]}],
            "Step 'a': a solution is an end and cannot have answers.",
        ),
        (
            [{**decision("a", "a"), "ending": "solved"}],
            "Step 'a': only a solution can have an ending.",
        ),
        (
            [{**end("a"), "ending": "maybe"}],
            "Step 'a': the ending must be 'solved' or 'escalate'.",
        ),
        (
            [{**end("a"), "kind": "question"}],
            "Step 'a': the kind must be 'decision', 'action' or 'solution'.",
        ),
        ([{**end("a"), "title": "  "}], "Step 'a': the title is empty."),
        ([{**end("a"), "title": None}], "Step 'a': the title is empty."),
        (
            [{**end("a"), "title": "x" * 201}],
            "Step 'a': the title may have at most 200 characters, this has 201.",
        ),
        ([{**end("a"), "colour": "red"}], "Step 'a': there is no field 'colour' here."),
        (
            [end("A b")],
            "Step 'A b': the key may only have letters, digits, '.', '-' and '_'.",
        ),
        (
            [end("...")],
            "Step '...': the key may only have letters, digits, '.', '-' and '_'.",
        ),
        (
            [end("a" * 65)],
            f"Step '{'a' * 64}…': the key may have at most 64 characters, this has 65.",
        ),
        ([{**end("a"), "key": 7}], "Step 1: the key must be text."),
        ([7], "Step 1 must be a group of named fields."),
        ([], "This tree: it needs at least 1 step."),
        ([decision("a", *["a"] * 51)], "Step 'a': at most 50 answers, this one has 51."),
        (
            [{**end("a"), "commands": [{"text": "x"}] * 10}],
            "Step 'a': at most 9 commands, this one has 10.",
        ),
        (
            [{**end("a"), "commands": [{"label": "Read {0}"}]}],
            "Step 'a', command 'Read {0}': the text is missing.",
        ),
        (
            [{**end("a"), "commands": ["dir"]}],
            "Step 'a', command 1 must be a group of named fields.",
        ),
        (
            [{**decision("a"), "options": [{"key": "o", "label": "Yes"}]}],
            "Step 'a', answer 'Yes': the target (to) is missing.",
        ),
        (
            [{**decision("a"), "options": [{"key": "o", "label": "", "to": "a"}]}],
            "Step 'a', answer 1: the label is empty.",
        ),
    ],
)
def test_what_is_no_tree_is_refused_with_the_step_and_what_to_change(nodes, sentence):
    with pytest.raises(ValidationError) as refusal:
        document(*nodes)
    assert refusal.value.errors()[0]["msg"] == sentence


def test_no_field_of_a_document_is_refused_in_the_words_of_a_validator():
    for place, wrong in _spoilt():
        try:
            Document.model_validate(wrong)
        except ValidationError as refusal:
            for fault in refusal.errors():
                assert fault["type"] == "sentence", (place, fault)
                assert in_plain_words(fault["msg"]), (place, fault)
                assert fault["msg"].startswith(("Step ", "This tree"))


def _spoilt():
    """Every field of a document, left out and with each kind of wrong value."""
    command, option = {"label": "Look", "text": "dir"}, {"key": "o", "label": "Go", "to": "a"}
    node = {
        "key": "a",
        "kind": "action",
        "title": "Title",
        "body": "Body",
        "expected": "Nothing",
        "ending": None,
        "commands": [command],
        "options": [option],
    }
    whole = {"start": "a", "nodes": [node]}
    assert Document.model_validate(whole)
    assert node.keys() == Node.model_fields.keys()
    assert (command.keys(), option.keys()) == (
        Command.model_fields.keys(),
        Option.model_fields.keys(),
    )
    values = [
        None,
        7,
        1.5,
        True,
        "",
        "  ",
        "x y",
        "x" * 50_000,
        "\0",
        [],
        [7],
        [{}] * 60,
        {},
        {"x": 1},
    ]
    for inside in (whole, node, command, option):
        for name in [*inside, "unheard-of"]:
            kept = inside.pop(name, None)
            yield name, deepcopy(whole)
            for value in values:
                inside[name] = value
                yield (name, value), deepcopy(whole)
            inside.pop(name)
            if name != "unheard-of":
                inside[name] = kept
    for value in values:
        yield value, value


@pytest.mark.parametrize("key", ["Router", "1st", "v1.2", "a_b", "A-b.C_9", "-x-", "x" * 64])
def test_a_harmless_key_is_taken_as_it_is(key):
    tree = document(decision(key, key), end("end"), start=key)
    assert tree.node(key).options[0].to == tree.start == key


def test_two_options_of_a_node_may_not_have_the_same_key():
    node = decision("a", "a", "a")
    node["options"][1]["key"] = "o0"
    with pytest.raises(ValidationError, match="two answers have the key 'o0'"):
        document(node)


def test_a_document_never_changes():
    tree = document(end("a"))
    with pytest.raises(ValidationError, match="frozen"):
        tree.start = "b"
    with pytest.raises(ValidationError, match="frozen"):
        tree.node("a").title = "Other"


def test_what_was_stored_reads_as_the_same_document():
    tree = document(decision("a", "end"), end(ending="escalate"))
    stored = tree.model_dump(mode="json", exclude_defaults=True)
    assert Document.model_validate(stored) == tree


def test_looking_up_the_last_of_ten_thousand_nodes_is_no_search():
    def seconds(tree: Document, key: str) -> float:
        begun = perf_counter()
        for _ in range(20_000):
            tree.node(key)
        return perf_counter() - begun

    small = document(*(end(f"n{n}") for n in range(10)), start="n0")
    large = document(*(end(f"n{n}") for n in range(10_000)), start="n0")
    assert min(seconds(large, "n9999") for _ in range(5)) < 20 * min(
        seconds(small, "n9") for _ in range(5)
    )


def test_a_heap_of_faults_costs_no_more_than_the_first():
    def seconds(nodes: int) -> float:
        begun = process_time()
        with pytest.raises(ValidationError, match="Step 1: the key is missing"):
            Document.model_validate({"start": "a", "nodes": [{}] * nodes})
        return process_time() - begun

    assert min(seconds(300_000) for _ in range(3)) < 0.5


def test_a_stored_document_says_its_format_and_reads_back():
    raw = stored(whole())
    assert raw["format"] == FORMAT == 1
    assert read_stored(raw) == whole()


@pytest.mark.parametrize("format", [2, None, "1", 0])
def test_another_format_is_said_plainly(format):
    raw = {**stored(whole()), "format": format}
    with pytest.raises(Invalid, match=f"format {format}, and this version of .* reads format 1"):
        read_stored(raw)
