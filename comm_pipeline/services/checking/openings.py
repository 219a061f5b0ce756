"""When recipients can be written to: time zones that are not known, windows that never open.

Recipients of one place and taste share a calendar, and are counted by it for ``volume``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from comm_pipeline.domain.contact_calendar import ContactCalendar
from comm_pipeline.domain.findings import Finding, error
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.calendars import CalendarBook
from comm_pipeline.services.checking.people import Person
from comm_pipeline.services.checking.refusals import read_problem
from comm_pipeline.services.contact_details import contact_of

#: Calendars that are remembered; those of further recipients are worked out one by one.
_REMEMBERED: Final = 4096
#: Names of unknown zones that are remembered; no suggestions are made for further ones.
_REMEMBERED_UNKNOWN: Final = 200
_HOURS: Final = "template.global_settings.business_hours"


@dataclass(frozen=True, slots=True)
class CampaignTimes:
    """When the first message is due at the earliest, and when the campaign ends.

    ``end_place`` is the field that says the end.
    """

    first_due_at: datetime
    ends_at: datetime | None
    end_place: str


@dataclass(slots=True)
class Opening:
    """What holds for all recipients of one calendar; ``count`` says how many they are.

    ``problem`` holds rule, place, message and fix.
    """

    calendar: ContactCalendar
    problem: tuple[str, str, str, str] | None
    count: int = 0


class OpeningCheck:
    """Finds each recipient's calendar, and counts the recipients of each."""

    def __init__(self, template: CampaignTemplate, times: CampaignTimes, now: datetime) -> None:
        self._template = template
        self._times = times
        self._now = now
        self._book = CalendarBook(
            template.business_hours, template.holidays, template.optimal_contact_times
        )
        self._openings: dict[int, Opening] = {}
        self._unknown: dict[str, str] = {}

    @property
    def openings(self) -> list[Opening]:
        """The calendars met so far, that of most recipients first."""
        return sorted(self._openings.values(), key=lambda opening: -opening.count)

    def look_at(self, person: Person) -> Iterator[Finding]:
        """Yield what keeps a person from being written to in time."""
        contact_info = _without_unneeded_phone(person.recipient.contact_info)
        try:
            self._refuse_unknown_zone(contact_info)
            contact = contact_of(contact_info, self._template, self._now)
            opening = self._opening(self._book.of(contact))
        except InvalidInputError as refusal:
            field, message, fix = read_problem(str(refusal))
            is_zone = field.endswith("zone")
            if is_zone and len(self._unknown) < _REMEMBERED_UNKNOWN:
                self._unknown[str(contact_info.get(field.split(".")[-1]))] = str(refusal)
            rule = "unknown_time_zone" if is_zone else "unusable_contact_times"
            yield person.error(rule, field or "contact_info", message, fix)
            return
        opening.count += 1
        yield from _find_two_zones(person, contact_info)
        if opening.problem is not None:
            yield error(*opening.problem, recipient=person.id)

    def _refuse_unknown_zone(self, contact_info: Mapping[str, Any]) -> None:
        """Refuse a zone that was refused before: finding names that are close takes long.

        Raises InvalidInputError.
        """
        field = "timezone" if contact_info.get("timezone") else "time_zone"
        given = contact_info.get(field)
        if not isinstance(given, str) or not given.strip():
            return
        if given in self._unknown:
            raise InvalidInputError(self._unknown[given])
        if len(self._unknown) == _REMEMBERED_UNKNOWN and given.strip() not in _known_zones():
            raise InvalidInputError(
                f"contact_info.{field}: {given[:60]!r} is not an IANA time zone; use one like "
                "Europe/Berlin"
            )

    def _opening(self, calendar: ContactCalendar) -> Opening:
        # The book gives the same calendar to those who are alike; comparing them would be slower.
        known = self._openings.get(id(calendar))
        if known is None:
            known = Opening(calendar, self._problem(calendar))
            if len(self._openings) < _REMEMBERED:
                self._openings[id(calendar)] = known
        return known

    def _problem(self, calendar: ContactCalendar) -> tuple[str, str, str, str] | None:
        times = self._times
        opens_at = calendar.next_open(times.first_due_at)
        if opens_at is None:
            message = f"the contact hours never open in {calendar.zone.key}"
            return "never_open", _HOURS, message, "change business_hours or holidays"
        if times.ends_at is None or opens_at < times.ends_at or opens_at == times.first_due_at:
            return None
        message = (
            f"in {calendar.zone.key} the first message could leave at {opens_at:%Y-%m-%d %H:%M} "
            f"UTC; the campaign ends at {times.ends_at:%Y-%m-%d %H:%M} UTC"
        )
        return "opens_after_end", times.end_place, message, "let it end later, or start earlier"


@cache
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _without_unneeded_phone(contact_info: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave phone numbers out where the time zone is given: reading them takes longest."""
    if "phone" not in contact_info or not contact_info.get("timezone"):
        return contact_info
    return {key: value for key, value in contact_info.items() if key != "phone"}


def _find_two_zones(person: Person, contact_info: Mapping[str, Any]) -> Iterator[Finding]:
    zone, other = contact_info.get("timezone"), contact_info.get("time_zone")
    if zone and other and zone != other:
        yield person.warning(
            "two_time_zones",
            "contact_info.time_zone",
            f"is {str(other)[:60]!r}, and timezone is {str(zone)[:60]!r}, which counts",
            "remove one of them",
        )
