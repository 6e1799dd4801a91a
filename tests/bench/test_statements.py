"""Every route and handler runs as many SQL statements as the table says."""

import pytest

from tests.bench.statements import counts, kept

pytestmark = pytest.mark.server


def test_every_route_and_handler_runs_the_statements_of_the_table():
    found, table = counts(), kept()
    wrong = [
        f"{name}: {found[kind].get(name)} statements, the table says {table[kind].get(name)}"
        for kind in found
        for name in sorted({*found[kind], *table[kind]})
        if found[kind].get(name) != table[kind].get(name)
    ]
    assert wrong == [], "if they are meant: python -m tests.bench.statements"
