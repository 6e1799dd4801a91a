"""Two changes to one text: what is merged, what is asked, and that nothing is lost."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rxapp.sessions.merging_rules import merged, only_added

WORDS = st.text("ab \n", max_size=8)


@pytest.mark.parametrize(
    ("was", "mine", "theirs", "both"),
    [
        ("", "X", "Y", "Y\nX"),
        ("Dusty", "Dusty, hot", "Dusty. Loud", "Dusty. Loud\n, hot"),
        ("Dusty\n", "Dusty\nhot", "Dusty\nloud", "Dusty\nloud\nhot"),
        ("Dusty", "Very dusty", "Dusty. Loud", "Very dusty. Loud"),
        ("Dusty", "Dusty. Loud", "Very dusty", "Very dusty. Loud"),
        ("Dusty", "Dusty", "Wet", "Wet"),
        ("Dusty", "Wet", "Dusty", "Wet"),
        ("Dusty", "Wet", "Wet", "Wet"),
        ("Dusty", "Wet", "Hot", None),
        ("", "No", "Nothing found", "Nothing found\nNo"),
        ("", "Seen", "Seen\nand heard", "Seen\nand heard"),
        ("", "Seen", "Heard\nSeen", "Heard\nSeen"),
    ],
)
def test_two_changes_of_one_text(was, mine, theirs, both):
    assert merged(was, mine, theirs) == both


@given(was=WORDS, mine=WORDS, theirs=WORDS)
def test_what_either_added_is_in_what_is_merged(was, mine, theirs):
    both = merged(was, mine, theirs)
    assume(both is not None)
    for changed, other in ((mine, theirs), (theirs, mine)):
        if changed.startswith(was) and changed != was:
            added = changed[len(was) :].strip("\n")
            assert added in both
        elif changed != was and other.startswith(was):
            assert changed in both


@given(was=WORDS, added=WORDS, they_added=WORDS)
def test_a_save_that_comes_twice_is_merged_once(was, added, they_added):
    mine, theirs = was + added, was + they_added
    both = merged(was, mine, theirs)
    assert both is not None
    assert merged(was, mine, both) == both


@given(text=WORDS, mine=WORDS)
def test_a_late_text_takes_nothing_away(text, mine):
    after = only_added(text, mine)
    assert after.startswith(text)
    assert mine.strip("\n") in after
