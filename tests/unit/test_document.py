from time import perf_counter

import pytest
from pydantic import ValidationError

from rxapp.core.errors import Invalid
from rxapp.trees.document import Document


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
        ([end("a"), end("a")], "two nodes have the same key"),
        ([{**end("a"), "options": [{"key": "o", "label": "L", "to": "a"}]}], "may have no options"),
        ([{**decision("a", "a"), "ending": "solved"}], "may have no ending"),
        ([{**end("a"), "ending": "maybe"}], "'solved' or 'escalate'"),
        ([{**end("a"), "kind": "question"}], "'decision', 'action' or 'solution'"),
        ([{**end("a"), "title": "  "}], "at least 1 character"),
        ([{**end("a"), "title": "x" * 201}], "at most 200"),
        ([{**end("a"), "colour": "red"}], "Extra inputs are not permitted"),
        ([end("A b")], "should match pattern"),
        ([end("a" * 65)], "should match pattern"),
        ([], "at least 1 item"),
        ([decision("a", *["a"] * 51)], "at most 50 items"),
    ],
)
def test_what_is_no_tree_is_refused(nodes, sentence):
    with pytest.raises(ValidationError, match=sentence):
        document(*nodes)


def test_two_options_of_a_node_may_not_have_the_same_key():
    node = decision("a", "a", "a")
    node["options"][1]["key"] = "o0"
    with pytest.raises(ValidationError, match="two options with the same key"):
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
