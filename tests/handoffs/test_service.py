import threading
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from time import sleep

import pytest

from rxapp.access.queries import escalation_receivers
from rxapp.audit import queries as audit_queries
from rxapp.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from rxapp.handoffs import closing_service as closing
from rxapp.handoffs import inbox_queries, lease, queries
from rxapp.handoffs import lease_service as leases
from rxapp.handoffs import service as handoffs
from rxapp.handoffs.rules import InboxSection
from rxapp.notifications.channels.email import MailServer
from rxapp.notifications.dispatcher import Dispatcher
from rxapp.sessions import hold_service as holds
from rxapp.sessions import service as sessions
from rxapp.sessions import text_service as texts
from tests.support.story import SILENT, WORKS, YES, said

MEMBERS = ("technician", "second_technician", "senior", "second_senior", "admin", "owner")
RECEIVERS = ("Admin", "Owner", "Second Senior", "Senior")


def kinds(story, handoff) -> list[str]:
    return [entry.kind for entry in story.progress(handoff).timeline]


async def told_of(story, handoff) -> tuple[str, ...]:
    """The names of those whom the dispatcher has planned to tell, sorted."""
    await Dispatcher(None).work()
    return tuple(sorted(each.recipient.name for each in story.deliveries(handoff)))


def test_an_escalation_carries_the_case_and_waits_in_the_inbox(story, cast):
    session_id = story.start(ticket_number="T-9", client_name="Client A")
    story.walk(session_id, YES)
    handoff = story.escalate(session_id, reason="  Which volume?\x00 ", priority="urgent")
    assert (handoff.intent, handoff.status, handoff.priority) == ("escalate", "open", "urgent")
    assert (handoff.tree_title, handoff.node_title) == ("No sound", "Turn the volume up")
    assert (handoff.ticket_number, handoff.client_name) == ("T-9", "Client A")
    assert (handoff.reason, handoff.escalated_by) == ("Which volume?", "Technician")
    assert (story.case(session_id).status, story.case(session_id).holder) == ("escalated", "")
    inbox = story.see(inbox_queries.inbox, cast.senior.actor)
    assert [row.id for row in inbox.rows(InboxSection.WAITING)] == [handoff.id]
    detail = story.see(queries.escalation_detail, cast.senior.actor, handoff.id)
    assert [step.answer for step in detail.record.steps] == ["Yes"]
    assert [entry.text for entry in detail.progress.timeline] == ["Technician escalated"]


@pytest.mark.parametrize("name", ["ticket_number", "client_name"])
async def test_a_corrected_ticket_or_client_shows_everywhere(story, cast, mail_server, name):
    handoff = story.claimed()

    def news():
        return story.see(inbox_queries.inbox_news, cast.senior.actor.account_id)

    before = news().revision
    story.do(texts.save_text, cast.senior.actor, handoff.session_id, name=name, text="NEW-7")
    assert getattr(story.progress(handoff).handoff, name) == "NEW-7"
    change = news().change(before, whole=True)
    assert [row[name] for row in change.rows] == ["NEW-7"], "open inboxes get it"
    inbox = story.see(inbox_queries.inbox, cast.second_senior.actor)
    assert [getattr(row, name) for row in inbox.rows(InboxSection.OTHERS)] == ["NEW-7"]
    back = story.do(handoffs.hand_back, cast.senior.actor, handoff.id, reason="No time")
    assert getattr(back, name) == "NEW-7"
    dispatcher = Dispatcher(MailServer.from_url(mail_server.url, "Flow <flow@example.com>"))
    await dispatcher.work()
    await dispatcher.settle()
    [mail] = mail_server.to(cast.admin.email)
    assert "NEW-7" in mail.get_body(("plain",)).get_content()
    if name == "ticket_number":
        assert "(NEW-7)" in mail["Subject"]
        audited = story.see(audit_queries.lines, cast.admin.actor, area="escalation").items[0]
        assert audited.subject == "NEW-7"


