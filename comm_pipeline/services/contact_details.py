"""What contact data says about where and when a recipient can be reached."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Final, Literal, Protocol
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone as zones_by_prefix

from comm_pipeline.domain.contact_hours import BusinessHours, Contact
from comm_pipeline.domain.time_windows import parse_window
from comm_pipeline.domain.time_zones import offsets_between, zone_named
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.public_holidays import find_country

_YEAR: Final = timedelta(days=365)
_LONGEST_TEXT: Final = 80
_MOST_WINDOWS: Final = 50
_MOST_NUMBERS: Final = 10
#: The parts of contact data that are looked at.
_FIELDS: Final = frozenset(
    {
        "timezone",
        "time_zone",
        "phone",
        "phones",
        "country",
        "subdivision",
        "state",
        "region",
        "optimal_contact_times",
        "preferred_contact_times",
    }
)
#: Where a recipient's time zone is known from.
_ZoneSource = Literal["contact_info", "phone", "campaign"]


class HasBusinessHours(Protocol):
    """The part of a template that knows the campaign's time zone."""

    @property
    def business_hours(self) -> BusinessHours | None:
        """The template's business hours, if it has any."""


def contact_of(
    contact_info: Mapping[str, Any], template: HasBusinessHours, now: datetime
) -> Contact:
    """Return what a conversation keeps of its recipient's contact data.

    The time zone is the one given; else that of the first usable phone number; else the campaign's.
    A number can belong to several zones: it counts only if all of them have the same offset from
    UTC throughout the year ahead of ``now``. Countries, subdivisions and phone numbers that cannot
    be read are left out. Raises InvalidInputError for a time zone or preferred windows that cannot
    be read.
    """
    if _FIELDS.isdisjoint(contact_info):
        return _contact(_campaign_zone(template), "campaign")
    country = _text(contact_info, "country")
    number = _phone_number(contact_info, find_country(country))
    zone, source = _time_zone(contact_info, template, number, now)
    subdivision = _text(contact_info, "subdivision", "state", "region")
    contact = _contact(zone, source, country, subdivision, _preferred(contact_info))
    return contact.model_copy(update={"phone": _international(number)}) if number else contact


def phone_of(contact_info: Mapping[str, Any]) -> str | None:
    """Return the first number of the contact data that can exist, in E.164."""
    number = _phone_number(contact_info, find_country(_text(contact_info, "country")))
    return _international(number) if number else None


def _time_zone(
    contact_info: Mapping[str, Any],
    template: HasBusinessHours,
    number: phonenumbers.PhoneNumber | None,
    now: datetime,
) -> tuple[str, _ZoneSource]:
    field, given = _first_given(contact_info, "timezone", "time_zone")
    if given is not None:
        return _named_zone(field, given).key, "contact_info"
    if number is not None and (zone := _zone_of_number(number, now)):
        return zone, "phone"
    return _campaign_zone(template), "campaign"


def _campaign_zone(template: HasBusinessHours) -> str:
    return template.business_hours.timezone if template.business_hours else "UTC"


@lru_cache(maxsize=512)
def _contact(
    zone: str,
    source: _ZoneSource,
    country: str | None = None,
    subdivision: str | None = None,
    preferred: tuple[str, ...] = (),
) -> Contact:
    """Return what is kept of the many recipients of one place and taste."""
    return Contact(
        time_zone=zone,
        time_zone_source=source,
        country=country,
        subdivision=subdivision,
        preferred=preferred,
    )


def _named_zone(field: str, name: object) -> ZoneInfo:
    try:
        return zone_named(name)
    except ValueError as error:
        raise InvalidInputError(f"contact_info.{field}: {error}") from None


def _preferred(contact_info: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the recipient's own windows, each in its normal form."""
    field, given = _first_given(contact_info, "optimal_contact_times", "preferred_contact_times")
    if given is None:
        return ()
    windows = given if isinstance(given, list | tuple) else [given]
    if len(windows) > _MOST_WINDOWS:
        raise InvalidInputError(f"contact_info.{field}: give at most {_MOST_WINDOWS} windows")
    try:
        return tuple(str(parse_window(window)) for window in windows)
    except ValueError as error:
        raise InvalidInputError(f"contact_info.{field}: {error}") from None


def _first_given(contact_info: Mapping[str, Any], *fields: str) -> tuple[str, Any]:
    """Return the first field that is neither missing, null nor blank, and its value."""
    for field in fields:
        value = contact_info.get(field)
        if value is not None and not (isinstance(value, str) and not value.strip()):
            return field, value
    return fields[0], None


def _text(contact_info: Mapping[str, Any], *fields: str) -> str | None:
    value = _first_given(contact_info, *fields)[1]
    return value.strip() if isinstance(value, str) and len(value) <= _LONGEST_TEXT else None


def _phone_number(
    contact_info: Mapping[str, Any], region: str | None
) -> phonenumbers.PhoneNumber | None:
    """Return the first number that can exist; ``region`` is the country of national numbers."""
    if contact_info.get("phone") is None and contact_info.get("phones") is None:
        return None
    for text in _phone_texts(contact_info):
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return number
    return None


def _phone_texts(contact_info: Mapping[str, Any]) -> Iterator[str]:
    for field in ("phone", "phones"):
        given = contact_info.get(field)
        entries = given if isinstance(given, list | tuple) else [given]
        yield from (entry for entry in entries[:_MOST_NUMBERS] if isinstance(entry, str))


def _international(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _zone_of_number(number: phonenumbers.PhoneNumber, now: datetime) -> str | None:
    zones = zones_by_prefix.time_zones_for_number(number)
    if zones == (zones_by_prefix.UNKNOWN_TIMEZONE,):
        return None
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    # Of zones that agree, that of the mainland: London for a British mobile phone, not Guernsey.
    usual = _usual_zones(number.country_code) if len(zones) > 1 else ()
    return _shared_zone((*usual, *zones), day) or _shared_zone(zones, day)


@cache
def _usual_zones(country_code: int) -> tuple[str, ...]:
    """Return the zones of an ordinary number of the country."""
    region = phonenumbers.region_code_for_country_code(country_code)
    ordinary = phonenumbers.example_number(region)
    return tuple(zones_by_prefix.time_zones_for_number(ordinary)) if ordinary else ()


@lru_cache(maxsize=4096)
def _shared_zone(names: tuple[str, ...], begin: datetime) -> str | None:
    """Return one of the zones if all have the same offsets for a year; None if not."""
    try:
        zones = [zone_named(name) for name in names]
    except ValueError:  # a zone that this machine's time zone data does not have
        return None
    offsets = {offsets_between(zone, begin, begin + _YEAR) for zone in zones}
    return zones[0].key if len(offsets) == 1 else None
