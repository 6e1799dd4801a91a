from datetime import timedelta

import pytest

from rxapp.notifications.rules import (
    ATTEMPT_LIMIT,
    BACKOFF,
    MAX_ATTEMPTS,
    STALE_AFTER,
    UNSEEN_AFTER,
    retry_after,
)


def test_the_pauses_grow_and_then_it_gives_up():
    pauses = [retry_after(attempt) for attempt in range(1, MAX_ATTEMPTS)]
    assert pauses == sorted(pauses) == list(BACKOFF)
    assert retry_after(MAX_ATTEMPTS) is None
    assert retry_after(MAX_ATTEMPTS + 5) is None


def test_the_first_retry_is_quick_and_all_of_them_outlast_half_a_shift():
    assert retry_after(1) == timedelta(seconds=15)
    assert sum(BACKOFF, timedelta()) > timedelta(hours=4)


def test_an_attempt_is_not_taken_back_while_it_may_still_run():
    assert ATTEMPT_LIMIT < STALE_AFTER


def test_a_screen_gets_its_chance_before_an_email_follows():
    assert timedelta(seconds=30) < UNSEEN_AFTER <= timedelta(minutes=5)


@pytest.mark.parametrize("attempts", range(1, MAX_ATTEMPTS))
def test_every_attempt_but_the_last_is_followed_by_another(attempts):
    assert retry_after(attempts) > timedelta()
