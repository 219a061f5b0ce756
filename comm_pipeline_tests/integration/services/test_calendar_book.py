"""Recipients' calendars with the real holidays and time zones of their places."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from comm_pipeline.domain.contact_calendar import ALWAYS_OPEN
from comm_pipeline.domain.contact_hours import BusinessHours, Contact, ContactTimes, HolidayRules
from comm_pipeline.domain.time_windows import TimeWindow
from comm_pipeline.errors import InvalidInputError, InvalidTemplateError
from comm_pipeline.services.calendars import CalendarBook
from comm_pipeline.services.public_holidays import check_holiday_rules, find_country

OFFICE = {"start": "09:00", "end": "17:00", "timezone": "Europe/Berlin"}
BAVARIA = {"country": "DE", "subdivision": "BY"}
EPIPHANY = date(2026, 1, 6)  # Bavaria, but not Berlin
UNITY_DAY = date(2026, 10, 3)  # Germany
INDEPENDENCE_OBSERVED = date(2026, 7, 3)  # United States: the 4th is a Saturday


def a_book(hours: Any = None, holidays: Any = None, times: Any = None) -> CalendarBook:
    return CalendarBook(
        None if hours is None else BusinessHours.model_validate(hours),
        None if holidays is None else HolidayRules.model_validate(holidays),
        None if times is None else ContactTimes.model_validate(times),
    )


def closed_days(holidays: Any, **contact: Any) -> set[date]:
    calendar = a_book(holidays=holidays).of(Contact.model_validate(contact))
    asked = (EPIPHANY, UNITY_DAY, INDEPENDENCE_OBSERVED, date(2026, 5, 5))
    return {day for day in asked if day in calendar.holidays}


def zone_key(hours: Any, **contact: Any) -> str:
    return a_book(hours).of(Contact.model_validate(contact)).zone.key


def preferred(times: Any, learned: tuple[TimeWindow, ...] = (), *own: str) -> list[str]:
    calendar = a_book(times=times).of(Contact(preferred=own), learned)
    return [str(window) for window in calendar.preferred]


def test_without_rules_every_hour_is_open() -> None:
    assert a_book().of(Contact(time_zone="Asia/Tokyo", preferred=("10:00-11:00",))) is ALWAYS_OPEN


def test_the_recipients_zone_goes_before_the_campaigns() -> None:
    assert zone_key(OFFICE, time_zone="Asia/Tokyo", time_zone_source="phone") == "Asia/Tokyo"
    assert zone_key(OFFICE) == "Europe/Berlin"
    assert zone_key(OFFICE | {"use_recipient_timezone": False}, time_zone="Asia/Tokyo") == (
        "Europe/Berlin"
    )


def test_the_campaigns_zone_is_that_of_the_template_now() -> None:
    moved = OFFICE | {"timezone": "Europe/Lisbon"}
    assert zone_key(moved, time_zone="Europe/Berlin", time_zone_source="campaign") == (
        "Europe/Lisbon"
    )


def test_holidays_without_hours_use_the_recipients_zone() -> None:
    book = a_book(holidays={"dates": ["2026-05-05"]})
    calendar = book.of(Contact(time_zone="Asia/Tokyo"))
    assert not calendar.is_open(datetime(2026, 5, 4, 15, tzinfo=UTC))  # the 5th, 0:00 in Tokyo
    assert calendar.is_open(datetime(2026, 5, 5, 15, tzinfo=UTC))


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ({}, {EPIPHANY, UNITY_DAY}),
        ({"country": "US"}, {INDEPENDENCE_OBSERVED}),
        ({"country": "United States"}, {INDEPENDENCE_OBSERVED}),
        ({"country": "usa", "subdivision": "California"}, {INDEPENDENCE_OBSERVED}),
        ({"country": "DE"}, {EPIPHANY, UNITY_DAY}),
        ({"country": "DE", "subdivision": "Berlin"}, {UNITY_DAY}),
        ({"country": "Germany", "subdivision": "DE-BE"}, {UNITY_DAY}),
        ({"subdivision": "BE"}, {UNITY_DAY}),
        ({"country": "Atlantis"}, {EPIPHANY, UNITY_DAY}),
    ],
)
def test_the_recipients_place_goes_first_where_it_is_known(
    contact: dict[str, str], expected: set[date]
) -> None:
    assert closed_days(BAVARIA, **contact) == expected


def test_the_campaigns_holidays_can_hold_for_everybody() -> None:
    rules = BAVARIA | {"use_recipient_country": False}
    assert closed_days(rules, country="US") == {EPIPHANY, UNITY_DAY}


def test_own_dates_hold_everywhere() -> None:
    rules = {"dates": ["2026-05-05"]}
    assert closed_days(rules) == {date(2026, 5, 5)}
    assert closed_days(rules, country="US") == {date(2026, 5, 5), INDEPENDENCE_OBSERVED}


def test_a_holiday_moved_into_the_year_before_counts() -> None:
    calendar = a_book(holidays="US").of(Contact())
    assert date(2021, 12, 31) in calendar.holidays  # for Saturday, 2022-01-01


def test_over_easter_nothing_opens_from_thursday_to_tuesday() -> None:
    calendar = a_book(OFFICE, "DE").of(Contact())
    opens = calendar.next_open(datetime(2026, 4, 2, 15, tzinfo=UTC))
    assert opens == datetime(2026, 4, 7, 7, tzinfo=UTC)  # 9:00 in Berlin, in summer time


def test_preferences_come_from_the_recipient_then_from_answers_then_from_the_template() -> None:
    learned = (TimeWindow(480, 540),)
    assert preferred(["10:00-12:00"], learned, "14:00-15:00") == ["14:00-15:00"]
    assert preferred(["10:00-12:00"], learned) == ["08:00-09:00"]
    assert preferred(["10:00-12:00"]) == ["10:00-12:00"]
    assert preferred({"windows": ["10:00-12:00"], "learn": False}, learned) == ["10:00-12:00"]


def test_preferences_count_only_if_the_template_asks_for_them() -> None:
    learned = (TimeWindow(480, 540),)
    assert a_book(OFFICE).of(Contact(preferred=("10:00-11:00",)), learned).preferred == ()


def test_recipients_who_are_alike_share_a_calendar() -> None:
    book = a_book(OFFICE)
    assert book.of(Contact(time_zone="Asia/Tokyo")) is book.of(Contact(time_zone="Asia/Tokyo"))


@pytest.mark.parametrize("stored", [{"time_zone": "Mars/Base"}, {"preferred": ["noon"]}])
def test_a_stored_contact_that_cannot_be_read_is_told(stored: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match=r"^contact: '(Mars/Base|noon)' is not"):
        a_book(OFFICE, times=[]).of(Contact.model_validate(stored))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("XX", "holidays.country: no holidays are known for 'XX'; use an ISO 3166 code"),
        ("Germny", "holidays.country: no holidays are known for 'GERMNY'; did you mean DE"),
        (
            {"country": "US", "subdivision": "Califronia"},
            "holidays.subdivision: 'CALIFRONIA' is not known in US; did you mean CA",
        ),
        (
            {"country": "DE", "subdivision": "ZZ"},
            "holidays.subdivision: 'ZZ' is not known in DE; use one of Augsburg, BB, BE",
        ),
        ({"country": "FR", "subdivision": "@"}, "holidays.subdivision: '@' is not known in FR"),
        ({"country": "NL", "subdivision": "NH"}, "leave it out"),
    ],
)
def test_unknown_places_are_refused_with_what_is_near(rules: Any, expected: str) -> None:
    with pytest.raises(InvalidTemplateError) as caught:
        a_book(holidays=rules)
    assert str(caught.value).startswith("template.global_settings.holidays.")
    assert expected in str(caught.value)


def test_rules_without_a_country_have_nothing_to_check() -> None:
    check_holiday_rules(HolidayRules(dates=(EPIPHANY,)))


@pytest.mark.parametrize(
    ("name", "code"),
    [("de", "DE"), ("DEU", "DE"), ("UK", "GB"), ("south korea", "KR"), (" ", None), (None, None)],
)
def test_countries_have_codes_and_names(name: str | None, code: str | None) -> None:
    assert find_country(name) == code
