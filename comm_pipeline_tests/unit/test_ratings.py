"""Ratings that people give, and numbers that are none."""

import pytest

from comm_pipeline.bot.ratings import find_ratings


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("4", 4),
        ("I give it a 4.", 4),
        ("maybe 4, it was good", 4),
        ("4/5", 4),
        ("four out of five", 4),
        ("5 stars", 5),
        ("★★★", 3),
    ],
)
def test_a_rating_is_found(text: str, rating: int) -> None:
    assert next(value for _, _, value in find_ratings(text, 1, 5)) == rating


@pytest.mark.parametrize(
    "text",
    ["we met on March 3", "it costs $4,000", "1.500 EUR", "4% off", "at 4:30", "8/10", "ticket #4"],
)
def test_another_number_is_no_rating(text: str) -> None:
    assert [value for _, _, value in find_ratings(text, 1, 5)] == []
