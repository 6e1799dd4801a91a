import threading
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from uuid import uuid4

import pytest

from rxapp.access.actor import Role
from rxapp.access.models import User
from rxapp.access.queries import actor_by_api_token, actor_by_cookie_hash
from rxapp.access.rules import LoginKind
from rxapp.access.tokens import token_hash
from rxapp.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Unauthenticated
from rxapp.handoffs import inbox_queries
from rxapp.handoffs import queries as handoff_queries
from rxapp.handoffs import service as handoffs
from rxapp.handoffs.held_views import Held
from rxapp.handoffs.rules import InboxSection
from rxapp.members import queries as member_queries
from rxapp.members import service as members
from rxapp.notifications.dispatcher import Dispatcher
from rxapp.own_settings import service as settings_service
from rxapp.sessions import hold_service as holds
from rxapp.sessions import list_queries
from rxapp.sign_in import login_service
from rxapp.sign_in.queries import credentials
from rxapp.sign_in.service import add_user
from rxapp.sign_in.views import Place
from tests.support.story import YES

NOTHING = Held(0, 0, 0)


def role_of(story, person) -> str:
    return story.see(lambda db: db.get(User, person.actor.user_id)).role


def user(story, person) -> User:
    return story.see(lambda db: db.get(User, person.actor.user_id))


def change(story, by, person, role: str) -> Held:
    return story.do(members.change_role, by.actor, person.actor.user_id, role=role)


def second_owner(story, cast):
    change(story, cast.owner, cast.admin, "owner")


def escalation_of(story, cast, session_id):
    """The newest handoff of a session, as the seniors find it."""
    return story.see(handoff_queries.progress_snapshot, session_id)


async def told_of(story, session_id) -> tuple[str, ...]:
    await Dispatcher(None).work()
    progress = story.see(handoff_queries.progress_snapshot, session_id)
    return tuple(sorted(each.recipient.name for each in progress.deliveries))


def test_an_admin_gives_a_member_another_role(story, cast):
    assert change(story, cast.admin, cast.technician, "engineer") == NOTHING
    assert role_of(story, cast.technician) == "engineer"
    actor = story.see(actor_by_cookie_hash, cast.technician.cookie_hash)
    assert actor.role is Role.ENGINEER, "the sign-in goes on with the new role"


def test_only_those_who_manage_members_change_them(story, cast):
    for by in (cast.technician, cast.senior):
        for verb, values in (
            (members.change_role, {"role": "viewer"}),
            (members.deactivate, {}),
            (members.reactivate, {}),
            (members.remove, {}),
            (members.held, {}),
        ):
            with pytest.raises(Forbidden, match="manage members"):
                story.do(verb, by.actor, cast.second_senior.actor.user_id, **values)
        for query in (member_queries.members, member_queries.colleagues):
            with pytest.raises(Forbidden):
                story.see(query, by.actor)
    assert role_of(story, cast.second_senior) == "engineer"


def test_an_admin_neither_makes_nor_touches_an_owner(story, cast):
    with pytest.raises(Forbidden, match="make or change an owner"):
        change(story, cast.admin, cast.technician, "owner")
    with pytest.raises(Forbidden, match="make or change an owner"):
        change(story, cast.admin, cast.admin, "owner")
    with pytest.raises(Forbidden, match="make or change an owner"):
        change(story, cast.admin, cast.owner, "viewer")
    for verb in (members.deactivate, members.reactivate, members.remove):
        with pytest.raises(Forbidden, match="make or change an owner"):
            story.do(verb, cast.admin.actor, cast.owner.actor.user_id)
    assert (role_of(story, cast.owner), role_of(story, cast.admin)) == ("owner", "admin")
    change(story, cast.owner, cast.admin, "owner")
    assert role_of(story, cast.admin) == "owner"


def test_a_role_that_does_not_exist_is_named(story, cast):
    for role in ("", "root", "Owner", "viewer "):
        with pytest.raises(Invalid) as refusal:
            change(story, cast.owner, cast.technician, role)
        assert refusal.value.extra["field"] == "role"


def test_the_last_owner_stays_an_owner(story, cast):
    with pytest.raises(Conflict, match="last owner"):
        change(story, cast.owner, cast.owner, "admin")
    second_owner(story, cast)
    story.deactivate(cast.admin)
    with pytest.raises(Conflict, match="last owner"):
        change(story, cast.owner, cast.owner, "admin")  # the other one cannot sign in
    story.reactivate(cast.admin)
    change(story, cast.owner, cast.owner, "admin")
    assert role_of(story, cast.owner) == "admin"


