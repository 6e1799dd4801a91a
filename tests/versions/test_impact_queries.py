"""What publishing means for open sessions: how the database finds them."""

from sqlalchemy import event

from rxapp.versions import impact_queries
from tests.support.databases import SQLITE


@SQLITE
def test_the_impact_looks_at_open_sessions_only(story, cast, database):
    """However many sessions of the tree have ended."""
    asked: list[tuple] = []

    def note(_conn, _cursor, statement, parameters, *_rest):
        asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    story.see(impact_queries.impact, cast.senior.actor, cast.tree_id)
    event.remove(database.engine, "before_cursor_execute", note)
    [(statement, parameters)] = [each for each in asked if "guided_session" in each[0]]
    with database.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    assert "ix_guided_session_version_completed (version_id=? AND completed_at=?)" in str(plan)
