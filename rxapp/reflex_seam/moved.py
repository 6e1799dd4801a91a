"""The error for when Reflex no longer works in the way that this project expects."""


class ReflexMovedError(RuntimeError):
    """Something inside Reflex that we depend on is gone or has a different meaning."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}. Reflex has changed: see docs/upgrading-reflex.md")
