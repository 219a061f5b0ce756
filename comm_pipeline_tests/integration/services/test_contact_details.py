"""Contact data read with the real libraries of time zones and phone numbers."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from comm_pipeline.domain.contact_hours import BusinessHours, Contact
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.services.contact_details import _shared_zone, contact_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Template:
    business_hours: BusinessHours | None


IN_LISBON = Template(BusinessHours(timezone="Europe/Lisbon", monday=["09:00-17:00"]))  # type: ignore[arg-type]  # as authors write it


def read(**contact_info: Any) -> Contact:
    return contact_of(contact_info, IN_LISBON, NOW)


def zone_of(**contact_info: Any) -> tuple[str | None, str | None]:
    contact = read(**contact_info)
    return contact.time_zone, contact.time_zone_source


@pytest.mark.parametrize("field", ["timezone", "time_zone"])
def test_the_given_zone_goes_before_the_phone_number(field: str) -> None:
    found = zone_of(**{field: " Asia/Tokyo "}, phone="+4930123456")
    assert found == ("Asia/Tokyo", "contact_info")


@pytest.mark.parametrize(
    ("contact_info", "zone"),
    [
        ({"phone": "+49 30 123456"}, "Europe/Berlin"),
        ({"phones": ["+1 212 555 1234"]}, "America/New_York"),
        ({"phone": ["nobody's", "+61 2 5550 1234"]}, "Australia/Sydney"),
        ({"phone": "030 123456", "country": "DE"}, "Europe/Berlin"),
        ({"phone": "030 123456", "country": "Germany"}, "Europe/Berlin"),
        ({"timezone": " ", "phone": "+49 30 123456"}, "Europe/Berlin"),
    ],
)
def test_a_phone_number_tells_the_zone(contact_info: dict[str, Any], zone: str) -> None:
    assert zone_of(**contact_info) == (zone, "phone")


@pytest.mark.parametrize(
    "phone",
    [
        "+1 800 555 1234",  # free of charge in all of North America
        "+7 916 123 4567",  # a mobile phone anywhere in Russia
        "+883 5100 12345",  # in no country
        "030 123456",  # in which country?
        "call me",
        "",
        None,
        4930123456,
        {"number": "+4930123456"},
    ],
)
def test_without_one_zone_the_campaigns_holds(phone: object) -> None:
    assert zone_of(phone=phone) == ("Europe/Lisbon", "campaign")


@pytest.mark.parametrize(
    ("phone", "zone"),
    [
        ("+44 7400 123456", "Europe/London"),  # a mobile phone, perhaps in Guernsey
        ("+47 406 12 345", "Europe/Oslo"),  # or in Longyearbyen
        ("+599 318 1234", "America/Curacao"),
    ],
)
def test_zones_that_agree_throughout_the_year_are_one(phone: str, zone: str) -> None:
    assert zone_of(phone=phone) == (zone, "phone")


def test_zones_that_agree_now_but_not_for_a_year_are_not_one() -> None:
    # In winter Phoenix has the time of Denver, but no summer time follows.
    assert _shared_zone(("America/Denver", "America/Phoenix"), NOW) is None
    # Casey and Perth have agreed since 2023-03-09, and until further notice.
    assert _shared_zone(("Antarctica/Casey", "Australia/Perth"), NOW) == "Antarctica/Casey"
    until_february = datetime(2022, 10, 15, tzinfo=UTC)
    assert _shared_zone(("Antarctica/Casey", "Australia/Perth"), until_february) is None


def test_a_template_without_hours_is_in_utc() -> None:
    contact = contact_of({}, Template(None), NOW)
    assert (contact.time_zone, contact.time_zone_source) == ("UTC", "campaign")


@pytest.mark.parametrize(
    ("zone", "hint"),
    [
        ("Europe/Berln", "did you mean Europe/Berlin"),
        ("europe/berlin", "did you mean Europe/Berlin"),
        ("+02:00", "use one like Europe/Berlin"),
        (7200, "use one like Europe/Berlin"),
        ("/etc/localtime", "did you mean"),
    ],
)
@pytest.mark.parametrize("field", ["timezone", "time_zone"])
def test_an_unknown_zone_is_refused(field: str, zone: object, hint: str) -> None:
    with pytest.raises(InvalidInputError, match=f"contact_info.{field}: .* is not an IANA") as told:
        read(**{field: zone})
    assert hint in str(told.value) or zone == "/etc/localtime"


@pytest.mark.parametrize("field", ["subdivision", "state", "region"])
def test_the_place_is_kept_as_it_was_given(field: str) -> None:
    contact = read(**{field: " BY ", "country": "Germany"})
    assert (contact.country, contact.subdivision) == ("Germany", "BY")


def test_a_place_that_is_no_text_is_left_out() -> None:
    assert read(country={"code": "DE"}, state=["BY"]).country is None


@pytest.mark.parametrize("field", ["optimal_contact_times", "preferred_contact_times"])
def test_preferred_windows_are_kept_in_their_normal_form(field: str) -> None:
    assert read(**{field: ["9:00 - 11:00", "22:00-02:00"]}).preferred == (
        "09:00-11:00",
        "22:00-02:00",
    )
    assert read(**{field: "9:00-11:00"}).preferred == ("09:00-11:00",)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["mornings"], "contact_info.preferred_contact_times: 'mornings' is not a window; write"),
        ([9], "contact_info.preferred_contact_times: 9 is not a window; write"),
        (["9:00-10:00"] * 51, "contact_info.preferred_contact_times: give at most 50 windows"),
    ],
)
def test_preferred_windows_that_cannot_be_read_are_refused(given: Any, expected: str) -> None:
    with pytest.raises(InvalidInputError, match=expected):
        read(preferred_contact_times=given)


def test_the_first_usable_number_is_kept_in_the_international_form() -> None:
    assert read(phone="nobody", phones=["(030) 12 34 56"], country="de").phone == "+4930123456"
    assert read(phone="12").phone is None
