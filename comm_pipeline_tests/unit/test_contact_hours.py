from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from comm_pipeline.domain.contact_hours import (
    BusinessHours,
    Contact,
    ContactTimes,
    HolidayRules,
    TimeWindow,
)
from comm_pipeline.domain.document import Rules, explain_validation_error
from comm_pipeline.domain.time_windows import parse_window

NINE_TO_FIVE = TimeWindow(540, 1020)


def hours(**fields: Any) -> BusinessHours:
    return BusinessHours.model_validate(fields)


def problems(model: type[Rules], document: object) -> str:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(document)
    return explain_validation_error(caught.value)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("09:00-17:00", 540, 1020),
        (" 9:00 - 17:30 ", 540, 1050),
        ("09:00–17:00", 540, 1020),  # noqa: RUF001 - what word processors make of a hyphen
        ("18:00-24:00", 1080, 1440),
        ("00:00-24:00", 0, 1440),
        ("00:00-00:00", 0, 1440),
        ("22:00-06:00", 1320, 1440 + 360),
        ("09:00-09:00", 540, 540 + 1440),
    ],
)
def test_windows_are_minutes_of_the_day(text: str, start: int, end: int) -> None:
    assert parse_window(text) == TimeWindow(start, end)


@pytest.mark.parametrize("text", ["09:00-17:30", "22:00-06:00", "00:00-24:00", "09:00-09:00"])
def test_a_window_is_written_as_it_was_read(text: str) -> None:
    assert str(parse_window(text)) == text


@pytest.mark.parametrize(
    "text", ["", "9-17", "09:00", "25:00-26:00", "09:60-10:00", "24:00-25:00", "1-2-3", None, 9, []]
)
def test_what_is_no_window_is_told_with_how_to_write_one(text: object) -> None:
    told = r'is not a (window; write it like "09:00-17:00"|time of day; write it like "09:00")$'
    with pytest.raises(ValueError, match=told):
        parse_window(text)


def test_a_window_does_not_start_at_the_end_of_the_day() -> None:
    with pytest.raises(ValueError, match=r'^a window must start between "00:00" and "23:59"$'):
        parse_window("24:00-06:00")


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (1440, 1500), (5, 5), (5, 4), (5, 1446)])
def test_there_is_no_empty_or_endless_window(start: int, end: int) -> None:
    told = r'^a window must (start between "00:00" and "23:59"|last between a minute and a day)$'
    with pytest.raises(ValueError, match=told):
        TimeWindow(start, end)


def test_the_short_form_holds_from_monday_to_friday() -> None:
    windows = hours(start="09:00", end="17:00").windows
    assert windows == {day: (NINE_TO_FIVE,) if day < 5 else () for day in range(7)}


def test_days_may_be_named_in_short_and_in_any_case() -> None:
    windows = hours(days=["Sat", "SUNDAY"], start="09:00", end="17:00").windows
    assert [day for day in windows if windows[day]] == [5, 6]


def test_a_weekday_given_by_itself_replaces_the_short_form() -> None:
    windows = hours(start="09:00", end="17:00", Mon=["22:00-06:00"], tue=None, wed=[]).windows
    assert windows[0] == (TimeWindow(1320, 1800),)
    assert windows[1] == windows[2] == ()
    assert windows[3] == (NINE_TO_FIVE,)


@pytest.mark.parametrize(
    "monday",
    [
        "09:00-17:00",
        ["09:00-17:00"],
        {"start": "09:00", "end": "17:00"},
        [{"start": "09:00", "end": "17:00"}],
    ],
)
def test_a_weekday_may_be_written_in_several_ways(monday: object) -> None:
    assert hours(monday=monday).windows[0] == (NINE_TO_FIVE,)


def test_only_given_weekdays_are_open_without_the_short_form() -> None:
    windows = hours(sunday=["09:00-12:00", "13:00-17:00"]).windows
    assert [len(windows[day]) for day in range(7)] == [0, 0, 0, 0, 0, 0, 2]