@pytest.mark.parametrize("verb", [members.deactivate, members.remove])
def test_who_is_no_owner_any_more_shuts_out_no_owner(story, cast, verb):
    # Somebody acts with the rights of an owner that they have just lost.
    second_owner(story, cast)
    before = story.see(actor_by_cookie_hash, cast.admin.cookie_hash)
    assert before.role is Role.OWNER
    change(story, cast.owner, cast.admin, "admin")
    with pytest.raises(Forbidden, match="just changed"):
        story.do(verb, before, cast.owner.actor.user_id)
    assert user(story, cast.owner).is_active


@pytest.mark.parametrize("verb", ["demote", "deactivate", "remove"])
def test_of_two_owners_who_turn_on_each_other_one_stays(story, cast, verb):
    second_owner(story, cast)
    owners = [
        story.see(actor_by_cookie_hash, person.cookie_hash) for person in (cast.owner, cast.admin)
    ]
    together = threading.Barrier(2)

    def turn(pair) -> str:
        by, on = pair
        together.wait()
        try:
            if verb == "demote":
                story.do(members.change_role, by, on.user_id, role="viewer")
            else:
                story.do(getattr(members, verb), by, on.user_id)
        except DomainError as refusal:
            return type(refusal).__name__
        return "done"

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(turn, [owners, owners[::-1]]))
    assert results == ["Forbidden", "done"]
    left = [
        each
        for each in (user(story, cast.owner), user(story, cast.admin))
        if each.role == "owner" and each.is_active and each.deleted_at is None
    ]
    assert len(left) == 1


def test_nobody_shuts_themselves_out(story, cast):
    second_owner(story, cast)
    for verb in (members.deactivate, members.remove):
        with pytest.raises(Conflict, match="to yourself"):
            story.do(verb, cast.owner.actor, cast.owner.actor.user_id)
    assert user(story, cast.owner).is_active


@pytest.mark.parametrize("verb", [members.deactivate, members.remove])
def test_who_is_shut_out_is_out_through_every_door(story, cast, verb):
    senior = cast.senior.actor
    grant = story.do(login_service.start_login, senior.user_id, LoginKind.API)
    token = story.do(settings_service.make_api_token, senior, name="Sync", scope="write").token
    story.do(verb, cast.admin.actor, senior.user_id)
    assert story.see(actor_by_cookie_hash, cast.senior.cookie_hash) is None
    assert story.see(actor_by_api_token, token_hash(token)) is None
    assert story.see(credentials, cast.senior.email) is None
    with pytest.raises(Unauthenticated):
        story.do(login_service.refresh, grant.secret, Place())


def test_reactivation_lets_in_anew_and_revives_nothing(story, cast):
    senior = cast.senior.actor
    grant = story.do(login_service.start_login, senior.user_id, LoginKind.API)
    token = story.do(settings_service.make_api_token, senior, name="Sync", scope="write").token
    story.do(members.deactivate, cast.admin.actor, senior.user_id)
    story.do(members.reactivate, cast.admin.actor, senior.user_id)
    assert story.see(credentials, cast.senior.email).user_id == senior.user_id
    assert story.see(actor_by_cookie_hash, cast.senior.cookie_hash) is None
    assert story.see(actor_by_api_token, token_hash(token)) is None
    with pytest.raises(Unauthenticated):
        story.do(login_service.refresh, grant.secret, Place())
    story.do(members.reactivate, cast.admin.actor, senior.user_id)  # twice is harmless


def test_a_sign_in_that_was_checked_before_does_not_slip_in_after(story, cast):
    checked = story.see(credentials, cast.senior.email)
    story.do(members.deactivate, cast.admin.actor, cast.senior.actor.user_id)
    with pytest.raises(Unauthenticated):
        story.do(login_service.sign_in, checked, LoginKind.BROWSER, Place())


