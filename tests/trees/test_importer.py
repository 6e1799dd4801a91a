import subprocess
import sys
from time import thread_time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rxapp.core.errors import Invalid
from rxapp.trees.importer import ImportedTree, read_yaml, slug
from tests.support.cast import TREE
from tests.support.server import ROOT
from tests.support.words import in_plain_words

GOOD = yaml.safe_load(TREE)


def changed(**values: object) -> str:
    return yaml.safe_dump({**GOOD, **values})


def with_node(**values: object) -> str:
    return changed(nodes=[{**GOOD["nodes"][0], **values}, *GOOD["nodes"][1:]])


def test_a_good_file_becomes_a_tree():
    tree = read_yaml(TREE)
    assert (tree.title, tree.category, tree.tags) == ("No sound", "Devices", ["audio", "speaker"])
    assert tree.document.start == "plugged"
    assert [node.key for node in tree.document.nodes][:2] == ["plugged", "plug"]
    assert [each.text for each in tree.document.node("volume").commands] == [
        "Get-AudioDevice -PlaybackVolume"
    ]
    assert tree.document.node("call-senior").is_escalate_end


def test_the_head_may_be_as_short_as_a_title():
    tree = read_yaml("{title: T, start: a, nodes: [{key: a, kind: solution, title: End}]}")
    assert (tree.description, tree.category, tree.tags) == ("", "", [])


def test_option_keys_come_from_the_labels_where_none_is_given():
    labels = ["Yes, it is!", "yes it is", "Überall ✓", "✓", "✗", "9 of 10", "L" * 100]
    options = [{"label": label, "to": "plug"} for label in labels]
    options.insert(0, {"key": "own", "label": "Own", "to": "plug"})
    tree = read_yaml(with_node(options=options))
    assert [option.key for option in tree.document.node("plugged").options] == [
        "own",
        "yes-it-is",
        "yes-it-is-2",
        "berall",
        "x",
        "x-2",
        "9-of-10",
        "l" * 64,
    ]


def test_a_key_from_a_label_stays_out_of_the_way_of_a_given_one():
    options = [{"key": "yes", "label": "A", "to": "plug"}, {"label": "Yes", "to": "plug"}]
    keys = [
        option.key for option in read_yaml(with_node(options=options)).document.nodes[0].options
    ]
    assert keys == ["yes", "yes-2"]


def test_a_given_key_after_the_label_that_would_take_it_is_no_fault():
    options = [{"label": "Yes", "to": "plug"}, {"key": "yes", "label": "B", "to": "plug"}]
    keys = [
        option.key for option in read_yaml(with_node(options=options)).document.nodes[0].options
    ]
    assert len(set(keys)) == 2
    assert keys[1] == "yes"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("title: [", "not valid YAML"),
        ("a: b: c", "not valid YAML"),
        ("\x07", "not valid YAML"),
        ("!!python/object/apply:os.getcwd []", "not valid YAML"),
        ("", "YAML mapping"),
        ("- a", "YAML mapping"),
        ("just words", "YAML mapping"),
        ("? [a]\n: b", "not valid YAML"),
        (changed(title=""), "Title is empty."),
        (changed(title=None), "Title is empty."),
        (changed(title="x" * 201), "Title may have at most 200 characters, this has 201."),
        (changed(title=[7]), "Title must be text."),
        (changed(tags="printer"), "Tags must be a list."),
        (changed(tags=["x"] * 21), "Tags may have at most 20 entries, this has 21."),
        (changed(autor="me"), "Autor is not known here."),
        ("title: No start", "This tree: the start is missing."),
        (changed(start=None), "This tree: the start is empty."),
        (changed(start="Not A Key"), "This tree: the start may only have letters"),
        (changed(nodes=None), "This tree: the list of steps (nodes) is empty."),
        (changed(nodes=[]), "This tree: it needs at least 1 step."),
        (changed(nodes={"a": 1}), "This tree: the list of steps (nodes) must be a list."),
        (changed(nodes=["a"]), "Step 1 must be a group of named fields."),
        (with_node(kind="question"), "Step 'plugged': the kind must be 'decision', 'action' or"),
        (with_node(title=None), "Step 'plugged': the title is empty."),
        (with_node(colour="red"), "Step 'plugged': there is no field 'colour' here."),
        (with_node(options="a"), "Step 'plugged': the list of answers (options) must be a list."),
        (with_node(options=["a"]), "Step 'plugged', answer 1 must be a group of named fields."),
        (
            with_node(options=[{"label": "A"}]),
            "Step 'plugged', answer 'A': the target (to) is missing.",
        ),
        (with_node(options=[{"to": "plug"}]), "Step 'plugged', answer 1: the label is missing."),
        (
            with_node(options=[{"key": "A B", "label": "A", "to": "plug"}]),
            "Step 'plugged', answer 'A': the key may only have letters, digits, '.', '-' and '_'.",
        ),
        (
            with_node(options=[{"label": f"{n}", "to": "plug"} for n in range(51)]),
            "Step 'plugged': at most 50 answers, this one has 51.",
        ),
        (with_node(key="plug"), "This tree: two steps have the key 'plug'."),
    ],
)
def test_the_first_fault_of_a_file_is_named(text, sentence):
    with pytest.raises(Invalid) as refusal:
        read_yaml(text)
    assert sentence in refusal.value.message
    assert in_plain_words(refusal.value.message)


def test_what_stands_without_quotes_is_text():
    tree = read_yaml("""
title: 2026-03-01
start: 1
nodes:
  - key: 1
    kind: decision
    title: 7.10
    options: [{label: Yes, to: 1}, {label: No, to: end.A}, {label: 0x1F, to: 1}]
  - {key: end.A, kind: solution, title: on}
""")
    first, end = tree.document.nodes
    assert (tree.title, first.key, first.title, end.title) == ("2026-03-01", "1", "7.10", "on")
    assert [option.label for option in first.options] == ["Yes", "No", "0x1F"]


