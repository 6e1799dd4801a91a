"""Prepared statements: the same rows, values and errors as with plain SQLAlchemy."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from rxapp.core.db import direct
from rxapp.core.ids import new_id
from rxapp.core.prepared import PreparedChange, PreparedQuery
from rxapp.core.trouble import Trouble, trouble_of
from rxapp.sessions.models import GuidedSession, SessionTurn
from tests.support.databases import SQLITE
from tests.support.story import Story

SESSION = GuidedSession.__table__.c
BY_ID = select(*SESSION, SESSION.seq.label("again")).where(
    SESSION.id == bindparam("session_id"), SESSION.status == "active"
)


def test_a_row_is_the_one_that_sqlalchemy_returns(story: Story):
    session_id = story.start(ticket_number="T-1", client_name="Müller & Söhne")
    story.walk(session_id, "no-it-is-not")
    values = {"session_id": session_id}

    with story.database.reading() as db:
        usual = direct(db).execute(BY_ID, values).one()
        row = PreparedQuery(BY_ID).one_or_none(db, values)

    assert {name: getattr(row, name) for name in usual._fields} == dict(usual._mapping)
    assert tuple(row) == tuple(usual)


def test_there_is_no_row(story: Story):
    with story.database.reading() as db:
        assert PreparedQuery(BY_ID).one_or_none(db, {"session_id": new_id()}) is None


def test_a_change_says_how_many_rows_it_wrote(story: Story):
    session_id = story.start()
    rename = PreparedChange(
        update(GuidedSession.__table__)
        .where(SESSION.id == bindparam("at_id"))
        .values(title=bindparam("title"), held_until=bindparam("until"))
    )
    until = datetime(2026, 3, 4, 5, 6, 7, 890, tzinfo=UTC)
    with story.database.transaction() as db:
        assert rename.run(db, {"at_id": session_id, "title": "Ünder", "until": until}) == 1
        assert rename.run(db, {"at_id": new_id(), "title": "", "until": None}) == 0

    with story.database.reading() as db:
        session = db.get_one(GuidedSession, session_id)
        assert (session.title, session.held_until) == ("Ünder", until)


def test_errors_are_those_of_sqlalchemy(story: Story):
    session_id = story.start()
    record = PreparedChange(insert(SessionTurn.__table__))
    turn = {
        "id": new_id(),
        "session_id": session_id,
        "at": datetime.now(UTC),
        "status": "active",
        "holder_id": None,
    }
    with story.database.transaction() as db:
        record.run(db, turn)
    with pytest.raises(IntegrityError) as caught, story.database.transaction() as db:
        record.run(db, turn)
    assert str(session_id) not in str(caught.value)
    with pytest.raises((KeyError, StatementError)), story.database.transaction() as db:
        record.run(db, {name: turn[name] for name in turn if name != "holder_id"})


@SQLITE
def test_a_database_that_takes_no_writes_is_told_as_such(story: Story):
    rename = PreparedChange(update(GuidedSession.__table__).values(title=bindparam("title")))
    with pytest.raises(DBAPIError) as caught, story.database.transaction() as db:
        direct(db).exec_driver_sql("PRAGMA query_only=ON")
        rename.run(db, {"title": "x"})

    assert trouble_of(caught.value) is Trouble.READ_ONLY