def test_who_was_removed_is_not_brought_back_and_their_history_keeps_the_name(story, cast):
    session_id = story.start()
    story.walk(session_id, YES)
    handoff = story.claimed()
    story.do(
        members.remove,
        cast.admin.actor,
        cast.technician.actor.user_id,
        reassign_to=cast.second_technician.actor.user_id,
    )
    with pytest.raises(NotFound):
        story.do(members.reactivate, cast.admin.actor, cast.technician.actor.user_id)
    case = story.case(session_id, cast.senior)
    assert case.started_by == "Technician"
    assert [step.user for step in case.steps] == ["Technician"]
    assert story.progress(handoff).handoff.escalated_by == "Technician"
    page = story.see(member_queries.members, cast.admin.actor)
    assert "Technician" not in [each.name for each in page.items]


def test_the_address_of_who_was_removed_is_free_again_and_of_who_was_deactivated_not(story, cast):
    values = {"name": "New", "password_hash": "x", "role": Role.VIEWER}
    account_id = cast.admin.actor.account_id
    story.do(members.deactivate, cast.admin.actor, cast.senior.actor.user_id)
    with pytest.raises(Conflict):
        story.do(add_user, account_id, email=cast.senior.email, **values)
    story.do(members.remove, cast.admin.actor, cast.senior.actor.user_id)
    new_id = story.do(add_user, account_id, email=cast.senior.email, **values)
    assert new_id != cast.senior.actor.user_id
    with pytest.raises(NotFound):
        story.do(members.remove, cast.admin.actor, cast.senior.actor.user_id)


def with_cases(story, person) -> tuple:
    """A claim, a session in progress and a parked one, all held by one senior."""
    claim = story.claimed(by=person)
    active = story.start(person, ticket_number="T-2")
    parked = story.park(by=person)
    return claim, active, parked


def test_what_a_member_holds_is_said_before_they_go(story, cast):
    assert story.see(members.held, cast.admin.actor, cast.senior.actor.user_id) == NOTHING
    with_cases(story, cast.senior)
    story.start(cast.senior)
    done = story.start(cast.senior)
    story.do(holds.complete, cast.senior.actor, done, outcome="resolved")
    story.escalate(by=cast.senior)
    held = story.see(members.held, cast.admin.actor, cast.senior.actor.user_id)
    assert (held, held.total) == (Held(1, 2, 1), 4)


@pytest.mark.parametrize("verb", [members.deactivate, members.remove])
async def test_cases_go_to_the_queue_and_the_seniors_are_told(story, cast, verb):
    claim, active, parked = with_cases(story, cast.senior)
    moved = story.do(verb, cast.admin.actor, cast.senior.actor.user_id)
    assert moved == Held(1, 1, 1)
    inbox = story.see(inbox_queries.inbox, cast.second_senior.actor)
    assert {row.session_id for row in inbox.rows(InboxSection.WAITING)} == {
        claim.session_id,
        active,
        parked.session_id,
    }
    assert inbox.rows(InboxSection.MINE, InboxSection.OTHERS) == []
    assert all(row.claimed_by == "" for row in inbox.rows(InboxSection.WAITING))
    for session_id in (claim.session_id, active, parked.session_id):
        case = story.case(session_id, cast.second_senior)
        assert (case.status, case.holder) == ("escalated", "")
    for session_id in (active, parked.session_id, claim.session_id):
        assert await told_of(story, session_id) == ("Owner", "Second Senior")
    for row in inbox.rows(InboxSection.WAITING):
        assert story.claim(row, cast.second_senior).claimed_by == "Second Senior"
    assert story.see(members.held, cast.owner.actor, cast.second_senior.actor.user_id).claims == 3


def test_the_timeline_says_what_became_of_a_case(story, cast):
    claim, active, parked = with_cases(story, cast.senior)
    story.do(members.deactivate, cast.admin.actor, cast.senior.actor.user_id)
    timeline = story.progress(claim).timeline
    assert [entry.text for entry in timeline][-1] == "Admin returned it to the queue for Senior"
    assert timeline[-1].detail == "Senior can't continue it."
    new = escalation_of(story, cast, active)
    assert [entry.text for entry in new.timeline] == ["Admin escalated it for Senior"]
    assert new.handoff.reason == "Senior can't continue this session. Please take it over."
    assert new.handoff.priority == "normal"
    rows = story.see(handoff_queries.handoff_rows, cast.owner.actor, status="withdrawn").items
    assert rows == [], "a parked session stays private, also when it is over"
    assert escalation_of(story, cast, parked.session_id).handoff.intent == "escalate"


