from datetime import timedelta

import pytest

from rxapp.notifications.rules import (
    ATTEMPT_LIMIT,
    BACKOFF,
    MAX_ATTEMPTS,
    STALE_AFTER,
    TROUBLE_PATIENCE,
    TROUBLE_PAUSE,
    UNSEEN_AFTER,
    MailTrouble,
    retry_after,
    retry_after_trouble,
    trouble_of,
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


def test_a_mail_server_in_trouble_is_asked_often_and_for_days():
    now = timedelta()
    pauses = [retry_after_trouble(attempt, now) for attempt in range(1, 500)]
    assert pauses[0] == timedelta(seconds=15)
    assert pauses == sorted(pauses)
    assert pauses[-1] == TROUBLE_PAUSE <= timedelta(minutes=15)
    assert retry_after_trouble(500, TROUBLE_PATIENCE - timedelta(seconds=1)) == TROUBLE_PAUSE
    assert retry_after_trouble(1, TROUBLE_PATIENCE) is None
    assert timedelta(days=5) <= TROUBLE_PATIENCE


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("550 5.1.1 no such mailbox", None),
        ("550 no such user", None),
        ("551 user not local", None),
        ("552 5.2.2 mailbox full", None),
        ("553 5.1.3 bad address syntax", None),
        ("501 5.1.3 bad recipient address syntax", None),
        ("556 5.1.10 domain takes no mail", None),
        ("554 5.7.1 message looks like spam", None),
        ("550 5.7.1 you may not write to this list", None),
        ("552 5.3.4 message too big", None),
        ("554 5.6.0 message refused", None),
        ("450 4.2.1 mailbox busy", None),
        ("451 4.7.1 greylisted", None),
        ("421 4.3.2 shutting down", MailTrouble.BUSY),
        ("454 4.7.0 TLS is not available", MailTrouble.BUSY),
        ("530 5.7.0 Authentication required", MailTrouble.SIGN_IN),
        ("530 5.5.1 please sign in", MailTrouble.SIGN_IN),
        ("535 5.7.8 bad credentials", MailTrouble.SIGN_IN),
        ("550 5.7.8 credentials", MailTrouble.SIGN_IN),
        ("550 5.1.8 Sender address rejected: no such domain", MailTrouble.SENDER),
        ("553 5.7.1 <flow@example.com>: Sender address rejected: not yours", MailTrouble.SENDER),
        ("550 5.7.23 SPF validation failed", MailTrouble.SENDER),
        ("554 5.7.1 <x@example.net>: Relay access denied", MailTrouble.REFUSED),
        ("550 5.7.54 unable to relay", MailTrouble.REFUSED),
        ("554 5.7.1 Client host blocked using a list", MailTrouble.REFUSED),
        ("503 5.5.1 bad sequence", MailTrouble.REFUSED),
        ("550 5.3.5 system wrongly set up", MailTrouble.REFUSED),
    ],
)
def test_an_answer_is_about_the_recipient_or_about_the_server(answer, trouble):
    code, _, reason = answer.partition(" ")
    assert trouble_of(int(code), reason) is trouble


def test_every_trouble_has_words_that_say_where_to_look():
    for trouble in MailTrouble:
        assert trouble.words.endswith(".")
        assert trouble.passes or "SMTP_URL" in trouble.words or "mail server" in trouble.words
