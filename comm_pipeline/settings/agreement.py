"""Settings that mean nothing without each other."""

from collections.abc import Mapping


def missing_beside(given: Mapping[str, object], needed: Mapping[str, object]) -> list[str]:
    """Return a line for each variable of ``needed`` without a value, if one of ``given`` has one.

    Both hold values by the names of their variables; a name may also be a choice of several.
    """
    reason = next((name for name, value in given.items() if value), None)
    if reason is None:
        return []
    return [
        f"{name} is needed with {reason}: set it, or take {reason} away"
        for name, value in needed.items()
        if not value
    ]
