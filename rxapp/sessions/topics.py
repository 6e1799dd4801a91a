"""The topics about a session, by its id."""

from rxapp.live.topics import Kind

SESSION = Kind("session")
"""Where the session stands and who holds it."""

TEXTS = Kind("texts")
"""The session's texts."""