def test_recipient_as_a_zone_is_the_recipients_own() -> None:
    given = hours(start="09:00", end="17:00", timezone="recipient")
    assert (given.timezone, given.use_recipient_timezone) == ("UTC", True)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({}, "has no window, so nothing could ever be sent; give start and end"),
        ({"start": "09:00", "end": "17:00", "days": []}, "has no window"),
        ({"monday": []}, "has no window"),
        ({"start": "09:00"}, "end: is missing beside start; add it"),
        ({"end": "17:00"}, "start: is missing beside end; add it"),
        ({"days": ["monday"], "tue": "9:00-10:00"}, "days: needs start and end beside it"),
        ({"start": "24:00", "end": "17:00"}, 'start: must be before "24:00"; write "00:00"'),
        ({"start": "9", "end": "17:00"}, "start: '9' is not a time of day; write it like"),
        ({"start": 9, "end": "17:00"}, "start: 9 is not a time of day"),
        ({"start": "09:00", "end": "17:00", "days": "monday"}, "days: must be a list"),
        ({"start": "09:00", "end": "17:00", "days": ["x"]}, "days.0: 'x' is not a weekday; write"),
        ({"monday": "9-17"}, "monday: '9' is not a time of day; write it like"),
        ({"monday": ["always"]}, "monday: 'always' is not a window; write it like"),
        ({"monday": {"from": "09:00"}}, 'monday: write a window as {"start": "09:00"'),
        ({"mon": "9:00-10:00", "Monday": []}, "a weekday stands twice"),
        ({"mondy": ["09:00-17:00"]}, "mondy: is not a known field"),
        ({"monday": "9:00-10:00", "timezone": "Europe/Berln"}, "timezone: 'Europe/Berln' is not"),
        ({"monday": "9:00-10:00", "timezone": "Europe/Berln"}, "did you mean Europe/Berlin"),
        ({"monday": "9:00-10:00", "timezone": "q"}, "use one like Europe/Berlin"),
        ({"monday": "9:00-10:00", "timezone": "localtime"}, "is not an IANA time zone"),
        ({"monday": "9:00-10:00", "timezone": "../../etc/passwd"}, "is not an IANA time zone"),
        ({"monday": "9:00-10:00", "timezone": 1}, "timezone: must be a text (given: 1)"),
        (
            {"timezone": "recipient", "use_recipient_timezone": False},
            'timezone: "recipient" contradicts use_recipient_timezone; name',
        ),
        ("09:00-17:00", 'must be an object, e.g. {"start"'),
        ([], "must be an object"),
    ],
)
def test_bad_business_hours_name_the_field_and_the_fix(document: object, expected: str) -> None:
    assert expected in problems(BusinessHours, document)


def test_a_bare_text_is_the_country_of_holidays() -> None:
    assert HolidayRules.model_validate(" de ").country == "DE"


def test_holiday_dates_are_dates() -> None:
    written = ["2026-12-24", datetime(2026, 12, 31, tzinfo=UTC), date(2027, 1, 2)]
    dates = HolidayRules.model_validate({"dates": written}).dates
    assert dates == (date(2026, 12, 24), date(2026, 12, 31), date(2027, 1, 2))


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"subdivision": "BY"}, "country: is missing beside subdivision; add it"),
        ({"use_recipient_country": False}, "country: give one, or dates"),
        ({"dates": "2026-12-24"}, "dates: must be a list"),
        ({"dates": ["24.12.2026"]}, 'dates.0: is not a date; write it like "2026-12-24"'),
        ({"dates": ["2026-02-30"]}, "dates.0: must be a date"),
        ({"dates": [1766534400]}, "dates.0: is not a date"),
        ({"country": 49}, 'country: must be a text such as "DE"'),
        ({"county": "DE"}, "county: is not a known field"),
        (["2026-12-24"], 'must be a country or an object, e.g. "DE"'),
    ],
)
def test_bad_holidays_name_the_field_and_the_fix(document: object, expected: str) -> None:
    assert expected in problems(HolidayRules, document)


@pytest.mark.parametrize("short", ["10:00-12:00", ["10:00-12:00"]])
def test_bare_windows_are_contact_times(short: object) -> None:
    assert ContactTimes.model_validate(short).windows == (TimeWindow(600, 720),)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (["noon"], "windows: 'noon' is not a window; write it like"),
        ({"max_wait_hours": -1}, "max_wait_hours: must be at least 0"),
        ({"max_wait": 1}, "max_wait: is not a known field"),
        (7, "must be a list of windows"),
    ],
)
def test_bad_contact_times_name_the_field_and_the_fix(document: object, expected: str) -> None:
    assert expected in problems(ContactTimes, document)


def test_rules_that_are_read_already_are_taken_as_they_are() -> None:
    for rules in (hours(monday="9:00-10:00"), HolidayRules(country="DE"), ContactTimes()):
        assert type(rules).model_validate(rules) is rules


def test_a_contact_knows_nothing_until_it_is_told() -> None:
    assert Contact.model_validate({}).model_dump(exclude_defaults=True) == {}


@pytest.mark.parametrize("model", [BusinessHours, HolidayRules, ContactTimes])
def test_the_schema_shows_what_authors_write(model: type[Rules]) -> None:
    properties = model.model_json_schema()["properties"]
    for field in ("monday", "windows", "start"):
        assert "TimeWindow" not in str(properties.get(field))