def test_urgent_ones_stand_first_and_then_the_oldest(story, cast):
    first, second = story.escalate(), story.escalate()
    urgent = story.escalate(priority="urgent")
    inbox = story.see(inbox_queries.inbox, cast.senior.actor)
    assert [row.id for row in inbox.rows(InboxSection.WAITING)] == [urgent.id, first.id, second.id]
    assert inbox.counts.waiting == 3


def test_an_escalation_needs_a_reason(story):
    session_id = story.start()
    for reason in ("", "   ", "\n\t", "\x00"):
        with pytest.raises(Invalid, match="what you want from the senior") as refusal:
            story.escalate(session_id, reason=reason)
        assert refusal.value.extra["field"] == "reason"
    assert story.case(session_id).status == "active"


def test_what_is_not_acceptable_in_a_handoff_is_named(story, cast):
    session_id = story.start()
    good = {"intent": "escalate", "reason": "Help"}
    for field, value in (("intent", "drop"), ("priority", "low"), ("reason", "x" * 4_001)):
        with pytest.raises(Invalid) as refusal:
            story.do(handoffs.hand_off, cast.technician.actor, session_id, **{**good, field: value})
        assert refusal.value.extra["field"] == field
    assert story.case(session_id).status == "active"


async def test_exactly_the_seniors_of_the_account_are_told(story):
    assert await told_of(story, story.escalate()) == RECEIVERS


async def test_who_escalates_is_not_told_of_it(story, cast):
    handoff = story.escalate(by=cast.senior)
    assert await told_of(story, handoff) == ("Admin", "Owner", "Second Senior")


async def test_who_was_deactivated_or_deleted_is_not_told(story, cast):
    story.deactivate(cast.admin)
    story.remove(cast.second_senior)
    assert await told_of(story, story.escalate()) == ("Owner", "Senior")


async def test_nobody_is_told_of_a_parked_session(story):
    assert await told_of(story, story.park()) == ()


async def test_where_there_is_no_senior_nobody_is_told_and_the_escalation_stands(story, cast):
    for person in (cast.senior, cast.second_senior, cast.admin):
        story.deactivate(person)
    story.change(cast.owner, is_active=False)
    handoff = story.escalate()
    assert await told_of(story, handoff) == ()
    assert story.progress(handoff).planned
    assert story.progress(handoff).handoff.status == "open"


def test_receivers_are_read_per_account(story, cast):
    receivers = story.see(escalation_receivers, cast.outsider.actor.account_id)
    assert [person.name for person in receivers] == ["Outsider"]


def test_a_double_press_escalates_once(story):
    session_id = story.start()
    handoff = story.escalate(session_id)
    with pytest.raises(Conflict, match="is waiting for a senior"):
        story.escalate(session_id)
    assert story.progress(handoff).handoff.id == handoff.id
    assert kinds(story, handoff) == ["escalated"]


def test_two_presses_in_the_same_moment_escalate_once(story, cast):
    session_id = story.start()
    together = threading.Barrier(4)

    def press(_: int) -> str:
        together.wait()
        try:
            return story.escalate(session_id).status
        except DomainError as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(4) as pool:
        results = sorted(pool.map(press, range(4)))
    assert results == ["Conflict", "Conflict", "Conflict", "open"]
    assert story.see(inbox_queries.open_count, cast.senior.actor.account_id) == 1


def test_a_session_that_is_completed_in_the_same_moment_is_not_escalated(story, cast):
    session_id = story.start()

    def press() -> str:
        try:
            return story.escalate(session_id).status
        except DomainError as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(1) as pool:
        with story.database.transaction() as db:
            holds.complete(db, cast.technician.actor, session_id, outcome="resolved")
            pressed: Future = pool.submit(press)
            sleep(0.4)
        assert pressed.result() == "Conflict"
    assert story.case(session_id).status == "completed"


