"""How long random tests search: briefly in a normal run, longer on request."""

import os

from hypothesis import HealthCheck, Phase, settings

TIMES = max(1, int(os.environ.get("FUZZ_EXAMPLES") or 1))
"""``FUZZ_EXAMPLES`` multiplies the examples of the normal run; a long search sets it."""


def budget(examples: int, *, steps: int = 50) -> settings:
    """Settings for ``examples`` walks of at most ``steps`` rules, other ones at every run."""
    return settings(
        max_examples=examples * TIMES,
        stateful_step_count=steps,
        phases=set(Phase) - {Phase.explain},  # which lines a failure needs takes minutes to find
        deadline=None,  # a database on a busy machine is slow at times
        derandomize=False,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
