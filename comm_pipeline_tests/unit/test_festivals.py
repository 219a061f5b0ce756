"""Days that are called by a name, and absences that end with them."""

from datetime import UTC, date, datetime

import pytest

from comm_pipeline.bot.dates import find_days
from comm_pipeline.bot.return_dates import find_return

DECEMBER = date(2026, 12, 16)


@pytest.mark.parametrize(
    ("received", "sunday"),
    [
        (date(2025, 4, 1), date(2025, 4, 20)),
        (date(2026, 4, 1), date(2026, 4, 5)),
        (date(2026, 4, 20), date(2027, 3, 28)),
        (date(2038, 1, 1), date(2038, 4, 25)),
    ],
)
def test_easter_is_the_next_one(received: date, sunday: date) -> None:
    assert find_return("out until easter", received, "en") == sunday


@pytest.mark.parametrize("received", [date.min, date.max, date(2024, 2, 29)])
def test_no_day_is_too_early_or_too_late(received: date) -> None:
    find_days("until christmas, after easter, until after the holidays, for a month", received)


def test_a_festival_is_the_next_one_that_is_not_over() -> None:
    assert find_return("out until christmas", DECEMBER, "en") == date(2026, 12, 25)
    assert find_return("out until after christmas", date(2026, 12, 26), "en") == date(2026, 12, 27)
    assert find_return("out until easter", date(2026, 4, 7), "en") == date(2027, 3, 28)


def test_holidays_are_those_at_the_turn_of_the_year_only_when_they_are_near() -> None:
    assert find_return("out until after the holidays", DECEMBER, "en") == date(2027, 1, 2)
    assert find_return("out until after the holidays", date(2026, 6, 1), "en") is None


def test_what_is_only_named_after_a_festival_is_no_day() -> None:
    assert find_days("we like the easter offer and your christmas cards", DECEMBER) == []
    assert find_days("for the christmas party", DECEMBER) == []


def test_months_are_those_of_the_calendar() -> None:
    received = datetime(2026, 1, 31, tzinfo=UTC).date()
    assert find_return("on leave for a month", received, "en") == date(2026, 2, 28)
