"""The errors a service may raise; each maps once to a toast and once to a status code."""

from typing import Any


class DomainError(Exception):
    """A refusal with a sentence that a person can read.

    ``message`` is in sentence case and says what to do next, if anything can be done.
    ``extra`` holds machine-readable members for the API's problem document.
    """

    status = 400

    def __init__(self, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.message = message
        self.extra = extra


class NotFound(DomainError):
    """The row does not exist, or belongs to another account: the two look the same."""

    status = 404

    def __init__(self, thing: str) -> None:
        super().__init__(f"There is no such {thing}.")


class Forbidden(DomainError):
    """The actor's role does not allow this."""

    status = 403


class Conflict(DomainError):
    """The row is not in the state that this requires, or somebody else was first."""

    status = 409


class Invalid(DomainError):
    """The input is not acceptable; ``extra["field"]`` names the field, if there is one."""

    status = 422


class Unauthenticated(DomainError):
    """Nobody is signed in, or the sign-in has ended."""

    status = 401

    def __init__(self, message: str = "Sign in to continue.", **extra: Any) -> None:
        super().__init__(message, **extra)


class PreconditionFailed(DomainError):
    """The row has changed since the caller read it: ``If-Match`` names an older state."""

    status = 412

    def __init__(self, message: str = "This has changed since you read it. Read it again.") -> None:
        super().__init__(message)


class Unavailable(DomainError):
    """Something that this needs is not working right now; trying again in a moment may help."""

    status = 503

    def __init__(self, message: str, *, retry_after: int = 2) -> None:
        super().__init__(message, retry_after=retry_after)


class DatabaseAway(Unavailable):
    """The database answers neither reads nor writes."""


class TooMany(DomainError):
    """Too many attempts; ``retry_after`` is how many seconds to wait."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        wait = (
            f"{retry_after} seconds" if retry_after < 90 else f"{round(retry_after / 60)} minutes"
        )
        super().__init__(f"Too many attempts. Try again in {wait}.", retry_after=retry_after)
