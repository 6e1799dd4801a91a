"""The inbox as it is read: every row can be reached, and no change is missed."""

import pytest

from rxapp.core.errors import Forbidden, Invalid
from rxapp.handoffs import closing_service, inbox_queries, service
from rxapp.handoffs.inbox_queries import NEWEST_CHANGES, PAGE_ROWS
from rxapp.handoffs.rules import InboxSection
from tests.support.many_rows import fill_queue

WAITING = InboxSection.WAITING


@pytest.fixture
def news(story, cast):
    return lambda: story.see(inbox_queries.inbox_news, cast.senior.actor.account_id)


def pages(story, person, section=WAITING) -> list[list[str]]:
    """Read the section page by page; returns the ids of each page."""
    first = story.see(inbox_queries.inbox, person.actor)
    page = next(each for each in first.pages if each.section == section)
    found = [[row.id for row in page.rows]]
    while page.next:
        page = story.see(inbox_queries.inbox_page, person.actor, section, page.next)
        found.append([row.id for row in page.rows])
    return found


@pytest.mark.parametrize("count", [PAGE_ROWS, PAGE_ROWS + 1, 130])
def test_every_row_is_on_one_page(story, cast, database, count):
    with database.transaction() as db:
        ids = fill_queue(db, cast, count, urgent=60)
    found = pages(story, cast.senior)
    assert [each for page in found for each in page] == ids
    assert [len(page) for page in found[:-1]] == [PAGE_ROWS] * (len(found) - 1)
    assert story.see(inbox_queries.inbox, cast.senior.actor).counts.waiting == count


def test_what_one_holds_is_never_hidden_by_what_others_hold(story, cast, database):
    with database.transaction() as db:
        fill_queue(db, cast, PAGE_ROWS + 5)
    rows = [row for page in pages(story, cast.senior) for row in page]
    for handoff_id in rows[:-1]:
        story.do(service.claim, cast.senior.actor, handoff_id)
    story.do(service.claim, cast.second_senior.actor, rows[-1])
    assert pages(story, cast.second_senior, InboxSection.MINE) == [[rows[-1]]]
    others = pages(story, cast.second_senior, InboxSection.OTHERS)
    assert [each for page in others for each in page] == rows[:-1]
    counts = story.see(inbox_queries.inbox, cast.second_senior.actor).counts
    assert (counts.waiting, counts.mine, counts.others) == (0, 1, PAGE_ROWS + 4)


def test_each_act_is_a_change_of_one_row(story, cast, news):
    before = news().revision
    handoff = story.escalate()
    assert [(row.id, row.status) for row in news().rows] == [(handoff.id, "open")]
    story.claim(handoff, cast.senior)
    (claimed,) = news().rows
    assert (claimed.status, claimed.claimed_by) == ("claimed", "Senior")
    story.do(service.hand_back, cast.senior.actor, handoff.id, reason="Not my field")
    (returned,) = news().rows
    assert (returned.status, returned.returned) == ("open", 1)
    assert returned.queued_by_id == cast.senior.actor.user_id
    story.claim(handoff, cast.second_senior)
    story.do(closing_service.resolve, cast.second_senior.actor, handoff.id)
    (resolved,) = news().rows
    assert resolved.status == "resolved"
    assert before < claimed.revision < returned.revision < resolved.revision == news().revision
    assert news().change(resolved.revision, whole=True).rows == []


def test_a_tab_gets_what_it_has_not_seen_and_hears_when_that_is_not_all(story, news):
    first = story.escalate()
    seen = news().revision
    later = [story.escalate() for _ in range(NEWEST_CHANGES)]
    complete = news().change(seen, whole=True)
    assert [row["id"] for row in complete.rows] == [str(each.id) for each in later]
    assert (complete.since, complete.revision) == (seen, seen + NEWEST_CHANGES)
    one_short = news().change(seen - 1, whole=True)
    assert one_short.since == seen, "it says from where on nothing is missing"
    assert str(first.id) not in [row["id"] for row in one_short.rows]
    assert news().change(seen, whole=True).rows == complete.rows


def test_a_page_without_rows_gets_no_words_of_the_case(story, cast, news):
    story.escalate()
    (row,) = news().change(0, whole=False).rows
    assert set(row) == {"id", "revision", "status", "escalated_by_id"}
    assert row["escalated_by_id"] == str(cast.technician.actor.user_id)


def test_a_long_reason_travels_as_its_beginning(story, news):
    story.escalate(reason="The speaker stays silent. " * 100)
    (row,) = news().rows
    assert len(row.reason) <= inbox_queries.REASON_SHOWN
    assert row.reason.endswith("…")


def test_only_what_still_waits_was_missed(story, cast):
    handoffs = [story.escalate() for _ in range(3)]
    story.claim(handoffs[1], cast.senior)
    revision = story.see(inbox_queries.inbox, cast.senior.actor).revision
    later = story.escalate()

    def missed(since: int, until: int) -> list[str]:
        rows = story.see(inbox_queries.arrivals, cast.senior.actor, since, until=until)
        return [row.id for row in rows]

    assert missed(0, revision) == [handoffs[2].id, handoffs[0].id]
    assert missed(revision, revision) == []
    assert missed(revision, revision + 1) == [later.id], "what came meanwhile is in the next change"
    recent = story.see(inbox_queries.just_arrived, cast.senior.actor, until=revision)
    assert [row.id for row in recent] == [handoffs[2].id, handoffs[0].id]


def test_nobody_reads_another_account_s_inbox(story, cast, database):
    with database.transaction() as db:
        ids = fill_queue(db, cast, PAGE_ROWS + 1)
    cursor = inbox_queries.encode_cursor("0", str(ids[0]))
    outsider = cast.outsider.actor
    assert story.see(inbox_queries.inbox_page, outsider, WAITING, cursor).rows == []
    assert story.see(inbox_queries.inbox, outsider).rows(*InboxSection) == []
    assert story.see(inbox_queries.arrivals, outsider, 0, until=1_000) == []
    for query, arguments, values in (
        (inbox_queries.inbox, (), {}),
        (inbox_queries.inbox_page, (WAITING, cursor), {}),
        (inbox_queries.inbox_counts, (), {}),
        (inbox_queries.arrivals, (0,), {"until": 1_000}),
    ):
        with pytest.raises(Forbidden):
            story.see(query, cast.technician.actor, *arguments, **values)


def test_a_cursor_that_is_none_is_refused(story, cast):
    for cursor in ("", "lost", inbox_queries.encode_cursor("0", "lost")):
        with pytest.raises(Invalid):
            story.see(inbox_queries.inbox_page, cast.senior.actor, WAITING, cursor)
