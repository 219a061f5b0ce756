"""Time that passes only while somebody is awake."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from comm_pipeline.simulation.habits import WakingHours

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WakingTime:
    """Waking hours as durations: from ``start`` after midnight, ``length`` long."""

    start: timedelta
    length: timedelta

    @classmethod
    def of(cls, hours: WakingHours) -> Self:
        """Return the waking time that habits describe."""
        start, end = _duration(hours.start), _duration(hours.end)
        return cls(start, end - start if end > start else end - start + _DAY)

    def after(self, instant: datetime, awake: timedelta, zone: ZoneInfo) -> datetime:
        """Return when somebody in ``zone`` has been awake for ``awake`` since ``instant`` (UTC).

        Whole days are counted by the local wall clock, so a change of daylight saving time between
        moves the result with it.
        """
        local = instant.astimezone(zone).replace(tzinfo=None)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        woke = midnight + self.start
        if local < woke:  # before waking, or still up after midnight
            woke -= _DAY
        spent = local - woke
        if spent >= self.length:
            woke, spent = woke + _DAY, timedelta(0)
        days, rest = divmod(spent + awake, self.length)
        return (woke + days * _DAY + rest).replace(tzinfo=zone).astimezone(UTC)


def _duration(time_of_day: str) -> timedelta:
    hours, minutes = time_of_day.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))
