"""Commands that came through a word processor: what is found, and what the mend makes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rxapp.trees.command_lint import plain, typographic
from tests.support.fuzz import budget

PASTED = {
    "Get-Service –Name ‘Spooler’": ("curly quotes, a long dash", "Get-Service -Name 'Spooler'"),
    "icacls “D:\\Shares”": ("curly quotes", 'icacls "D:\\Shares"'),
    "git log —oneline -5": ("a long dash", "git log --oneline -5"),
    "find . −name x": ("a long dash", "find . -name x"),
    "ping\u00a0-n 3 <pc>": ("a no-break space", "ping -n 3 <pc>"),
    "ipconfig\u200b /all": ("an invisible character", "ipconfig /all"),
    'echo "it’s" – done': ("a long dash", 'echo "it’s" - done'),
    "echo 'a' # fine – here\necho – there": ("a long dash", "echo 'a' # fine – here\necho - there"),
}


@pytest.mark.parametrize(("command", "expected"), PASTED.items(), ids=PASTED)
def test_characters_of_a_word_processor_are_found_and_become_plain(command, expected):
    names, mended = expected
    assert ", ".join(typographic(command)) == names
    assert plain(command) == mended


@pytest.mark.parametrize(
    "command",
    [
        "Get-Printer | Format-Table Name",
        'msg * "We’ll restart at 17:00 – please save"',
        "echo 'Café “Zürich”'",
        'New-Item "Ablage – Nord"',
        "# don’t run this twice – it resets the counter",
        "cd Büro; dir *.öäü",
        "echo 👍 Готово 完了",
    ],
)
def test_what_is_quoted_a_comment_or_another_language_is_left_alone(command):
    assert typographic(command) == []
    assert plain(command) == command


@given(st.text("ab –—‘’“”'\"#\n\u00a0", max_size=30))
@budget(300)
def test_what_was_mended_has_nothing_left_to_mend(command):
    assert typographic(plain(command)) == []
    assert plain(plain(command)) == plain(command)
