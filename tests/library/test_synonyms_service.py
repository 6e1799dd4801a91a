"""An account's own synonyms: written by authors, understood by its searches and by no others."""

import pytest
from sqlalchemy import select

from rxapp.audit.models import AuditEntry
from rxapp.audit.rules import Action
from rxapp.core.errors import Conflict, Forbidden, Invalid, NotFound
from rxapp.library import synonyms_queries, synonyms_service
from rxapp.trees.queries import search_page
from tests.support.story import small_tree


@pytest.fixture
def found(story):
    def titles(person, text: str) -> list[str]:
        return [tree.title for tree in story.see(search_page, person.actor, text).items]

    return titles


def own(story, person) -> list[list[str]]:
    return [each.expressions for each in story.see(synonyms_queries.synonyms, person.actor)]


def test_searches_understand_a_group_at_once_until_it_is_removed(story, cast, found):
    story.publish(small_tree("Cash register jams"))
    story.publish(small_tree("Cash register jams"), account_of=cast.outsider)
    group = story.do(synonyms_service.add, cast.senior.actor, ["till", "cash register", "till "])
    assert own(story, cast.senior) == [["till", "cash register"]]
    assert found(cast.technician, "till") == ["Cash register jams"]
    assert found(cast.technician, "the till jams") == ["Cash register jams"]
    assert found(cast.outsider, "till") == []
    story.do(synonyms_service.change, cast.senior.actor, group.id, ["kiosk", "cash register"])
    assert found(cast.technician, "till") == []
    assert found(cast.technician, "kiosk") == ["Cash register jams"]
    story.do(synonyms_service.remove, cast.senior.actor, group.id)
    assert own(story, cast.senior) == found(cast.technician, "kiosk") == []


def test_what_is_no_group_is_refused(story, cast, monkeypatch):
    for words in (
        ["one"],
        ["one", "ONE"],
        ["one", "++"],
        ["one", "two three four five"],
        ["one", "x" * 41],
        [f"word {n}" for n in range(21)],
        ["one", "two\x00"],
    ):
        with pytest.raises(Invalid):
            story.do(synonyms_service.add, cast.senior.actor, words)
    monkeypatch.setattr(synonyms_service, "SYNONYM_GROUPS", 1)
    story.do(synonyms_service.add, cast.senior.actor, ["one", "two"])
    with pytest.raises(Conflict):
        story.do(synonyms_service.add, cast.senior.actor, ["three", "four"])


def test_only_authors_of_the_account_touch_them(story, cast):
    group = story.do(synonyms_service.add, cast.senior.actor, ["one", "two"])
    with pytest.raises(Forbidden):
        story.do(synonyms_service.add, cast.technician.actor, ["three", "four"])
    with pytest.raises(Forbidden):
        own(story, cast.technician)
    for verb, values in (
        (synonyms_service.change, (["three", "four"],)),
        (synonyms_service.remove, ()),
    ):
        with pytest.raises(NotFound):
            story.do(verb, cast.outsider.actor, group.id, *values)
    assert own(story, cast.senior) == [["one", "two"]]
    assert own(story, cast.outsider) == []


def test_each_change_is_in_the_audit_log(story, cast):
    group = story.do(synonyms_service.add, cast.senior.actor, ["one", "two"])
    story.do(synonyms_service.change, cast.senior.actor, group.id, ["one", "three"])
    story.do(synonyms_service.remove, cast.senior.actor, group.id)
    query = (
        select(AuditEntry.action, AuditEntry.subject)
        .where(AuditEntry.subject_id == str(group.id))
        .order_by(AuditEntry.id)
    )
    assert [tuple(row) for row in story.see(lambda db: db.execute(query).all())] == [
        (Action.SYNONYMS_ADDED, "one, two"),
        (Action.SYNONYMS_CHANGED, "one, three"),
        (Action.SYNONYMS_REMOVED, "one, three"),
    ]
