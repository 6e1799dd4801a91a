"""Drafts as pure values: whatever two authors do in whatever order, all sides agree."""

import json
from copy import deepcopy
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from rxapp.core.errors import Invalid
from rxapp.drafts.batch import Wanted, work_off
from rxapp.drafts.changing import apply
from rxapp.drafts.draft import DraftState, state_of
from rxapp.drafts.operations import CHANGES, STEP_FIELDS, as_json
from rxapp.drafts.replacing import changes_to
from rxapp.drafts.rules import OperationKind
from rxapp.trees.document import Document
from rxapp.trees.lint import lint
from rxapp.versions.diff import applied, difference
from rxapp.versions.text_diff import Comparer
from rxapp.versions.views import Piece
from tests.support.drafting import whole
from tests.support.fuzz import budget

HEAD = {"title": "Lamp", "description": "", "category": "", "tags": []}
KEYS = ("n0", "n1", "end", "x1", "x2")
OPTION_KEYS = ("on", "done", "k1", "k2")

keys, option_keys = st.sampled_from(KEYS), st.sampled_from(OPTION_KEYS)
words = st.sampled_from(("Red", "Green", "Blue"))
coordinates = st.integers(-3, 3)


def change(op: str, **values):
    return st.fixed_dictionaries({"op": st.just(op), **values})


options = st.fixed_dictionaries({"key": option_keys, "label": words, "to": keys})
kinds = st.sampled_from(("decision", "action", "solution"))
some_changes = st.one_of(
    change("set_field", node=keys, field=st.sampled_from(("title", "body")), value=words),
    change("set_field", node=keys, field=st.just("kind"), value=kinds),
    change(
        "set_field", node=keys, field=st.just("ending"), value=st.sampled_from(("escalate", None))
    ),
    change("set_field", field=st.sampled_from(("title", "category")), value=words),
    change("set_field", field=st.just("tags"), value=st.lists(words, max_size=2)),
    change("add_node", node=st.fixed_dictionaries({"key": keys, "kind": kinds, "title": words})),
    change("remove_node", node=keys),
    change("add_option", node=keys, option=options, at=st.integers(0, 3)),
    change("set_option_label", node=keys, option=option_keys, label=words),
    change("connect", node=keys, option=option_keys, to=keys),
    change("remove_option", node=keys, option=option_keys),
    change("reorder_options", node=keys, options=st.lists(option_keys, max_size=4)),
    change("set_start", node=keys),
    change(
        "move",
        positions=st.lists(
            st.fixed_dictionaries({"node": keys, "x": coordinates, "y": coordinates}), min_size=1
        ),
    ),
    change("arrange", places=st.dictionaries(keys, st.integers(0, 9), min_size=1)),
)


def shown(draft: DraftState) -> str:
    """Everything by which authors can tell drafts apart."""
    steps = {
        step.key: (
            step.node(),
            [step.value(name) for name in STEP_FIELDS],
            step.options,
            (step.place, step.x, step.y),
        )
        for step in draft.steps.values()
    }
    return json.dumps([draft.head, steps, draft.size, draft.count], sort_keys=True)


class Client:
    """An author's tab: what it knows of the server, and what it still has to send."""

    def __init__(self, name: str, start: DraftState) -> None:
        self.name, self.known, self.waiting = name, deepcopy(start), []

    def hear(self, log) -> None:
        """Apply what the server has done since."""
        for revision, writer, changes in log[self.known.revision :]:
            for each in CHANGES.validate_python(changes):
                apply(self.known, each, revision, writer)
            self.known.revision = revision

    def wants(self, raw) -> None:
        self.waiting.append((CHANGES.validate_python([raw])[0], self.known.revision))


class Server:
    """The draft and its log, without a database."""

    def __init__(self, start: DraftState) -> None:
        self.draft, self.log = start, []

    def take(self, client: Client, *, insists: bool) -> None:
        """Apply the client's next operation; questions are answered with mine or theirs."""
        wanted, seen = client.waiting.pop(0)
        for attempt in range(2):
            copy = deepcopy(self.draft)
            operation = Wanted(uuid4(), OperationKind(wanted.op), seen, lambda _: [wanted], None)
            try:
                outcome = work_off(copy, [operation], client.name)
            except Invalid:
                return
            if not outcome.asked:
                self.draft = copy
                [done] = outcome.done
                self.log.append((done.revision, client.name, as_json(done.changes)))
                return
            if attempt or not insists:
                return
            client.hear(self.log)
            seen = client.known.revision


