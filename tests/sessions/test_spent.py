"""How long each person worked on a session, over any order of turns."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rxapp.sessions.spent import Turn, shifts, spent, stretches, worked

BEGIN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
TECHNICIAN, SENIOR = UUID(int=1), UUID(int=2)


def at(minutes: float) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


ESCALATED = [
    Turn(at(0), "active", TECHNICIAN),
    Turn(at(5), "escalated", None),
    Turn(at(17), "active", SENIOR),
]
"""Five minutes of a technician, twelve in the queue, and a senior since."""


def test_waiting_in_the_queue_is_nobodys_work():
    parts = stretches(ESCALATED, at(20))
    assert worked(parts, at(0), at(20), by=TECHNICIAN) == 5 * 60
    assert worked(parts, at(0), at(20), by=SENIOR) == 3 * 60
    assert (spent(parts).work, spent(parts).queue, spent(parts).parked) == (480, 720, 0)


def test_a_parked_hour_is_not_work():
    turns = [
        Turn(at(0), "active", TECHNICIAN),
        Turn(at(2), "parked", TECHNICIAN),
        Turn(at(62), "active", TECHNICIAN),
    ]
    parts = stretches(turns, at(65))
    assert (spent(parts).work, spent(parts).parked) == (5 * 60, 3600)
    assert [(shift.user_id, shift.seconds) for shift in shifts(parts)] == [(TECHNICIAN, 300)]


def test_each_shift_has_its_own_time():
    shown = [
        (each.user_id, each.start, each.seconds) for each in shifts(stretches(ESCALATED, at(20)))
    ]
    assert shown == [(TECHNICIAN, at(0), 300), (SENIOR, at(17), 180)]


@pytest.mark.parametrize("status", ["active", "parked", "escalated"])
def test_a_session_that_has_just_begun_took_no_time(status):
    parts = stretches([Turn(at(0), status, TECHNICIAN)], at(0))
    assert (spent(parts).work, spent(parts).queue, spent(parts).parked) == (0, 0, 0)


TURNS = st.lists(
    st.builds(
        lambda minutes, status, user: Turn(at(minutes), status, user),
        st.integers(0, 10_000),
        st.sampled_from(["active", "escalated", "parked"]),
        st.sampled_from([TECHNICIAN, SENIOR]),
    ),
    min_size=1,
    max_size=12,
)


@given(TURNS, st.integers(0, 10_000))
def test_work_queue_and_parking_add_up_to_the_time_from_start_to_end(turns, minutes):
    parts = stretches(turns, at(minutes))
    sums = spent(parts)
    assert all(part.seconds >= 0 for part in parts)
    whole = (parts[-1].end - parts[0].start).total_seconds()
    assert sums.work + sums.queue + sums.parked == pytest.approx(whole)


@given(TURNS, st.integers(0, 10_000))
def test_peoples_shares_add_up_to_the_work(turns, minutes):
    parts = stretches(turns, at(minutes))
    start, end = parts[0].start, parts[-1].end
    shares = [worked(parts, start, end, by=person) for person in (TECHNICIAN, SENIOR)]
    assert sum(shares) == pytest.approx(spent(parts).work)
    assert sum(shift.seconds for shift in shifts(parts)) == pytest.approx(spent(parts).work)