def test_an_escalation_says_who_made_it_and_for_whom(story, cast):
    _, active, _ = with_cases(story, cast.senior)
    own = story.escalate(by=cast.senior)
    assert (own.escalated_by, own.on_behalf_of, own.on_behalf_of_id) == ("Senior", "", None)
    story.do(members.deactivate, cast.admin.actor, cast.senior.actor.user_id)
    row = escalation_of(story, cast, active).handoff
    assert (row.escalated_by, row.on_behalf_of) == ("Admin", "Senior")
    assert row.on_behalf_of_id == cast.senior.actor.user_id
    shown = story.see(inbox_queries.inbox, cast.admin.actor).rows(InboxSection.WAITING)
    [listed] = [each for each in shown if each.id == row.id]
    assert (listed.escalated_by, listed.on_behalf_of) == ("Admin", "Senior")
    claimed = story.claim(row, cast.admin)
    assert claimed.claimed_by == "Admin", "whoever made it for another may take it"


def test_who_comes_back_may_withdraw_what_was_escalated_for_them(story, cast):
    _, active, _ = with_cases(story, cast.senior)
    story.do(members.deactivate, cast.admin.actor, cast.senior.actor.user_id)
    row = escalation_of(story, cast, active).handoff
    story.do(members.reactivate, cast.admin.actor, cast.senior.actor.user_id)
    with pytest.raises(Conflict):
        story.claim(row, cast.senior)
    with pytest.raises(Conflict):
        story.do(handoffs.withdraw, cast.admin.actor, row.id)
    assert story.do(handoffs.withdraw, cast.senior.actor, row.id).status == "withdrawn"
    assert story.case(active, cast.senior).holder == "Senior"


def test_cases_go_to_the_colleague_who_is_chosen(story, cast):
    claim, active, parked = with_cases(story, cast.senior)
    heir = cast.second_senior
    moved = story.do(
        members.deactivate,
        cast.admin.actor,
        cast.senior.actor.user_id,
        reassign_to=heir.actor.user_id,
    )
    assert moved == Held(1, 1, 1)
    assert story.see(members.held, cast.admin.actor, heir.actor.user_id) == Held(1, 2, 0)
    assert story.progress(claim).handoff.claimed_by == "Second Senior"
    last = story.progress(claim).timeline[-1]
    assert (last.text, last.detail) == ("Admin gave it to Second Senior", "From Senior")
    assert story.case(claim.session_id, heir).holder == "Second Senior"
    for session_id in (claim.session_id, active, parked.session_id):
        story.walk(session_id, YES, by=heir)
    story.do(holds.complete, heir.actor, claim.session_id, outcome="resolved")
    assert story.progress(claim).handoff.status == "resolved"
    assert story.see(inbox_queries.inbox, heir.actor).counts.waiting == 0


def test_an_inherited_claim_runs_on_a_fresh_lease(story, cast, moving_clock):
    claim = story.claimed()
    moving_clock.move_on(minutes=14)
    story.do(
        members.deactivate,
        cast.admin.actor,
        cast.senior.actor.user_id,
        reassign_to=cast.second_senior.actor.user_id,
    )
    moving_clock.move_on(minutes=10)
    assert story.progress(claim).handoff.held_until > moving_clock.now()


def test_a_technician_inherits_sessions_but_no_claim(story, cast):
    claim, active, parked = with_cases(story, cast.senior)
    heir = cast.second_technician
    story.do(
        members.remove, cast.admin.actor, cast.senior.actor.user_id, reassign_to=heir.actor.user_id
    )
    row = story.progress(claim).handoff
    assert (row.status, row.claimed_by) == ("open", "")
    listed = story.see(list_queries.session_rows, heir.actor, only_mine=True).items
    assert {row.id for row in listed} == {active, parked.session_id}
    story.walk(active, YES, by=heir)
    story.do(holds.complete, heir.actor, active, outcome="resolved")
    assert story.case(active, heir).completed_by == "Second Technician"
    handoff = story.escalate(parked.session_id, by=heir)
    assert story.case(parked.session_id, heir).status == "escalated"
    assert handoff.escalated_by == "Second Technician"


