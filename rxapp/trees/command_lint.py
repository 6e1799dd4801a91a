"""Lint of commands: characters that word processors put where a shell wants plain ones."""

import re

_QUOTED = re.compile(r"""("[^"]*"|'[^']*'|(?:^|(?<=\s))#[^\n]*)""", re.MULTILINE)
"""What a shell takes as text: between straight quotes, and comments."""

_MADE_OF_TWO = re.compile(r"(?:^|(?<=\s))[—―](?=[A-Za-z]{2})", re.MULTILINE)
"""A long dash where an option begins: typed as two hyphens and joined by the editor."""

_KINDS = {
    "curly quotes": {"“”„‟": '"', "‘’‚‛": "'"},
    "a long dash": {"‐‑‒–—―−": "-"},
    "a no-break space": {"\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008": " "}
    | {"\u2009\u200a\u202f\u3000": " "},
    "an invisible character": {"\u00ad\u200b\u2060\ufeff": ""},
}
_NAMES = {
    character: name
    for name, kinds in _KINDS.items()
    for characters in kinds
    for character in characters
}
_PLAIN = str.maketrans(
    {
        character: plain
        for kinds in _KINDS.values()
        for characters, plain in kinds.items()
        for character in characters
    }
)


def typographic(command: str) -> list[str]:
    """Return what the command has of these where a plain character belongs, in words."""
    if command.isascii():
        return []
    found = {_NAMES[each] for part in _code(command) for each in part if each in _NAMES}
    return [name for name in _KINDS if name in found]


def plain(command: str) -> str:
    """Return the command with plain characters; what stands in straight quotes stays."""
    while typographic(command):  # a quote that became straight may end what was quoted before
        parts = _QUOTED.split(command)
        parts[::2] = [_MADE_OF_TWO.sub("--", part).translate(_PLAIN) for part in parts[::2]]
        command = "".join(parts)
    return command.strip()


def _code(command: str) -> list[str]:
    return _QUOTED.split(command)[::2]