ODD_SCALARS = [
    "2020-13-45",
    "2020-01-01T25:00:00",
    "!!int abc",
    "!!float abc",
    "!!bool perhaps",
    "!!timestamp soon",
    "!!binary '='",
    "0x_",
    "0b_",
    "1" * 5_000,
    "1e999",
    '"\\UFFFFFFFF"',
    '"\\U7FFFFFFF"',
    '"\\ud800"',
    '"\\0"',
]


@pytest.mark.parametrize("scalar", ODD_SCALARS, ids=lambda scalar: scalar[:20])
def test_a_scalar_that_yaml_cannot_read_is_a_fault_of_the_file(scalar):
    for file in ("%s", "title: %s", "{title: T, start: %s, nodes: [%s]}"):
        with pytest.raises(Invalid):
            read_yaml(file.replace("%s", scalar))


@pytest.mark.parametrize("field", ["title", "description", "body"])
def test_what_no_database_takes_is_refused_or_left_out(field):
    text = changed(**{field: "a\0b"}) if field != "body" else with_node(body="a\0b")
    try:
        tree = read_yaml(text)
    except Invalid:
        return
    assert "\0" not in f"{tree}"
    assert "\\x00" not in f"{tree}"


@given(st.text(alphabet=st.characters(categories=None)))
def test_no_text_raises_anything_but_invalid(text):
    _read_or_refuse(text)


SIGNS = """
a b : - ? , [ ] { } ! !! !!int !!float !!set & * | > ' " # % @ ` 0 1 . x _ = ~ --- << &a *a
title: nodes: start: 2001-01-01
"""
yaml_syntax = st.lists(st.sampled_from([*SIGNS.split(), "\n", "\n  "]))


@settings(max_examples=300)
@given(yaml_syntax.map(" ".join))
def test_no_heap_of_yaml_signs_raises_anything_but_invalid(text):
    _read_or_refuse(text)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)
nearly_an_option = st.fixed_dictionaries(
    {}, optional={"key": anything, "label": anything, "to": anything, "x": anything}
)
nearly_a_node = st.fixed_dictionaries(
    {},
    optional={
        "key": st.sampled_from("abc") | anything,
        "kind": st.sampled_from(["decision", "action", "solution"]) | anything,
        "title": anything,
        "ending": st.sampled_from(["solved", "escalate"]) | anything,
        "options": st.lists(nearly_an_option | anything, max_size=3) | anything,
    },
)
nearly_a_tree = st.fixed_dictionaries(
    {},
    optional={
        "title": anything,
        "tags": anything,
        "start": st.sampled_from("abc") | anything,
        "nodes": st.lists(nearly_a_node | anything, max_size=3) | anything,
    },
)


@settings(max_examples=200, deadline=None)
@given(nearly_a_tree | anything)
def test_no_structure_raises_anything_but_invalid(structure):
    _read_or_refuse(yaml.safe_dump(structure, allow_unicode=True))


def _read_or_refuse(text: str) -> None:
    try:
        assert isinstance(read_yaml(text), ImportedTree)
    except Invalid as refusal:
        assert refusal.message


def test_a_file_nested_without_end_is_refused():
    for text in ("[" * 50_000, "{a: " * 20_000, "- " * 50_000):
        with pytest.raises(Invalid):
            read_yaml(text)


def test_a_file_that_is_too_large_is_refused_before_it_is_read():
    begun = thread_time()
    with pytest.raises(Invalid, match="larger than"):
        read_yaml("a" * 2_000_001)
    assert thread_time() - begun < 0.5


def test_many_options_with_one_label_are_refused_as_fast_as_many_with_several(monkeypatch):
    """The YAML itself takes seconds to read and would hide what comes after, so it is left out."""

    def seconds(label: str) -> float:
        options = [{"label": label % n, "to": "a"} for n in range(4_000)]
        node = {"key": "a", "kind": "decision", "title": "T", "options": options}
        raw = {"title": "T", "start": "a", "nodes": [node]}
        monkeypatch.setattr(yaml, "load", lambda *_: dict(raw))
        begun = thread_time()
        with pytest.raises(Invalid):
            read_yaml("")
        return thread_time() - begun

    one, several = [min(seconds(label) for _ in range(3)) for label in ("same%.0s", "o%d")]
    assert one < 2 * several


LAUGHS = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))
from rxapp.core.errors import Invalid
from rxapp.trees.importer import read_yaml
levels = ["&l0 [x, x, x, x, x, x, x, x, x]"]
for n in range(9):
    levels.append(f"&l{n + 1} [" + ", ".join([f"*l{n}"] * 9) + "]")
inside = "[" + ", ".join(levels) + "]"
try:
    read_yaml(
        "title: T\\nstart: a\\nnodes: [{key: a, kind: decision, title: T,"
        f" options: [{{FIELD: {inside}, to: a}}]}}]"
    )
except Invalid:
    print("refused")
"""


@pytest.mark.parametrize("field", ["label", "key", "to"])
def test_a_small_file_that_unfolds_into_a_huge_one_is_refused(field):
    try:
        done = subprocess.run(
            [sys.executable, "-c", LAUGHS.replace("FIELD", field)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=6,
            check=False,
        )
    except subprocess.TimeoutExpired:
        pytest.fail("reading it had not ended after 6 seconds")
    assert done.stdout == "refused\n", done.stderr[-300:]


@given(st.text())
def test_a_slug_is_always_a_key(text):
    made = slug(text)
    assert 1 <= len(made) <= 64
    assert made.strip("-") == made
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
