"""A notice counts as on screen once its recipient's browser says so; otherwise it is emailed."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from rxapp.core import db as core_db
from rxapp.handoffs.service import ESCALATED
from rxapp.notifications import delivery_service, planner, registry
from rxapp.notifications.channels.email import MailServer
from rxapp.notifications.dispatcher import Dispatcher
from rxapp.notifications.rules import BACKOFF, SHOWN_WITHIN
from rxapp.notifications.shown import ANSWERS_PER_PERSON, Shown


@pytest.fixture
def dispatcher(mail_server) -> Dispatcher:
    return Dispatcher(MailServer.from_url(mail_server.url, "Flow <flow@example.com>"))


async def work(dispatcher: Dispatcher) -> None:
    await dispatcher.work()
    await dispatcher.settle()


def of(story, handoff, person, channel: str = "email"):
    """The delivery to one person over one channel."""
    [found] = [
        each
        for each in story.deliveries(handoff)
        if (each.recipient.id, each.channel) == (person.actor.user_id, channel)
    ]
    return found


async def test_what_no_browser_showed_goes_on_to_email_within_seconds(
    story, cast, dispatcher, mail_server, moving_clock
):
    story.comes_online(cast.senior, cast.admin)
    handoff = story.escalate()
    await work(dispatcher)
    story.shows(handoff, cast.admin)
    moving_clock.move_on(seconds=SHOWN_WITHIN.total_seconds() - 1)
    await work(dispatcher)
    assert mail_server.to(cast.senior.email) == []
    moving_clock.move_on(seconds=2)
    await work(dispatcher)
    await work(dispatcher)
    lost = of(story, handoff, cast.senior, "screen")
    assert (lost.status, lost.sent_at) == ("dead", None)
    assert lost.detail == "no open page showed it; an email follows"
    assert of(story, handoff, cast.senior).status == "sent"
    assert len(mail_server.to(cast.senior.email)) == 1
    assert mail_server.to(cast.admin.email) == []

    story.shows(handoff, cast.senior)
    late = of(story, handoff, cast.senior, "screen")
    assert (late.status, late.next_attempt_at) == ("sent", None)
    assert late.detail == "shown late, after an email was sent as well"
    moving_clock.move_on(minutes=30)
    await work(dispatcher)
    assert len(mail_server.to(cast.senior.email)) == 1


async def test_nobody_acknowledges_for_another_or_what_is_another_accounts(
    story, cast, dispatcher, moving_clock
):
    story.comes_online(cast.senior, cast.admin)
    handoff = story.escalate()
    gathered = Shown()
    elsewhere = replace(cast.senior.actor, account_id=cast.outsider.actor.account_id)
    for actor in (cast.second_senior.actor, cast.technician.actor, cast.outsider.actor, elsewhere):
        gathered.take(actor, [handoff.id])
    gathered.take(cast.senior.actor, [uuid4() for _ in range(10)])
    await work(dispatcher)
    await gathered.record()
    assert of(story, handoff, cast.senior, "screen").status == "sending"
    assert of(story, handoff, cast.admin, "screen").status == "sending"


async def test_an_answer_that_comes_before_its_delivery_waits_for_it(story, cast, dispatcher):
    story.comes_online(cast.senior)
    handoff = story.escalate()
    gathered = Shown()
    gathered.take(cast.senior.actor, [handoff.id])
    await gathered.record()
    await work(dispatcher)
    assert of(story, handoff, cast.senior, "screen").status == "sending"
    await gathered.record()
    shown = of(story, handoff, cast.senior, "screen")
    assert (shown.status, bool(shown.sent_at)) == ("sent", True)


async def test_answers_fill_no_memory(story, cast):
    gathered = Shown()
    for _ in range(100):
        gathered.take(cast.senior.actor, [uuid4() for _ in range(100)])
    assert sum(map(len, gathered._waiting.values())) <= ANSWERS_PER_PERSON


def break_notice(monkeypatch, part: str, of_subject: UUID) -> None:
    """Make one part of the notice fail for one escalation."""
    notice = registry.notice_for(ESCALATED)
    whole = getattr(notice, part)

    def broken(db, event, *rest):
        subject = rest[0] if part == "changed" else event.subject_id
        if subject == of_subject:
            raise LookupError("nobody knows")
        return whole(db, event, *rest)

    monkeypatch.setitem(registry._notices, ESCALATED, replace(notice, **{part: broken}))


async def test_one_notice_that_no_email_can_follow_holds_up_no_other(
    story, cast, dispatcher, mail_server, moving_clock, monkeypatch
):
    story.comes_online(cast.senior)
    broken, whole = story.escalate(), story.escalate()
    await work(dispatcher)
    with monkeypatch.context() as patch:
        break_notice(patch, "recipient", broken.id)
        moving_clock.move_on(seconds=SHOWN_WITHIN.total_seconds() + 1)
        await work(dispatcher)
        await work(dispatcher)
        assert len(mail_server.to(cast.senior.email)) == 1
        assert of(story, whole, cast.senior).status == "sent"
        assert of(story, broken, cast.senior, "screen").status == "sending"
    moving_clock.move_on(seconds=BACKOFF[0].total_seconds() + 1)
    await work(dispatcher)
    await work(dispatcher)
    assert of(story, broken, cast.senior).status == "sent"


async def test_one_mail_whose_pages_cannot_be_told_holds_up_no_other(story, monkeypatch):
    broken, whole = story.escalate(), story.escalate()
    for event_id in story.see(planner.due_events):
        story.do(planner.plan, event_id, has_mail_server=True)
    break_notice(monkeypatch, "recipient", broken.id)
    break_notice(monkeypatch, "changed", broken.id)
    claimed = await core_db.run(delivery_service.claim_due, limit=50)
    assert {each.id for each in claimed} == {each.id for each in story.deliveries(whole)}
    states = {(each.status, each.detail) for each in story.deliveries(broken)}
    assert states == {("failed", delivery_service.NOT_WRITTEN)}


async def test_an_answer_that_cannot_be_recorded_holds_up_no_other(
    story, cast, dispatcher, monkeypatch
):
    story.comes_online(cast.senior)
    broken, whole = story.escalate(), story.escalate()
    await work(dispatcher)
    break_notice(monkeypatch, "unseen_after", broken.id)
    gathered = Shown()
    gathered.take(cast.senior.actor, [broken.id, whole.id])
    await gathered.record()
    assert of(story, whole, cast.senior, "screen").status == "sent"
    assert of(story, broken, cast.senior, "screen").status == "sending"
