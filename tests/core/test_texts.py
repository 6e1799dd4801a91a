"""What people type: invisible characters are removed, and what looks the same is the same."""

import csv
import io
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rxapp.audit.queries import as_csv
from rxapp.audit.rules import Action
from rxapp.audit.views import AuditLine
from rxapp.core.errors import Invalid
from rxapp.core.texts import prepared_password, shows, visible
from rxapp.sessions.rules import clean_line
from rxapp.sign_in.passwords import check_password, hash_password
from rxapp.sign_in.rules import clean_email, clean_name

TWO_PARTS = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
"""A Persian word, whose two parts a joiner keeps apart."""
UNSEEN = ["\u200b", "\u3164\u3164", "\u2800 \u2800", "\u202e\u202c", "\u200d"]
FORMULAS = [
    "=1+1",
    "a;=1+1",
    "a; =1+1",
    "a\t=1+1",
    ' "=1+1',
    "x;+1",
    "x;@SUM(A1)",
    "x\n-1",
    ";=cmd|' /C calc'!A0",
]
ORDINARY = "Printer (HP) - tray 2; ask reception, please"


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("Senior\u200b", "Senior"),
        ("\u202eroines\u202c", "roines"),
        ("\u2066Admin\u2069", "Admin"),
        ("Se\u00adnior", "Senior"),
        ("\ufeffSenior\x00", "Senior"),
        ("Zoe\u0308", "Zo\u00eb"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("a \u200d b", "a b"),
        ("\U0001f3f3\ufe0f\u200d\U0001f308 desk", "\U0001f3f3\u200d\U0001f308 desk"),
    ],
)
def test_a_name_keeps_what_can_be_seen(typed, seen):
    assert clean_name(typed, field="name") == seen
    assert clean_line(typed, field="client_name", limit=120) == seen


@pytest.mark.parametrize(
    "typed", ["\u200b", "\u3164\u3164", "\u2800 \u2800", "\u202e\u202c", "\u200d"]
)
def test_a_name_that_nobody_can_see_is_empty(typed):
    with pytest.raises(Invalid, match="may not be empty"):
        clean_name(typed, field="name")


def test_an_address_has_no_hidden_characters():
    assert clean_email("na\u200bme@example\u2060.com\ufeff") == "name@example.com"


@pytest.mark.parametrize(
    "typed", ["a+b.c@example.com", "jos\u00e9@b\u00fccher.example", "a@b-c.co"]
)
def test_an_address_is_kept_as_it_is(typed):
    assert clean_email(typed) == typed


@pytest.mark.parametrize(
    "typed",
    [
        *("a@b..example", "a@.b.example", "a@b.example.", "a@-b.example", "a@b-.example"),
        *("a..b@c.example", ".a@c.example", "a.@c.example", "(a)@c.example", "a@\u2603.example"),
        *("a@localhost", "a b@c.example", "@c.example", "a@c@d.example", f"a@{'b' * 64}.example"),
    ],
)
def test_an_address_that_no_email_can_be_sent_to_is_refused(typed):
    with pytest.raises(Invalid, match="email address"):
        clean_email(typed)


@given(st.text())
def test_what_is_left_shows_and_stays_as_it_is(text):
    left = visible(text)
    assert visible(left) == left
    assert all(each.isspace() or shows(each) or each in "\u200c\u200d" for each in left)


def test_a_password_is_the_same_from_any_keyboard():
    composed, decomposed = "gr\u00fcne Stra\u00dfe 12", "gru\u0308ne Stra\u00dfe\u00a012"
    assert check_password(decomposed, hash_password(composed))
    assert not check_password("grune Strasse 12", hash_password(composed))
    assert prepared_password(" two  spaces ") == " two  spaces "


def _csv_of(subject: str) -> list[str]:
    line = AuditLine(
        id=UUID(int=1),
        at=datetime(2026, 3, 1, 9, tzinfo=UTC),
        actor_id=None,
        actor="Admin",
        action=Action.INVITED,
        label="Invited",
        subject_id="",
        subject=subject,
        detail={},
        words="",
        address="",
    )
    return next(csv.reader(io.StringIO(as_csv([line], head=False))))


@pytest.mark.parametrize("subject", FORMULAS)
@pytest.mark.parametrize("separator", [";", "\t", "\n", ","])
def test_no_part_of_a_cell_begins_a_formula(subject, separator):
    starts = [part.lstrip('" ')[:1] for part in _csv_of(subject)[3].split(separator)]
    assert not set(starts) & set("=+-@")


def test_a_cell_without_a_formula_is_as_it_was():
    assert _csv_of(ORDINARY)[3] == ORDINARY
