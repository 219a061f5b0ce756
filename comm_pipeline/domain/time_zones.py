"""Time zones: their names, and how their offsets from UTC change."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

#: Names that mean another zone on every machine, or none.
_NO_PLACES: Final = frozenset({"localtime", "Factory"})
_DAY: Final = timedelta(days=1)
_RESOLUTION: Final = timedelta(seconds=1)


def zone_named(name: object) -> ZoneInfo:
    """Return a time zone by its IANA name. Raises ValueError with names that are close to it."""
    known = _zone_names()
    if isinstance(name, str) and name.strip() in known:
        return ZoneInfo(name.strip())
    close = get_close_matches(str(name)[:60], known, n=3)
    hint = f"did you mean {' or '.join(close)}?" if close else "use one like Europe/Berlin"
    raise ValueError(f"{name!r:.60} is not an IANA time zone; {hint}")


def offset_from(zone: ZoneInfo, instant: datetime) -> tuple[timedelta, datetime]:
    """Return the zone's offset from UTC at an instant, and another up to which it surely holds.

    Instants are aware UTC. Offsets are compared day by day: no zone has ever changed its offset
    twice within three days.
    """
    starts, offsets = _offsets(zone, instant.year)
    position = bisect_right(starts, instant)
    return offsets[position - 1], starts[position]


def offsets_between(
    zone: ZoneInfo, begin: datetime, end: datetime
) -> tuple[tuple[datetime, timedelta], ...]:
    """Return the offsets in ``[begin, end)``, each with the first instant at which it holds."""
    found: list[tuple[datetime, timedelta]] = []
    at = begin
    while at < end:
        offset, until = offset_from(zone, at)
        if not found or found[-1][1] != offset:
            found.append((at, offset))
        at = until
    return tuple(found)


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones()) - _NO_PLACES


@lru_cache(maxsize=4096)
def _offsets(zone: ZoneInfo, year: int) -> tuple[tuple[datetime, ...], tuple[timedelta, ...]]:
    """Return when each offset of a UTC year begins, then the end of the year; and the offsets."""
    begin, end = (datetime(at, 1, 1, tzinfo=UTC) for at in (year, year + 1))
    starts = (begin, *_changes(zone, begin, end))
    return (*starts, end), tuple(_offset(zone, start) for start in starts)


def _changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    day = begin
    while day < end:
        if _offset(zone, day) != _offset(zone, day + _DAY):
            yield _change_between(zone, day, day + _DAY)
        day += _DAY


def _change_between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the second at which the offset of ``before`` becomes that of ``after``."""
    old = _offset(zone, before)
    while after - before > _RESOLUTION:
        middle = before + (after - before) // 2 // _RESOLUTION * _RESOLUTION
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    offset = instant.astimezone(zone).utcoffset()
    assert offset is not None  # a ZoneInfo has one for every instant
    return offset