@pytest.mark.parametrize(
    "verb",
    [
        pytest.param(lambda s, a, i: s.do(holds.complete, a, i, outcome="resolved"), id="end"),
        pytest.param(lambda s, a, i: s.do(texts.update_details, a, i, scratchpad="hm"), id="text"),
    ],
)
def test_a_session_that_is_parked_in_the_same_moment_stays_as_it_was_parked(story, cast, verb):
    session_id, actor = story.start(), cast.technician.actor

    def press() -> str:
        try:
            verb(story, actor, session_id)
        except DomainError as refusal:
            return type(refusal).__name__
        return "done"

    with ThreadPoolExecutor(1) as pool:
        with story.database.transaction() as db:
            handoffs.hand_off(db, actor, session_id, intent="park", reason="")
            pressed: Future = pool.submit(press)
            sleep(0.4)
        assert pressed.result() == "Conflict"
    case = story.case(session_id)
    assert (case.status, case.outcome, case.scratchpad) == ("parked", None, "")


def test_a_claim_gives_the_session_to_the_senior_on_a_lease(story, cast, moving_clock):
    handoff = story.claimed()
    case = story.case(handoff.session_id, cast.senior)
    assert (handoff.status, handoff.claimed_by) == ("claimed", "Senior")
    assert (case.status, case.holder) == ("active", "Senior")
    left = handoff.held_until - moving_clock.now()
    lease = timedelta(minutes=15)
    assert lease - timedelta(seconds=30) < left <= lease
    inbox = story.see(inbox_queries.inbox, cast.second_senior.actor)
    assert (
        inbox.rows(InboxSection.WAITING),
        [row.claimed_by for row in inbox.rows(InboxSection.MINE, InboxSection.OTHERS)],
    ) == ([], ["Senior"])


def test_claiming_again_what_one_holds_is_harmless(story):
    handoff = story.claimed()
    assert story.claim(handoff) == handoff
    assert kinds(story, handoff) == ["escalated", "claimed"]


def test_the_loser_is_told_who_has_it(story, cast):
    handoff = story.claimed()
    with pytest.raises(Conflict, match="Senior has it") as refusal:
        story.claim(handoff, cast.second_senior)
    assert refusal.value.extra["claimed_by"] == {
        "id": str(cast.senior.actor.user_id),
        "name": "Senior",
    }


def test_nobody_claims_what_they_escalated_themselves(story, cast):
    handoff = story.escalate(by=cast.senior)
    with pytest.raises(Conflict, match="You escalated this yourself"):
        story.claim(handoff, cast.senior)
    assert story.claim(handoff, cast.second_senior).claimed_by == "Second Senior"


def test_a_parked_session_cannot_be_claimed(story, cast):
    with pytest.raises(NotFound):
        story.claim(story.park(), cast.senior)
    with pytest.raises(Conflict, match="parked session cannot be claimed"):
        story.claim(story.park(by=cast.senior), cast.senior)


def test_the_senior_continues_and_each_step_shows_who_did_it(story, cast):
    session_id = story.start()
    story.walk(session_id, YES)
    handoff = story.claim(story.escalate(session_id))
    story.walk(session_id, WORKS, by=cast.senior)
    case = story.case(session_id)
    assert [(step.user, step.answer) for step in case.steps] == [
        ("Technician", "Yes"),
        ("Senior", "Works now"),
    ]
    assert [(part.user, part.first_seq, part.last_seq) for part in case.segments] == [
        ("Technician", 1, 1),
        ("Senior", 2, 2),
    ]
    with pytest.raises(Conflict, match="Senior is working on this session now"):
        story.do(sessions.back, cast.technician.actor, handoff.session_id)


def test_a_claim_is_lost_when_its_lease_runs_out_untouched(story, cast, moving_clock):
    handoff = story.claimed()
    moving_clock.move_on(minutes=14, seconds=50)
    assert story.see(leases.expired_claims) == []
    moving_clock.move_on(seconds=20)
    [expired] = story.see(leases.expired_claims)
    assert story.do(leases.expire_claim, expired) is True
    progress = story.progress(handoff)
    assert (progress.handoff.status, progress.handoff.claimed_by) == ("open", "")
    assert progress.handoff.returned == 1
    assert "Senior did not touch it in time" in progress.timeline[-1].text
    assert story.case(handoff.session_id).holder == ""
    with pytest.raises(Conflict):
        story.walk(handoff.session_id, YES, by=cast.senior)
    assert story.do(leases.expire_claim, expired) is False


