"""The calendars of a campaign's recipients: its rules and their places brought together."""

from collections.abc import Container
from datetime import date, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from comm_pipeline.domain.contact_calendar import ALWAYS_OPEN, ContactCalendar
from comm_pipeline.domain.contact_hours import BusinessHours, Contact, ContactTimes, HolidayRules
from comm_pipeline.domain.time_windows import TimeWindow, parse_window
from comm_pipeline.domain.time_zones import zone_named
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.public_holidays import (
    PublicHolidays,
    check_holiday_rules,
    find_country,
    find_subdivision,
)

#: Calendars kept of a template: one for each place and taste among its recipients.
_CALENDARS_KEPT: Final = 4096


class CalendarBook:
    """Gives each recipient of a template their calendar; those who are alike share one.

    The template turns rules on: without ``business_hours`` every hour is open, without ``holidays``
    every day, and what recipients prefer counts only with ``optimal_contact_times``. Raises
    InvalidTemplateError if the country or subdivision of the holiday rules is not known.
    """

    def __init__(
        self,
        business_hours: BusinessHours | None,
        holidays: HolidayRules | None,
        optimal_contact_times: ContactTimes | None,
    ) -> None:
        if holidays is not None:
            check_holiday_rules(holidays)
        self._hours = business_hours
        self._holidays = holidays
        self._times = optimal_contact_times
        self._calendar = lru_cache(maxsize=_CALENDARS_KEPT)(self._build)

    def of(self, contact: Contact, learned: tuple[TimeWindow, ...] = ()) -> ContactCalendar:
        """Return the calendar of a recipient.

        ``learned`` are the windows in which this campaign's recipients answer most; they go before
        the template's and behind the recipient's own. Raises InvalidInputError if the contact's
        time zone or windows cannot be read.
        """
        if self._hours is None and self._holidays is None and self._times is None:
            return ALWAYS_OPEN
        is_own_zone = contact.time_zone_source != "campaign"
        return self._calendar(
            contact.time_zone if is_own_zone else None,
            contact.country,
            contact.subdivision,
            contact.preferred,
            learned,
        )

    def _build(
        self,
        time_zone: str | None,
        country: str | None,
        subdivision: str | None,
        preferred: tuple[str, ...],
        learned: tuple[TimeWindow, ...],
    ) -> ContactCalendar:
        try:
            return ContactCalendar(
                zone=self._zone(time_zone),
                hours=self._hours,
                holidays=self._closed_days(country, subdivision),
                preferred=self._preferred(preferred, learned),
                max_wait=timedelta(hours=self._times.max_wait_hours if self._times else 0),
            )
        except ValueError as error:
            raise InvalidInputError(f"contact: {error}") from None

    def _zone(self, own: str | None) -> ZoneInfo:
        if self._hours is None:
            return zone_named(own or "UTC")
        is_own = own and self._hours.use_recipient_timezone
        return zone_named(own if is_own else self._hours.timezone)

    def _preferred(
        self, own: tuple[str, ...], learned: tuple[TimeWindow, ...]
    ) -> tuple[TimeWindow, ...]:
        if self._times is None:
            return ()
        answered = learned if self._times.learn else ()
        return tuple(map(parse_window, own)) or answered or self._times.windows

    def _closed_days(self, country: str | None, subdivision: str | None) -> Container[date]:
        rules = self._holidays
        if rules is None:
            return frozenset()
        if not rules.use_recipient_country:
            country = subdivision = None
        usual = find_country(rules.country)
        place = find_country(country) or usual
        if place is None:
            return frozenset(rules.dates)
        part = find_subdivision(place, subdivision)
        if part is None and place == usual:
            part = find_subdivision(place, rules.subdivision)
        return PublicHolidays(place, part, frozenset(rules.dates))
