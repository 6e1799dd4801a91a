"""Writes of drafts: operations of authors."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.queries import names
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict, Invalid
from rxapp.drafts.batch import Done, Outcome, Wanted, is_change, touched, work_off
from rxapp.drafts.draft import HEAD_FIELDS, DraftState
from rxapp.drafts.models import Draft, DraftOperation
from rxapp.drafts.operations import CHANGES, Operation, Replace, Undo
from rxapp.drafts.queries import state
from rxapp.drafts.replacing import changes_to
from rxapp.drafts.review_rules import taken_back, with_author
from rxapp.drafts.rows_service import check_in_use, load, log, logged, mark_changed, opened, save
from rxapp.drafts.rules import OperationKind, begins_visit, user_of, writer_of
from rxapp.drafts.topics import DRAFT
from rxapp.drafts.views import DoneView, DraftAnswer
from rxapp.live.signals import publish
from rxapp.trees.catalog_service import set_tags
from rxapp.trees.models import Tree
from rxapp.trees.rules import TreeStatus

TAKEN = "Another tree of the account has this title."


def operate(
    db: DbSession, actor: Actor, tree_id: UUID, *, client: str, operations: Sequence[Operation]
) -> DraftAnswer:
    """Apply operations to a tree's draft, all or none; one with a known id is not repeated.

    ``client`` names the tab: its own changes never raise a question.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, or it is deleted.
        Invalid: if an operation cannot be applied; ``operation`` in its extras says which.
        Conflict: if something has to be asked, all of it in ``asked``; the title is taken; or the
            tree is archived.
    """
    tree, draft = open_draft(db, actor, tree_id)
    known = own_operations(actor, logged(db, draft, {each.id for each in operations}))
    fresh = {each.id: each for each in operations if each.id not in known}
    wanted = [_wanted(db, actor, draft, each) for each in fresh.values()]
    done: list[Done] = []
    if wanted:
        done = perform(db, actor, tree, draft, client, wanted)
        _audit_visit(db, actor, tree, draft)
        db.flush()
    answers = {row.operation_id: done_view(row) for row in known.values()}
    answers |= {each.id: DoneView(each.id, each.revision, each.was_merged) for each in done}
    order = dict.fromkeys(each.id for each in operations)
    return DraftAnswer(draft.revision, [answers[each] for each in order])


def own_operations(actor: Actor, known: dict[UUID, DraftOperation]) -> dict[UUID, DraftOperation]:
    """Return the known operations.

    Raises:
        Invalid: if one of them is somebody else's.
    """
    if any(row.author_id != actor.user_id for row in known.values()):
        raise Invalid("This operation's id belongs to somebody else's operation.", field="id")
    return known


def done_view(row: DraftOperation) -> DoneView:
    """Return the answer to a repeated operation."""
    return DoneView(row.operation_id, row.revision, row.was_merged)


def open_draft(db: DbSession, actor: Actor, tree_id: UUID) -> tuple[Tree, Draft]:
    """Return a tree, locked for a change, and its draft, which is created if there is none.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, or it is deleted.
        Conflict: if it is archived.
    """
    tree, draft = load(db, actor, tree_id)
    check_in_use(tree)
    return tree, opened(db, tree, draft)


def _wanted(db: DbSession, actor: Actor, draft: Draft, operation: Operation) -> Wanted:
    change, kind = operation.change, OperationKind(operation.change.op)
    if isinstance(change, Replace):
        return replacement(operation.id, operation.seen, change)
    if isinstance(change, Undo):
        row = logged(db, draft, {change.operation}).get(change.operation)
        if row is None or row.author_id != actor.user_id:
            raise Invalid(
                "You can only undo an operation of your own.", operation=str(operation.id)
            )
        undone = CHANGES.validate_python(row.undo)
        return Wanted(operation.id, kind, row.revision, lambda _: undone, touched(undone))
    return Wanted(operation.id, kind, operation.seen, lambda _: [change], touched([change]))


def replacement(operation_id: UUID, seen: int, change: Replace) -> Wanted:
    """Return the operation that replaces a draft by a document."""
    head = {name: getattr(change, name) for name in HEAD_FIELDS}
    return Wanted(
        operation_id,
        OperationKind.REPLACE,
        seen,
        lambda whole: changes_to(whole, change.document, head),
        None,
    )


def perform(
    db: DbSession, actor: Actor, tree: Tree, draft: Draft, client: str, wanted: list[Wanted]
) -> list[Done]:
    """Apply operations to an open draft and write the changes. Raises like :func:`operate`."""
    keys = _keys(wanted)
    whole = state(db, draft, keys)
    before = set(whole.steps)
    outcome = work_off(whole, wanted, writer_of(actor.user_id, client))
    if outcome.asked:
        raise _questions(db, actor, draft, outcome)
    changed = touched(change for each in outcome.done for change in each.changes)
    renamed = whole.head["title"] != draft.title
    if renamed:
        check_title(db, tree, whole.head["title"])
    save(db, draft, whole, before, changed)
    log(db, draft, actor, client, outcome.done)
    _count_author(tree, draft, actor, outcome.done)
    if any(each.kind in (OperationKind.REPLACE, OperationKind.UNDO) for each in outcome.done):
        tree.starter_taken = ""  # whoever takes a starter's update over says so afterwards
    _follow(db, tree, whole)
    flush(db)
    publish(db, DRAFT.of(tree.id))
    return outcome.done


def _count_author(tree: Tree, draft: Draft, actor: Actor, done: list[Done]) -> None:
    if not is_change(done):
        return
    mark_changed(tree, draft, True)
    if any(each.kind is OperationKind.UNDO for each in done):
        draft.authors = taken_back(draft.authors)
    draft.authors = with_author(draft.authors, actor.user_id)


def _keys(wanted: list[Wanted]) -> set[str] | None:
    keys: set[str] = set()
    for each in wanted:
        if each.touches is None:
            return None
        keys |= each.touches
    return keys


def _follow(db: DbSession, tree: Tree, whole: DraftState) -> None:
    """Keep the tree's row in step: an unpublished tree is listed with its draft's fields.

    A published tree does not change for its readers, so they see the same time of change.
    """
    tree.revision += 1
    if tree.version_id is None:
        tree.updated_at = utc_now()
        tree.node_count = whole.count
        for name in ("title", "description", "category"):
            setattr(tree, name, whole.head[name])
        if tree.tags != whole.head["tags"]:
            flush(db)
            set_tags(db, tree, whole.head["tags"])


def _questions(db: DbSession, actor: Actor, draft: Draft, outcome: Outcome) -> Conflict:
    users = {user_of(asked.writer) for _, asked in outcome.asked}
    known = names(db, actor.account_id, users)
    asked = [
        {
            "operation": str(operation_id),
            "reason": each.reason.value,
            "node": each.node,
            "option": each.option,
            "field": each.field,
            "mine": each.mine,
            "theirs": each.theirs,
            "by": known.get(user_of(each.writer) or UUID(int=0), ""),
        }
        for operation_id, each in outcome.asked
    ]
    count = len(asked)
    words = "1 change needs" if count == 1 else f"{count} changes need"
    message = f"{words} your decision: somebody else changed the same thing."
    return Conflict(message, revision=draft.revision, asked=asked)


def check_title(db: DbSession, tree: Tree, title: str) -> None:
    """Do nothing if no other tree of the account has the title.

    Raises:
        Conflict: if another tree has it.
    """
    query = select(Tree.id).where(
        Tree.account_id == tree.account_id,
        Tree.title == title,
        Tree.status != TreeStatus.DELETED,
        Tree.id != tree.id,
    )
    if db.execute(query).first():
        raise Conflict(TAKEN, field="title")


def flush(db: DbSession) -> None:
    """Write what has changed.

    Raises:
        Conflict: if another tree has just taken the title.
    """
    try:
        db.flush()
    except IntegrityError:
        raise Conflict(TAKEN, field="title") from None


def _audit_visit(db: DbSession, actor: Actor, tree: Tree, draft: Draft) -> None:
    """Write one audit line per visit of an author, however many operations it has."""
    now, user = utc_now(), actor.user_id.hex
    visits = {name: datetime.fromisoformat(at) for name, at in draft.visits.items()}
    if begins_visit(visits.get(user), now):
        record(db, actor, Action.TREE_DRAFT_EDITED, subject_id=tree.id, subject=tree.title)
    going_on = {name: at for name, at in visits.items() if not begins_visit(at, now)}
    draft.visits = {name: at.isoformat() for name, at in (going_on | {user: now}).items()}