@pytest.mark.parametrize(
    "touch",
    [
        pytest.param(lambda s, a, i: s.walk(i, YES, by=a), id="a step"),
        pytest.param(
            lambda s, a, i: s.do(texts.save_text, a.actor, i, name="note", seq=1, text="hm"),
            id="a note",
        ),
        pytest.param(
            lambda s, a, i: s.do(texts.update_details, a.actor, i, scratchpad="hm"), id="a text"
        ),
    ],
)
async def test_whatever_the_holder_does_starts_the_lease_anew(story, cast, moving_clock, touch):
    handoff = story.claimed()
    moving_clock.move_on(minutes=10)
    touch(story, cast.senior, handoff.session_id)
    moving_clock.move_on(minutes=10)
    assert await lease.sweep() == 0
    held = story.progress(handoff).handoff
    assert held.status == "claimed"
    assert held.held_until - moving_clock.now() > timedelta(minutes=4)
    moving_clock.move_on(minutes=6)
    assert await lease.sweep() == 1
    assert story.progress(handoff).handoff.status == "open"


def test_a_step_in_the_last_moment_keeps_a_claim_that_is_just_being_taken_back(
    story, cast, moving_clock
):
    handoff = story.claimed()
    moving_clock.move_on(minutes=16)
    [expired] = story.see(leases.expired_claims)
    story.walk(handoff.session_id, YES, by=cast.senior)
    assert story.do(leases.expire_claim, expired) is False
    assert story.progress(handoff).handoff.status == "claimed"


def test_a_session_of_ones_own_runs_on_no_lease(story, moving_clock):
    session_id = story.start()
    moving_clock.move_on(days=30)
    story.walk(session_id, YES)
    assert story.see(leases.expired_claims) == []
    assert story.case(session_id).held_until is None


async def test_what_is_handed_back_waits_again_and_the_others_are_told(story, cast):
    session_id = story.start()
    handoff = story.claim(story.escalate(session_id))
    story.walk(session_id, YES, by=cast.senior)
    await told_of(story, handoff)
    story.do(handoffs.hand_back, cast.senior.actor, handoff.id, reason=" Not my field ")
    progress = story.progress(handoff)
    assert (progress.handoff.status, progress.handoff.returned) == ("open", 1)
    assert progress.handoff.node_title == "Turn the volume up"
    assert (progress.timeline[-1].kind, progress.timeline[-1].detail) == (
        "handed_back",
        "Not my field",
    )
    assert story.case(session_id).status == "escalated"
    before = len(progress.deliveries)
    await Dispatcher(None).work()
    after = [each.recipient.name for each in story.deliveries(handoff)][before:]
    assert sorted(after) == ["Admin", "Owner", "Second Senior"]
    assert story.claim(handoff, cast.second_senior).claimed_by == "Second Senior"


def test_handing_back_needs_a_reason_and_a_claim(story, cast):
    handoff = story.claimed()
    with pytest.raises(Invalid, match="why you are handing it back"):
        story.do(handoffs.hand_back, cast.senior.actor, handoff.id, reason=" ")
    with pytest.raises(Conflict, match="do not hold"):
        story.do(handoffs.hand_back, cast.second_senior.actor, handoff.id, reason="Mine")
    story.do(handoffs.hand_back, cast.senior.actor, handoff.id, reason="No time")
    with pytest.raises(Conflict, match="do not hold"):
        story.do(handoffs.hand_back, cast.senior.actor, handoff.id, reason="Twice")
    assert kinds(story, handoff) == ["escalated", "claimed", "handed_back"]


def test_an_escalation_that_nobody_has_can_be_taken_back(story, cast):
    session_id = story.start()
    story.walk(session_id, YES)
    handoff = story.escalate(session_id)
    row = story.do(handoffs.withdraw, cast.technician.actor, handoff.id)
    assert (row.status, bool(row.closed_at)) == ("withdrawn", True)
    story.walk(session_id, WORKS)
    assert story.case(session_id).node.key == "was-muted"
    with pytest.raises(Conflict, match="was withdrawn"):
        story.claim(handoff)
    with pytest.raises(Conflict, match="was withdrawn"):
        story.do(handoffs.withdraw, cast.technician.actor, handoff.id)
    assert story.see(inbox_queries.inbox, cast.senior.actor).counts.waiting == 0


