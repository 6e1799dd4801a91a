"""Sixty searches as technicians type them, over the starter trees."""

from tests.trees.search_score import TOTAL, misses

NEEDED = 57


def test_what_technicians_type_finds_the_right_tree(database, cast):
    missed = misses(database, cast.technician.actor)

    assert TOTAL == 60
    assert TOTAL - len(missed) >= NEEDED, missed
