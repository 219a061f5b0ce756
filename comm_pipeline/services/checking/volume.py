"""How much a campaign has to say, and in how many hours it can."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from comm_pipeline.domain.contact_calendar import ContactCalendar
from comm_pipeline.domain.findings import Finding, warning
from comm_pipeline.services.checking.openings import CampaignTimes, Opening

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
#: Calendars whose hours are counted, those of most recipients first.
_MOST_CALENDARS: Final = 50
#: Days that are counted; a longer campaign is taken to go on like this.
_MOST_DAYS: Final = 366


@dataclass(frozen=True, slots=True)
class Volume:
    """The campaign in numbers.

    ``fewest`` messages go to who answers at once, ``most`` to who never does, or the other way
    round. ``open_hours`` are the hours until the campaign's end in which the recipients can be
    written to, averaged over them; None if it has no end. ``an_hour`` is the pace that this needs.
    """

    recipients: int
    fewest: int
    most: int
    open_hours: float | None = None
    an_hour: float | None = None

    def document(self) -> dict[str, Any]:
        """Return the numbers as they are printed."""
        return {
            "recipients": self.recipients,
            "fewest_messages": self.recipients * self.fewest,
            "most_messages": self.recipients * self.most,
            "open_hours": self.open_hours,
            "messages_an_open_hour": self.an_hour,
        }


def volume_of(openings: Sequence[Opening], courses: Sequence[int], times: CampaignTimes) -> Volume:
    """Return the numbers; ``courses`` are how many messages different recipients get."""
    recipients = sum(opening.count for opening in openings)
    fewest, most = min(courses), max(courses)
    if times.ends_at is None or not recipients:
        return Volume(recipients, fewest, most)
    counted = openings[:_MOST_CALENDARS]
    people = sum(opening.count for opening in counted)
    hours = [open_hours(opening.calendar, times.first_due_at, times.ends_at) for opening in counted]
    average = sum(each * o.count for each, o in zip(hours, counted, strict=True)) / people
    pace = recipients * fewest / average if average else None
    return Volume(recipients, fewest, most, average, pace)


def find_above_rate(
    openings: Sequence[Opening], fewest: int, rate: float, times: CampaignTimes
) -> Iterator[Finding]:
    """Yield what certainly cannot leave before the end; ``rate`` is messages an hour."""
    if times.ends_at is None or times.ends_at <= times.first_due_at:
        return  # that nothing can be said before the end has a finding of its own
    recipients = sum(opening.count for opening in openings)
    lasts = (times.ends_at - times.first_due_at) / _HOUR
    if recipients * fewest > rate * lasts:
        yield _above(recipients, fewest, rate, lasts, "the campaign", times)
        return
    for opening in openings[:_MOST_CALENDARS]:
        hours = open_hours(opening.calendar, times.first_due_at, times.ends_at)
        if hours and opening.count * fewest > rate * hours:
            where = f"those in {opening.calendar.zone.key}"
            yield _above(opening.count, fewest, rate, hours, where, times)


def _above(
    recipients: int, fewest: int, rate: float, hours: float, whose: str, times: CampaignTimes
) -> Finding:
    needed = recipients * fewest
    return warning(
        "volume_above_rate",
        times.end_place,
        f"{recipients:,} recipients get {needed:,} messages at least; at {rate:,g} an hour that "
        f"takes {needed / rate:,.1f} hours, and {whose} has {hours:,.1f} open hours until the end",
        f"end later, send at least {needed / hours:,.0f} an hour, or split the recipients",
    )


def open_hours(calendar: ContactCalendar, start: datetime, end: datetime) -> float:
    """Return how many hours of ``[start, end)`` are open; more than a year is extrapolated."""
    if end <= start:
        return 0.0
    until = min(end, start + _MOST_DAYS * _DAY)
    share = (end - start) / (until - start)
    if calendar.hours is None and not calendar.holidays:
        return (until - start) / _HOUR * share
    first, last = (at.astimezone(calendar.zone).date() for at in (start, until))
    days = (first + number * _DAY for number in range((last - first).days + 1))
    spans = (span for day in days for span in _spans(calendar, day))
    overlaps = (min(closes, until) - max(opens, start) for opens, closes in spans)
    return sum((lap for lap in overlaps if lap > timedelta(0)), timedelta(0)) / _HOUR * share


def _spans(calendar: ContactCalendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    """Yield the open spans that begin on a local day; overnight ones as if no holiday followed."""
    if day in calendar.holidays:
        return
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - local wall time
    if calendar.hours is None:
        yield _instant(calendar, midnight), _instant(calendar, midnight + _DAY)
        return
    for window in calendar.hours.windows[day.weekday()]:
        opens, closes = (
            _instant(calendar, midnight + timedelta(minutes=minute))
            for minute in (window.start, window.end)
        )
        yield opens, closes


def _instant(calendar: ContactCalendar, wall: datetime) -> datetime:
    return wall.replace(tzinfo=calendar.zone).astimezone(UTC)
