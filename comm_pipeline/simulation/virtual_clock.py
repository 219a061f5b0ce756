"""The clock of a simulation: it stands still while work is done, and jumps between."""

from datetime import datetime

from comm_pipeline.domain.document import to_milliseconds


class VirtualClock:
    """Tells the time of a simulation: an aware instant in UTC, in whole milliseconds.

    Leases are not bound to it: they run by the server's own time, however far this one jumps.
    """

    def __init__(self, start: datetime) -> None:
        self._now = to_milliseconds(start)

    def __call__(self) -> datetime:
        """Return the instant that it is."""
        return self._now

    def jump_to(self, instant: datetime) -> None:
        """Go on to a later instant. Raises ValueError, and stands still, for an earlier one."""
        if instant < self._now:
            raise ValueError(
                f"the virtual clock never goes back: {instant.isoformat()} lies before "
                f"{self._now.isoformat()}"
            )
        self._now = to_milliseconds(instant)
