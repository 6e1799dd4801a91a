"""On which databases tests run.

What writes SQL is tested on both, and so is what only one of them does: live updates, strictness.
Pages, doors and documents are the same on either; they run on SQLite, whose tests are fastest.
"""

import pytest

BOTH = pytest.mark.on("sqlite", "postgresql")
SQLITE = pytest.mark.on("sqlite")
POSTGRESQL = pytest.mark.on("postgresql")
