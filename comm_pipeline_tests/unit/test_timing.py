"""Durations stay durations, whatever multiplies them."""

from datetime import UTC, datetime, timedelta

from comm_pipeline.domain.template_timing import LONGEST_HOURS
from comm_pipeline.domain.timing import hours


def test_a_duration_is_multiplied_by_the_stage_delay_factor() -> None:
    assert hours(48, 0.5) == timedelta(days=1)


def test_none_is_longer_than_ten_years() -> None:
    longest = timedelta(hours=LONGEST_HOURS)
    assert hours(LONGEST_HOURS, 100) == hours(1e300, 1e300) == longest
    assert datetime(2026, 3, 2, tzinfo=UTC) + 250 * longest < datetime.max.replace(tzinfo=UTC)
