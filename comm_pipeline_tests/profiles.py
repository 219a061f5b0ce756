"""How many examples the long tests by Hypothesis try: few by default, many in the profile ``long``.

``pytest --hypothesis-profile=long`` chooses it; ``conftest.py`` registers it.
"""

from typing import Final

from hypothesis import HealthCheck, Phase, settings

LONG: Final = "long"
#: For mutants: an example that fails is enough, and need not be made smaller.
MUTATION: Final = "mutation"


def register_profiles() -> None:
    """Make the profiles ``long`` and ``mutation`` known."""
    settings.register_profile(
        LONG,
        max_examples=1_000,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    settings.register_profile(
        MUTATION,
        max_examples=50,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
    )


def machine_settings(few: int, many: int, steps: int) -> settings:
    """Return the settings of a stateful machine: ``many`` examples in the profile ``long``.

    In the profile ``mutation`` it tries a fifth of the ``few``: mutants are many.
    """
    examples = {LONG: many, MUTATION: few // 5}
    return settings(
        max_examples=examples.get(settings.get_current_profile_name(), few),
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