@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from(("does", "sends", "hears")), some_changes,
                  st.booleans()),
        max_size=25,
    )
)  # fmt: skip
@budget(150)
def test_any_interleaving_of_two_authors_ends_in_the_same_draft_everywhere(walk):
    server = Server(state_of(whole(), dict(HEAD)))
    clients = [Client(name, server.draft) for name in ("one", "two")]
    for who, act, raw, insists in walk:
        client = clients[who]
        if act == "does":
            client.wants(raw)
        elif act == "sends" and client.waiting:
            server.take(client, insists=insists)
        elif act == "hears":
            client.hear(server.log)
    for client in clients:
        while client.waiting:
            server.take(client, insists=False)
    for client in clients:
        client.hear(server.log)
        assert shown(client.known) == shown(server.draft)
    assert server.draft.revision == len(server.log)
    assert isinstance(lint(server.draft.document()), list)


def done_to(draft: DraftState, raws) -> list:
    """Apply as many of these as possible, one operation each; return what undoes each."""
    undos = []
    for raw in raws:
        wanted = CHANGES.validate_python([raw])
        copy = deepcopy(draft)
        operation = Wanted(
            uuid4(), OperationKind(raw["op"]), draft.revision, lambda _, w=wanted: w, None
        )
        try:
            [done] = work_off(copy, [operation], "me").done or [None]
        except Invalid:
            continue
        if done is None:
            continue
        undos.append(as_json(done.undo))
        for name in ("head", "steps", "revision", "count", "next_place", "size", "marks"):
            setattr(draft, name, getattr(copy, name))
    return undos


@given(st.lists(some_changes, max_size=20))
@budget(150)
def test_undoing_everything_gives_the_first_draft(raws):
    draft = state_of(whole(), dict(HEAD))
    first = shown(draft)
    for undo in reversed(done_to(draft, raws)):
        for each in CHANGES.validate_python(undo):
            apply(draft, each, draft.revision + 1, "me")
    assert shown(draft) == first


@given(st.lists(some_changes, max_size=15), st.lists(some_changes, max_size=15))
@budget(100)
def test_the_difference_to_a_document_leads_there_and_touches_nothing_else(raws, others):
    draft, other = (state_of(whole(), dict(HEAD)) for _ in range(2))
    done_to(draft, raws)
    done_to(other, others)
    wanted: Document = other.document()
    for each in changes_to(draft, wanted, {}):
        assert apply(draft, each, 99, "them"), "nothing is named that is the same in both"
    assert draft.document().model_dump() == wanted.model_dump()
    assert changes_to(draft, wanted, {}) == []


def test_the_writer_of_a_later_edit_does_not_hide_anothers_earlier_one():
    server = Server(state_of(whole(), dict(HEAD)))
    mine, theirs = Client("mine", server.draft), Client("theirs", server.draft)
    title = {"op": "set_field", "node": "n0", "field": "title"}
    mine.wants({**title, "value": "Red"})
    theirs.wants({**title, "value": "Green"})
    server.take(theirs, insists=False)
    mine.wants({**title, "value": "Blue"})
    server.take(mine, insists=True)
    assert server.draft.steps["n0"].value("title") == "Red"
    server.take(mine, insists=False)
    assert server.draft.steps["n0"].value("title") == "Red", "typed before theirs was seen"


@given(st.lists(some_changes, max_size=15), st.lists(some_changes, max_size=15))
@budget(100)
def test_the_difference_of_two_documents_applied_to_the_old_gives_the_new(raws, others):
    old, new = (state_of(whole(), dict(HEAD)) for _ in range(2))
    done_to(old, raws)
    done_to(new, others)
    before, after = old.document(), new.document()
    found = difference(before, after)
    assert applied(before, found).model_dump() == after.model_dump()
    assert (found == difference(before, before)) == (before == after)


texts = st.one_of(
    st.text(max_size=80), st.lists(words, max_size=12).map(" ".join), st.lists(words).map("\n".join)
)


@given(texts, texts, st.integers(0, 60))
@budget(150)
def test_the_pieces_of_a_text_make_both_texts(old, new, comparisons):
    found = Comparer(comparisons).pieces(old, new)
    assert "".join(each.text for each in found if each.kind is not Piece.ADDED) == old
    assert "".join(each.text for each in found if each.kind is not Piece.REMOVED) == new
