from datetime import UTC, datetime, timedelta

from rxapp.core import clock


def test_time_is_aware_and_utc():
    now = clock.utc_now()
    assert now.utcoffset() == timedelta()
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_clock_can_be_replaced_and_restored():
    stopped = datetime(2026, 3, 1, tzinfo=UTC)
    clock.use(lambda: stopped)
    try:
        assert clock.utc_now() == stopped
    finally:
        clock.use(None)
    assert clock.utc_now() != stopped
