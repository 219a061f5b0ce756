"""When things may happen: durations of templates turned into instants."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from comm_pipeline.domain.template_timing import LONGEST_HOURS


@lru_cache(maxsize=4096)  # every decision asks for the same few
def hours(count: float, factor: float) -> timedelta:
    """Return a template's duration; ``factor`` is the stage delay factor (1.0: as written).

    No duration is longer than LONGEST_HOURS, whatever multiplies it: so an instant stays one.
    """
    return timedelta(hours=min(count * factor, LONGEST_HOURS))


def earliest(instants: Iterable[datetime | None]) -> datetime | None:
    """Return the first of the instants that there are, or None."""
    first = None
    for instant in instants:
        if instant is not None and (first is None or instant < first):
            first = instant
    return first
