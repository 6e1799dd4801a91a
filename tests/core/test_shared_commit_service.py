"""Writes that share a commit: each succeeds or fails by itself; none is answered too early."""

import asyncio
import sqlite3
from threading import Event

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, OperationalError

from rxapp.access.caller import Caller
from rxapp.access.policy import Permission
from rxapp.access.queries import actor_by_cookie_hash, actor_by_login
from rxapp.access.tokens import token_hash
from rxapp.core import db as core_db
from rxapp.core.errors import Forbidden, Unauthenticated, Unavailable
from rxapp.core.trouble import Trouble
from rxapp.live.models import LiveTopic
from rxapp.sign_in import login_service
from tests.support.databases import SQLITE

pytestmark = SQLITE


def add(db, topic: str) -> str:
    db.add(LiveTopic(topic=topic, revision=1))
    core_db.after_commit(db, lambda: told.append(topic))
    return topic


def add_and_raise(db, topic: str) -> None:
    add(db, topic)
    db.flush()
    raise ValueError(topic)


def add_past_the_orm_and_raise(db, topic: str) -> None:
    row = "INSERT INTO live_topic (topic, revision) VALUES (:topic, 1)"
    core_db.direct(db).execute(text(row), {"topic": topic})
    raise ValueError(topic)


told: list[str] = []


@pytest.fixture(autouse=True)
def _nothing_told_yet():
    told.clear()


def topics(database) -> list[str]:
    with database.reading() as db:
        return list(db.execute(text("SELECT topic FROM live_topic ORDER BY topic")).scalars())


class Gate:
    """Holds the writer, so that writes in the meantime share the next commit."""

    def __init__(self) -> None:
        self._open = Event()
        self._held = asyncio.create_task(core_db.run(lambda _db: self._open.wait(5)))

    async def open_for(self, *calls):
        waiting = [asyncio.create_task(each) for each in calls]
        await asyncio.sleep(0.05)
        self._open.set()
        await asyncio.gather(self._held, return_exceptions=True)
        return await asyncio.gather(*waiting, return_exceptions=True)


@pytest.fixture
def commits(database):
    counted = []
    event.listen(database.engine, "commit", counted.append)
    return counted


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    monkeypatch.setattr("rxapp.core.writer.COMMIT_AFTER_SECONDS", 5)


async def test_what_waits_shares_one_commit(database, commits):
    names = [f"t{number}" for number in range(10)]

    answers = await Gate().open_for(*(core_db.run(add, name) for name in names))

    assert answers == names
    assert topics(database) == names
    assert told == names
    assert len(commits) == 1


@pytest.mark.parametrize("fail", [add_and_raise, add_past_the_orm_and_raise])
async def test_one_that_raises_undoes_its_own_work_alone(database, fail):
    answers = await Gate().open_for(
        core_db.run(add, "a"), core_db.run(fail, "b"), core_db.run(add, "c")
    )

    assert answers[0] == "a"
    assert isinstance(answers[1], ValueError)
    assert answers[2] == "c"
    assert topics(database) == told == ["a", "c"]


async def test_a_row_that_cannot_be_stored_does_not_take_its_neighbours_with_it(database):
    answers = await Gate().open_for(
        core_db.run(add, "a"), core_db.run(add, "a"), core_db.run(add, "c")
    )

    assert isinstance(answers[1], IntegrityError)
    assert topics(database) == told == ["a", "c"]


async def test_nobody_is_told_of_a_commit_that_failed(database):
    def refuse(_connection):
        raise OperationalError("COMMIT", {}, Exception("disk is full"))

    event.listen(database.engine, "commit", refuse)
    answers = await Gate().open_for(core_db.run(add, "a"), core_db.run(add, "b"))
    event.remove(database.engine, "commit", refuse)

    assert all(isinstance(answer, Unavailable) for answer in answers)
    assert topics(database) == told == []
    assert await core_db.run(add, "later") == "later"


async def test_what_sqlite_undoes_by_itself_is_said_to_all_with_its_reason(database):
    def fill_the_disk(db):
        add(db, "b")
        db.flush()
        core_db.direct(db).connection.driver_connection.execute("ROLLBACK")
        full = sqlite3.OperationalError("database or disk is full")
        full.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("INSERT", {}, full)

    answers = await Gate().open_for(core_db.run(add, "a"), core_db.run(fill_the_disk))

    assert [type(answer) for answer in answers] == [Unavailable, Unavailable]
    assert {answer.message for answer in answers} == {Trouble.FULL.words}
    assert topics(database) == told == []
    assert await core_db.run(add, "later") == "later"


async def test_what_nobody_waits_for_any_more_is_not_done(database):
    gate = Gate()
    given_up = asyncio.create_task(core_db.run(add, "a"))
    await asyncio.sleep(0.01)
    given_up.cancel()

    await gate.open_for(core_db.run(add, "b"))

    assert topics(database) == ["b"]


async def test_a_sign_in_that_has_ended_stops_in_the_same_transaction(database, cast):
    technician = cast.technician
    find = token_hash(technician.cookie)
    caller = Caller(lambda db: actor_by_cookie_hash(db, find), Permission.RUN_SESSIONS)
    assert await caller.run(lambda db, actor: actor.user_id) == technician.actor.user_id

    await core_db.run(login_service.end_by_cookie, find)

    done = []
    with pytest.raises(Unauthenticated):
        await caller.run(lambda db, actor: done.append(add(db, "a")))
    with pytest.raises(Unauthenticated):
        await caller.read(lambda db, actor: done.append(actor))
    assert done == []
    assert topics(database) == []


async def test_a_caller_without_the_permission_does_nothing(cast):
    find = token_hash(cast.technician.cookie)
    caller = Caller(lambda db: actor_by_cookie_hash(db, find), Permission.HANDLE_ESCALATIONS)

    with pytest.raises(Forbidden):
        await caller.run(lambda db, actor: pytest.fail("it ran"))


async def test_nobody_is_found_for_another_kind_of_sign_in(cast):
    login_id = cast.technician.actor.login_id
    caller = Caller(lambda db: actor_by_login(db, login_id))

    with pytest.raises(Unauthenticated):
        await caller.read(lambda db, actor: pytest.fail("a browser's sign-in is none for the API"))