def test_what_a_senior_has_cannot_be_taken_back(story, cast):
    handoff = story.claimed()
    with pytest.raises(Conflict, match="Senior already has it"):
        story.do(handoffs.withdraw, cast.technician.actor, handoff.id)
    with pytest.raises(Conflict, match="Only the one who escalated"):
        story.do(handoffs.withdraw, cast.second_senior.actor, handoff.id)
    assert story.progress(handoff).handoff.status == "claimed"


def test_a_session_can_be_escalated_again_after_it_was_taken_back(story, cast):
    session_id = story.start()
    first = story.escalate(session_id)
    story.do(handoffs.withdraw, cast.technician.actor, first.id)
    second = story.escalate(session_id, reason="Now really")
    assert second.id != first.id
    assert story.progress(second).handoff.reason == "Now really"


def test_a_parked_session_is_resumed_where_it_stood(story, cast):
    session_id = story.start()
    story.walk(session_id, YES)
    story.do(texts.save_text, cast.technician.actor, session_id, name="note", seq=2, text="Half a")
    handoff = story.park(session_id)
    assert (handoff.intent, handoff.reason) == ("park", "")
    story.do(handoffs.withdraw, cast.technician.actor, handoff.id)
    case = story.case(session_id)
    assert (case.status, case.node.key) == ("active", "volume")
    assert said(case.notes) == [("Technician", "Half a")]
    assert kinds(story, handoff) == ["parked", "resumed"]


def test_what_one_holds_by_a_claim_is_neither_escalated_nor_parked(story, cast):
    handoff = story.claimed()
    for hand_off in (story.escalate, story.park):
        with pytest.raises(Conflict, match="Hand it back, or finish it"):
            hand_off(handoff.session_id, by=cast.senior)
    assert story.progress(handoff).handoff.status == "claimed"


def test_nobody_gives_up_a_session_that_somebody_else_holds(story, cast):
    session_id = story.start()
    with pytest.raises(Conflict, match="Technician is working"):
        story.escalate(session_id, by=cast.senior)
    with pytest.raises(NotFound):
        story.escalate(session_id, by=cast.second_technician)


def test_resolving_completes_the_session_with_its_outcome(story, cast):
    handoff = story.claimed()
    story.do(
        closing.resolve,
        cast.senior.actor,
        handoff.id,
        outcome="workaround",
        outcome_notes="Headphones",
        next_steps="New card",
    )
    case = story.case(handoff.session_id)
    assert (case.status, case.outcome, case.completed_by) == ("completed", "workaround", "Senior")
    assert (case.outcome_notes, case.next_steps) == ("Headphones", "New card")
    row = story.progress(handoff).handoff
    assert (row.status, row.claimed_by, bool(row.closed_at)) == ("resolved", "Senior", True)
    assert kinds(story, handoff) == ["escalated", "claimed", "resolved"]
    inbox = story.see(inbox_queries.inbox, cast.admin.actor)
    assert (
        [row.id for row in inbox.rows(InboxSection.CLOSED)],
        inbox.rows(InboxSection.MINE, InboxSection.OTHERS),
    ) == ([handoff.id], [])


def test_completing_the_session_resolves_the_handoff_too(story, cast):
    handoff = story.claimed()
    story.walk(handoff.session_id, YES, SILENT, by=cast.senior)
    story.do(holds.complete, cast.senior.actor, handoff.session_id, outcome="not_resolved")
    assert story.progress(handoff).handoff.status == "resolved"
    assert kinds(story, handoff) == ["escalated", "claimed", "resolved"]


def test_resolving_again_is_harmless_and_for_the_holder_only(story, cast):
    handoff = story.claimed()
    with pytest.raises(Conflict, match="Claim it first"):
        story.do(closing.resolve, cast.second_senior.actor, handoff.id)
    story.do(closing.resolve, cast.senior.actor, handoff.id)
    assert story.do(closing.resolve, cast.senior.actor, handoff.id).status == "resolved"
    with pytest.raises(Conflict, match="already been resolved"):
        story.do(closing.resolve, cast.second_senior.actor, handoff.id)
    assert kinds(story, handoff).count("resolved") == 1


