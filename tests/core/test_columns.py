"""Enum columns: only members can be stored and read."""

from collections.abc import Iterator
from enum import StrEnum

import pytest
from sqlalchemy import Column, Connection, MetaData, Table, create_engine, insert, select, text
from sqlalchemy.exc import StatementError

from rxapp.core.columns import EnumText


class Light(StrEnum):
    RED = "red"
    GREEN = "green"


CROSSING = Table(
    "crossing",
    MetaData(),
    Column("light", EnumText(Light, 8), nullable=False),
    Column("before", EnumText(Light, 8)),
)


@pytest.fixture
def db() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        CROSSING.create(connection)
        yield connection
    engine.dispose()


def test_a_member_comes_back_as_the_member_that_it_was(db: Connection):
    db.execute(insert(CROSSING).values(light=Light.GREEN))

    row = db.execute(select(CROSSING).where(CROSSING.c.light == Light.GREEN)).one()
    assert row.light is Light.GREEN
    assert row.before is None
    assert db.execute(text("SELECT light FROM crossing")).scalar_one() == "green"


def test_a_text_that_is_no_member_is_not_stored(db: Connection):
    with pytest.raises(StatementError, match="'blue' is not a Light"):
        db.execute(insert(CROSSING).values(light="blue"))


def test_a_text_in_the_database_that_is_no_member_is_an_error_that_names_it(db: Connection):
    db.execute(text("INSERT INTO crossing VALUES ('blue', NULL)"))
    with pytest.raises(LookupError, match="the database holds 'blue', which is not a Light"):
        db.execute(select(CROSSING)).all()
