"""The country that a recipient writes from, which tells how they write days and money."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

import phonenumbers

from comm_pipeline.domain.contact_hours import Contact
from comm_pipeline.services.public_holidays import find_country

#: Names of zones that were given up, and are still in use.
_FORMER_ZONES: Final = "US/"


def country_of(contact: Contact) -> str | None:
    """Return the country (ISO 3166), as it is given, else of the phone number, else of the zone.

    A zone that is only the campaign's tells nothing of its recipients.
    """
    if found := find_country(contact.country):
        return found
    if contact.phone and (found := _country_of_number(contact.phone)):
        return found
    if contact.time_zone is None or contact.time_zone_source == "campaign":
        return None
    if contact.time_zone.startswith(_FORMER_ZONES):
        return "US"
    return _countries_of_zones().get(contact.time_zone)


def _country_of_number(phone: str) -> str | None:
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.region_code_for_number(number)


@cache
def _countries_of_zones() -> Mapping[str, str]:
    """Return the country of each zone, by the table of the tz database."""
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return MappingProxyType({row[2]: row[0] for row in rows})