def test_what_nobody_claimed_is_not_resolved(story, cast):
    handoff = story.escalate()
    with pytest.raises(Conflict, match="Claim it first"):
        story.do(closing.resolve, cast.senior.actor, handoff.id)
    assert story.case(handoff.session_id).status == "escalated"


def test_an_outcome_that_is_none_of_ours_leaves_the_claim_as_it_is(story, cast):
    handoff = story.claimed()
    with pytest.raises(Invalid):
        story.do(closing.resolve, cast.senior.actor, handoff.id, outcome="solved")
    assert story.progress(handoff).handoff.status == "claimed"


def test_technicians_may_not_do_what_seniors_do(story, cast):
    handoff = story.escalate()
    for verb, values in (
        (handoffs.claim, {}),
        (handoffs.hand_back, {"reason": "x"}),
        (closing.resolve, {}),
    ):
        with pytest.raises(Forbidden, match="As Technician you may not"):
            story.do(verb, cast.technician.actor, handoff.id, **values)
    with pytest.raises(Forbidden):
        story.see(inbox_queries.inbox, cast.technician.actor)


WRITES = (
    (handoffs.claim, {}),
    (handoffs.hand_back, {"reason": "x"}),
    (handoffs.withdraw, {}),
    (closing.resolve, {}),
    (closing.mark_opened, {}),
)


@pytest.mark.parametrize(("verb", "values"), WRITES, ids=lambda part: getattr(part, "__name__", ""))
def test_to_a_stranger_the_escalation_does_not_exist(story, cast, verb, values):
    handoff = story.claimed()
    with pytest.raises(NotFound):
        story.do(verb, cast.outsider.actor, handoff.id, **values)
    if verb in (handoffs.withdraw, closing.mark_opened):
        for stranger in (cast.outside_technician, cast.second_technician):
            with pytest.raises(NotFound):
                story.do(verb, stranger.actor, handoff.id, **values)
    assert story.progress(handoff).handoff.claimed_by == "Senior"


def test_a_stranger_gives_up_and_reads_nothing_of_the_account(story, cast):
    handoff = story.escalate()
    outsider = cast.outsider.actor
    with pytest.raises(NotFound):
        story.escalate(handoff.session_id, by=cast.outsider)
    for query in (queries.load, queries.handoff_row, queries.escalation_detail):
        with pytest.raises(NotFound):
            story.see(query, outsider, handoff.id)
    with pytest.raises(NotFound):
        story.see(queries.session_progress, outsider, handoff.session_id)
    assert story.see(queries.handoff_rows, outsider).items == []
    inbox = story.see(inbox_queries.inbox, outsider)
    assert (inbox.counts.waiting, inbox.rows(*InboxSection)) == (0, [])


def test_members_see_what_their_role_lets_them(story, cast):
    escalated, parked = story.escalate(), story.park()
    own = story.park(by=cast.senior)

    def seen(name: str) -> set[str]:
        return {row.id for row in story.see(queries.handoff_rows, cast.person(name).actor).items}

    assert {name: seen(name) for name in MEMBERS} == {
        "technician": {escalated.id, parked.id},
        "second_technician": set(),
        "senior": {escalated.id, own.id},
        "second_senior": {escalated.id},
        "admin": {escalated.id},
        "owner": {escalated.id},
    }


def test_the_list_is_paged_newest_first_and_narrowed_by_status(story, cast):
    made = [story.escalate() for _ in range(3)]
    story.claim(made[1])
    seen, cursor = [], None
    for _ in range(4):
        page = story.see(queries.handoff_rows, cast.admin.actor, cursor=cursor, limit=1)
        seen += [row.id for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [row.id for row in reversed(made)]
    rows = story.see(queries.handoff_rows, cast.admin.actor, status="claimed").items
    assert [row.id for row in rows] == [made[1].id]
    with pytest.raises(Invalid):
        story.see(queries.handoff_rows, cast.admin.actor, status="lost")
