"""Words that must not reach a person: a validator's own."""

import re

VALIDATORS = re.compile(
    r"\b(Input|String|Tuple|List|Value|Data|Keys|Date) (should|must)\b|Field required"
    r"|Extra inputs|Value error|Assertion failed|valid (string|list|tuple|dictionary|integer)"
    r"|pydantic|dictionary|unable to (parse|interpret)|instance of|boolean",
    re.IGNORECASE,
)


def in_plain_words(text: str) -> bool:
    """Return whether the text has no phrase of a validator."""
    return VALIDATORS.search(text) is None
