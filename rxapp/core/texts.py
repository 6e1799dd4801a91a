"""Text that people type: how long it may be, which characters show, which count as the same."""

import unicodedata

from rxapp.core.errors import Invalid

_BLANKS = "\u034f\u115f\u1160\u2800\u3164\ufe0e\ufe0f\uffa0"
"""Letters, signs and marks that are invisible by themselves."""

_JOINERS = "\u200c\u200d"
"""In several scripts they join letters or keep them apart; they also join emoji."""


def too_long(length: int, limit: int) -> str:
    """Return the words for a text of ``length`` characters where ``limit`` are allowed."""
    over = length - limit
    return f"{over:,} character{'' if over == 1 else 's'} too long. The limit is {limit:,}."


def check_length(value: str, *, limit: int, field: str) -> str:
    """Return ``value`` unchanged.

    Raises:
        Invalid: if it is longer than ``limit`` characters; text is never cut off.
    """
    if len(value) > limit:
        raise Invalid(too_long(len(value), limit), field=field)
    return value


def shows(character: str) -> bool:
    """Return whether the character is visible: not a control character, format sign or blank."""
    return unicodedata.category(character) not in ("Cc", "Cf") and character not in _BLANKS


def visible(text: str) -> str:
    """Return the text composed (NFC), without characters that are invisible or change direction.

    Spaces stay, and so does a joiner between two visible characters.
    """
    text = unicodedata.normalize("NFC", text)
    kept = []
    for place, character in enumerate(text):
        if character.isspace() or shows(character):
            kept.append(character)
        elif character in _JOINERS:
            around = (*kept[-1:], *text[place + 1 : place + 2])
            if len(around) == 2 and not any(each.isspace() or not shows(each) for each in around):
                kept.append(character)
    return "".join(kept)


def prepared_password(password: str) -> str:
    """Return the password in the form that is compared: plain spaces only, letters composed (NFC).

    Different keyboards produce different characters for the same password. Source: RFC 8265,
    OpaqueString.
    """
    spaced = "".join(" " if unicodedata.category(each) == "Zs" else each for each in password)
    return unicodedata.normalize("NFC", spaced)
