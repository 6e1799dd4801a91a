"""Migrations: they import nothing from the app, and lead to the tables of the models."""

import ast

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from rxapp.core.db import Database
from tests.support.server import ROOT

VERSIONS = sorted((ROOT / "alembic" / "versions").glob("*.py"))
OF_OTHERS = ("tree_search",)
"""Tables that no model describes: the full-text index is of another kind on each database."""


def _imports(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append(node.module or "")
    return found


@pytest.mark.parametrize("file", VERSIONS, ids=lambda file: file.stem)
def test_a_migration_takes_nothing_from_the_code_that_goes_on_changing(file):
    taken = [name for name in _imports(file.read_text()) if name.split(".")[0] == "rxapp"]

    assert taken == []


def _is_described(_object, name, _kind, _reflected, _compared) -> bool:
    return not any(each in (name or "") for each in OF_OTHERS)


def test_the_migrated_tables_are_those_of_the_models(database: Database):
    options = {"include_object": _is_described, "compare_type": True}
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)

        assert compare_metadata(context, SQLModel.metadata) == []
