"""What is raised where Reflex is no longer as this project knows it."""


class ReflexMovedError(RuntimeError):
    """Something inside Reflex that we lean on is gone or means something else."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}. Reflex has changed: see docs/upgrading-reflex.md")
