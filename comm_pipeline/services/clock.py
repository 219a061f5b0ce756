"""The one place where time is read; everything below is handed a clock or an instant."""

from collections.abc import Callable
from datetime import UTC, datetime

from comm_pipeline.domain.document import to_milliseconds

#: Tells the time: an aware instant in UTC, in whole milliseconds as MongoDB keeps them.
Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the machine's time."""
    return to_milliseconds(datetime.now(UTC))
