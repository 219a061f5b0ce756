"""Instants that others state, mail servers, services and people: how far they are believed."""

from datetime import datetime, timedelta
from typing import Final

#: The clock of who took a message in may be ahead by so much.
CLOCK_AHEAD: Final = timedelta(hours=1)
#: Nobody is taken to be away for longer: who says so has mistyped, or means that nobody knows.
LONGEST_ABSENCE: Final = timedelta(days=366)


def believed_receipt(stated: datetime | None, now: datetime) -> datetime:
    """Return when a message was received: as stated, unless that is still to come."""
    return stated if stated is not None and stated <= now + CLOCK_AHEAD else now


def believed_return(stated: datetime | None, received_at: datetime) -> datetime | None:
    """Return when somebody who is away is back, or None if that is not known."""
    if stated is None or stated - received_at > LONGEST_ABSENCE:
        return None
    return stated