def test_an_heir_who_escalated_it_gets_no_claim_on_it(story, cast):
    own = story.claim(story.escalate(by=cast.second_senior), cast.senior)
    other = story.claimed()
    story.do(
        members.deactivate,
        cast.admin.actor,
        cast.senior.actor.user_id,
        reassign_to=cast.second_senior.actor.user_id,
    )
    assert story.progress(own).handoff.status == "open"
    assert story.progress(other).handoff.claimed_by == "Second Senior"


def test_an_heir_must_be_an_active_colleague(story, cast):
    claim = story.claimed()
    leaver = cast.senior.actor.user_id
    story.deactivate(cast.second_senior)
    story.remove(cast.second_technician)
    for heir, refusal in (
        (cast.second_senior.actor.user_id, Invalid),
        (leaver, Invalid),
        (cast.second_technician.actor.user_id, NotFound),
        (cast.outsider.actor.user_id, NotFound),
        (uuid4(), NotFound),
    ):
        for verb in (members.deactivate, members.remove):
            with pytest.raises(refusal):
                story.do(verb, cast.admin.actor, leaver, reassign_to=heir)
    assert user(story, cast.senior).is_active
    assert story.progress(claim).handoff.claimed_by == "Senior"
    assert story.see(actor_by_cookie_hash, cast.senior.cookie_hash) is not None


async def test_who_may_claim_no_more_hands_claims_back_and_keeps_the_rest(story, cast):
    claim, active, parked = with_cases(story, cast.senior)
    assert change(story, cast.admin, cast.senior, "viewer") == Held(1, 0, 0)
    assert story.progress(claim).handoff.status == "open"
    assert story.see(members.held, cast.admin.actor, cast.senior.actor.user_id) == Held(0, 1, 1)
    assert await told_of(story, claim.session_id) == ("Owner", "Second Senior")
    actor = story.see(actor_by_cookie_hash, cast.senior.cookie_hash)
    rows = story.see(list_queries.session_rows, actor).items
    assert {row.id for row in rows} == {active, parked.session_id}


def test_a_senior_who_becomes_an_admin_keeps_the_claim(story, cast):
    claim = story.claimed()
    assert change(story, cast.owner, cast.senior, "admin") == NOTHING
    assert story.progress(claim).handoff.claimed_by == "Senior"


@pytest.mark.parametrize("to_colleague", [False, True])
def test_a_session_that_is_just_being_completed_stays_completed(story, cast, to_colleague):
    session_id = story.start(cast.senior)
    heir = cast.second_senior.actor.user_id if to_colleague else None

    def shut_out() -> Held:
        admin, leaver = cast.admin.actor, cast.senior.actor.user_id
        return story.do(members.deactivate, admin, leaver, reassign_to=heir)

    with ThreadPoolExecutor(1) as pool:
        with story.database.transaction() as db:
            holds.complete(db, cast.senior.actor, session_id, outcome="resolved")
            pressed = pool.submit(shut_out)
            sleep(0.4)
        assert pressed.result() == NOTHING
    case = story.case(session_id, cast.admin)
    assert (case.status, case.outcome, case.holder) == ("completed", "resolved", "")


def test_members_are_listed_by_name_page_by_page(story, cast):
    story.deactivate(cast.senior)
    seen, cursor = [], None
    for _ in range(10):
        page = story.see(member_queries.members, cast.admin.actor, cursor=cursor, limit=2)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert [each.name for each in seen] == [
        "Admin",
        "Owner",
        "Second Senior",
        "Second Technician",
        "Senior",
        "Technician",
    ]
    assert {each.name for each in seen if not each.is_active} == {"Senior"}
    assert all(each.last_seen_at for each in seen)
    called = [each.name for each in story.see(member_queries.colleagues, cast.admin.actor)]
    assert called == ["Admin", "Owner", "Second Senior", "Second Technician", "Technician"]


def test_to_an_outsider_there_is_no_such_member(story, cast):
    stranger = story.hire(cast.outsider, Role.OWNER).actor
    story.claimed()
    for verb, values in (
        (members.change_role, {"role": "viewer"}),
        (members.deactivate, {}),
        (members.reactivate, {}),
        (members.remove, {}),
        (members.held, {}),
    ):
        with pytest.raises(NotFound):
            story.do(verb, stranger, cast.senior.actor.user_id, **values)
    assert {each.name for each in story.see(member_queries.members, stranger).items} == {
        "Outsider",
        stranger.name,
        "Outside Technician",
    }
    assert user(story, cast.senior).is_active
