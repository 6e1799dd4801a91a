"""Two documents become one tree that says what became of every step and answer."""

from rxapp.trees.document import Document
from rxapp.versions.drawing import drawn
from rxapp.versions.views import AnswerFate, StepDiffKind

END = {"key": "end", "kind": "solution", "title": "It works"}


def _asked(key: str, **answers: str) -> dict:
    options = [{"key": name, "label": name.title(), "to": to} for name, to in answers.items()]
    return {"key": key, "kind": "decision", "title": f"Step {key}", "options": options}


def _document(*nodes: dict) -> Document:
    return Document.model_validate({"start": "a", "nodes": [*nodes, END]})


def test_every_step_of_both_says_what_became_of_it_and_where_the_list_has_it():
    before = _document(_asked("a", yes="gone", no="end"), _asked("gone", on="end"))
    now = _document(_asked("a", yes="new", no="end"), _asked("new", on="end"))
    tree = drawn(before, now, 7)
    assert (tree.start, tree.revision) == ("a", 7)
    assert [(step.key, step.fate, step.at) for step in tree.steps] == [
        ("a", StepDiffKind.CHANGED, 0),
        ("new", StepDiffKind.ADDED, 1),
        ("end", None, None),
        ("gone", StepDiffKind.REMOVED, 2),
    ]


def test_an_answer_that_moved_is_there_twice_and_one_with_another_label_once():
    before = _document(
        _asked("a", stays="b", moves="b", goes="b", named="b"), _asked("b", on="end")
    )
    changed = _asked("a", stays="b", moves="end", named="b", comes="b")
    changed["options"][2]["label"] = "Renamed"
    step = drawn(before, _document(changed, _asked("b", on="end")), 1).steps[0]
    assert [(each.key, each.to, each.fate, each.before) for each in step.answers] == [
        ("stays", "b", AnswerFate.KEPT, "Stays"),
        ("moves", "end", AnswerFate.MOVED, "Moves"),
        ("named", "b", AnswerFate.RELABELLED, "Named"),
        ("comes", "b", AnswerFate.ADDED, ""),
        ("moves", "b", AnswerFate.LEFT, "Moves"),
        ("goes", "b", AnswerFate.REMOVED, "Goes"),
    ]
