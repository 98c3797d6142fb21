"""How much the state machines of the life cycle try."""

import os

from hypothesis import HealthCheck, Phase, settings

EXAMPLES = int(os.environ.get("LEBENSZYKLUS_EXAMPLES", "0"))


def bounds(few: int, steps: int) -> settings:
    """Return a few fixed runs, or as many at random as are asked for."""
    return settings(
        max_examples=EXAMPLES or few,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=not EXAMPLES,
        print_blob=True,
        report_multiple_bugs=False,
        # To make a long story short takes minutes: only where there are minutes.
        phases=[Phase.generate, Phase.shrink] if EXAMPLES else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
