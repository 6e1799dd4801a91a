"""Rows that are no longer needed are deleted after their time, and no others."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from rxapp import keeping
from rxapp.access.models import ApiToken, Invitation, Login, MailLink, RecoveryCode, RefreshToken
from rxapp.access.rules import LoginKind
from rxapp.core.clock import utc_now
from rxapp.core.ids import new_id
from rxapp.drafts.models import DraftOperation
from rxapp.drafts.rules import OperationKind
from rxapp.notifications.models import Delivery, OutboxEvent
from rxapp.sign_in import login_service
from rxapp.sign_in.views import Place
from tests.support.cast import Cast
from tests.support.databases import SQLITE
from tests.support.moving_clock import MovingClock
from tests.support.server import ROOT

NEVER = timedelta(days=10_000)


def _rows(cast: Cast, *, ended: bool):
    """One row of each kind, over by now or not."""
    user = cast.technician.actor
    past = utc_now() if ended else None
    ends = utc_now() if ended else utc_now() + NEVER
    event = OutboxEvent(
        account_id=user.account_id, kind="x", subject_id=new_id(), processed_at=past
    )
    yield event
    yield ApiToken(
        user_id=user.user_id, name="x", scope="read", token_hash=str(new_id()), hint="x",
        revoked_at=past,
    )  # fmt: skip
    yield MailLink(
        user_id=user.user_id, kind="reset", email="x", token_hash=str(new_id()), expires_at=ends
    )
    yield Invitation(
        account_id=user.account_id, email="x", role="viewer", token_hash=str(new_id()),
        invited_by=user.user_id, expires_at=ends,
    )  # fmt: skip
    yield RecoveryCode(user_id=user.user_id, code_hash="x", used_at=past)
    yield Delivery(
        account_id=user.account_id, event_id=event.id, subject_id=event.subject_id,
        recipient_id=user.user_id, channel="email", status="sent",
        next_attempt_at=ends,
    )  # fmt: skip
    yield DraftOperation(
        account_id=user.account_id, tree_id=cast.tree_id, operation_id=new_id(), revision=1,
        author_id=user.user_id, client="x", kind=OperationKind.MOVE, changes=[], undo=[], at=ends,
    )  # fmt: skip


def _count(db) -> dict[str, int]:
    tables = dict.fromkeys(kept.table for kept in keeping.KEPT)
    return {
        table.__tablename__: db.execute(select(func.count()).select_from(table)).scalar_one()
        for table in tables
    }


async def test_what_is_over_goes_and_what_is_not_stays(
    database, cast: Cast, moving_clock: MovingClock
):
    with database.transaction() as db:
        for ended in (True, False):
            for row in _rows(cast, ended=ended):
                db.add(row)
                db.flush()
                if ended and isinstance(row, Delivery):
                    row.next_attempt_at = None  # at first each has an attempt to come
        grant = login_service.start_login(db, cast.technician.actor.user_id, LoginKind.API)
        login_service.refresh(db, grant.secret, Place())
    with database.reading() as db:
        before = _count(db)

    await keeping.forget_old_rows()
    with database.reading() as db:
        assert _count(db) == before

    moving_clock.move_on(days=200)  # by then the first sign-ins have ended too
    await keeping.forget_old_rows()
    with database.reading() as db:
        assert _count(db) == {
            "refresh_token": 0,
            "login": 8,  # the last one of each of the cast
            "api_token": 1,
            "mail_link": 1,
            "invitation": 1,
            "recovery_code": 1,
            "delivery": 1,
            "outbox_event": 1,
            "draft_operation": 1,
        }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_more_rows_than_a_batch_go_too(
    database, cast: Cast, moving_clock: MovingClock, monkeypatch
):
    monkeypatch.setattr(keeping, "BATCH", 3)
    with database.transaction() as db:
        for _ in range(10):
            db.add(
                RecoveryCode(user_id=cast.senior.actor.user_id, code_hash="x", used_at=utc_now())
            )
    moving_clock.move_on(days=91)
    await keeping.forget_old_rows()
    with database.reading() as db:
        assert _count(db)["recovery_code"] == 0
        assert db.execute(select(func.count()).select_from(Login)).scalar_one() == 8
        assert db.execute(select(func.count()).select_from(RefreshToken)).scalar_one() == 0


@SQLITE
async def test_old_rows_are_found_without_reading_whole_tables(
    database, cast: Cast, moving_clock: MovingClock
):
    with database.transaction() as db:
        for row in _rows(cast, ended=True):
            db.add(row)
            db.flush()
    asked: list[tuple[str, object]] = []

    def note(_connection, _cursor, statement, values, *_rest) -> None:
        if statement.startswith(("SELECT", "DELETE")):
            asked.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", note)
    moving_clock.move_on(days=400)
    await keeping.forget_old_rows()
    event.remove(database.engine, "before_cursor_execute", note)
    assert len(asked) > 2 * len(keeping.KEPT)
    with database.engine.connect() as connection:
        for statement, values in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            steps = [row.detail for row in plan]
            assert not any(step.startswith("SCAN") for step in steps), (statement, steps)


async def test_rows_far_behind_others_that_stay_are_found(
    database, cast: Cast, moving_clock: MovingClock, monkeypatch
):
    monkeypatch.setattr(keeping, "LOOKED_AT", 3)
    used = [None] * 7 + [utc_now()] + [None] * 5 + [utc_now()]
    with database.transaction() as db:
        for at in used:
            db.add(RecoveryCode(user_id=cast.senior.actor.user_id, code_hash="x", used_at=at))
            db.flush()
    moving_clock.move_on(days=91)
    await keeping.forget_old_rows()
    with database.reading() as db:
        assert _count(db)["recovery_code"] == 12


def test_the_page_for_operators_has_the_same_table():
    page = (ROOT / "docs" / "operating.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| ") and "days |" in line]
    assert rows == [f"| {kept.what} | {kept.days} days |" for kept in keeping.KEPT]
