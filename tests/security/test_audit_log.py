"""What the audit log and errors say, and who can change that."""

import csv
import io

import pytest
from sqlalchemy import select, text, update

from rxapp.access.models import User
from rxapp.audit.models import AuditEntry
from rxapp.core import db as core_db
from rxapp.own_settings import service as settings_service


async def test_who_takes_the_name_of_another_is_told_apart_in_the_audit_log(api, database, cast):
    await core_db.run(settings_service.rename, cast.senior.actor, name=cast.owner.actor.name)
    fake, owner = await api(cast.senior), await api(cast.owner)
    await fake.post("/me/tokens", json={"name": "n", "scope": "write"})
    await owner.post("/me/tokens", json={"name": "n", "scope": "write"})
    asked = {"action": "user.api_token_made"}
    lines = (await owner.get("/audit", params=asked)).json()["items"]
    assert len({line["actor"] for line in lines}) == 1
    ids = {str(cast.owner.actor.user_id), str(cast.senior.actor.user_id)}
    assert {line["actor_id"] for line in lines} == ids
    answer = await owner.get("/audit/csv", params=asked)
    assert {row["actor_id"] for row in csv.DictReader(io.StringIO(answer.text))} == ids


async def test_no_line_of_the_audit_log_changes_or_goes(database, cast):
    await core_db.run(settings_service.rename, cast.senior.actor, name="Somebody Else")
    for statement in (
        "UPDATE audit_entry SET actor_name = 'x'",
        "DELETE FROM audit_entry",
    ):
        with (
            pytest.raises(Exception, match="audit lines never change"),
            database.transaction() as db,
        ):
            db.execute(text(statement))
    with database.reading() as db:
        assert db.execute(select(AuditEntry.actor_name)).scalars().first() != "x"


async def test_an_error_of_the_database_repeats_no_values(database, cast):
    """It is logged with its traceback; the values may be hashes, addresses and notes."""
    with pytest.raises(Exception, match=r"(?i)unique") as caught, database.transaction() as db:
        taken = update(User).where(User.id == cast.senior.actor.user_id)
        db.execute(taken.values(email=cast.owner.email, password_hash="a secret hash"))
    assert "a secret hash" not in str(caught.value)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_moments_at_the_ends_of_the_calendar_are_no_fault(api, cast, moment):
    owner = await api(cast.owner)
    for path, name in (
        ("/audit", "since"),
        ("/audit", "until"),
        ("/audit/csv", "since"),
        ("/trees", "updated_since"),
        ("/sessions", "updated_since"),
    ):
        answer = await owner.get(path, params={name: moment})
        # Where UTC has no such day it is refused, as any moment that cannot be stored.
        assert answer.status_code in (200, 422), (path, name, answer.text)
