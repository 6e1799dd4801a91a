"""The bare FastAPI and SQLModel route: one select, and the row as JSON."""

import os
from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI
from sqlalchemy import JSON, text
from sqlmodel import Field, Session, SQLModel, create_engine, select


class Version(SQLModel, table=True):
    """The columns of a published version that a reader gets."""

    __tablename__ = "tree_version"

    id: UUID = Field(primary_key=True)
    tree_id: UUID
    number: int
    title: str
    document: dict[str, Any] = Field(sa_type=JSON)


engine = create_engine(os.environ["DATABASE_URL"], connect_args={"check_same_thread": False})
api = FastAPI()


def session() -> Iterator[Session]:
    """A session for one request."""
    with Session(engine) as db:
        yield db


@api.get("/ping")
def ping() -> dict[str, bool]:
    """Whether it answers, and its database."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    return {"ok": True}


@api.get("/versions/{version_id}")
def read_version(version_id: UUID, db: Annotated[Session, Depends(session)]) -> Version:
    """One version with its document."""
    return db.exec(select(Version).where(Version.id == version_id)).one()


def app() -> FastAPI:
    """Return the application."""
    return api
