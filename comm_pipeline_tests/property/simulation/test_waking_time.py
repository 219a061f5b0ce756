"""Waking time, for any person, delay and place."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from comm_pipeline.simulation.habits import WakingHours
from comm_pipeline.simulation.waking_time import WakingTime

NEW_YEAR = datetime(2025, 1, 1, tzinfo=UTC)
zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
).map(ZoneInfo)
instants = st.integers(0, 5 * 366 * 1440).map(lambda count: NEW_YEAR + timedelta(minutes=count))
delays = st.integers(0, 60 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
hours = st.tuples(st.integers(0, 23), st.integers(0, 24)).filter(lambda both: both[0] != both[1])


@given(instants, delays, zones, hours)
def test_people_write_when_they_are_awake(
    instant: datetime, delay: timedelta, zone: ZoneInfo, both: tuple[int, int]
) -> None:
    start, end = both
    waking = WakingTime.of(WakingHours(start=f"{start:02}:00", end=f"{end:02}:00"))
    at = waking.after(instant, delay, zone)
    # An hour that a change of the clocks skips or repeats may move it.
    assert at - instant >= delay - timedelta(hours=1)
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    is_awake = (
        start * 60 <= minute < end * 60 if end > start else not end * 60 <= minute < start * 60
    )
    is_change = local.utcoffset() != (local - timedelta(hours=3)).utcoffset()
    assert is_awake or is_change or (minute == 0 and end == 24)


@given(instants, zones, hours, delays, delays)
def test_a_longer_delay_is_never_earlier(
    instant: datetime, zone: ZoneInfo, both: tuple[int, int], one: timedelta, other: timedelta
) -> None:
    waking = WakingTime.of(WakingHours(start=f"{both[0]:02}:00", end=f"{both[1]:02}:00"))
    short, long = sorted((one, other))
    slack = timedelta(hours=1)
    assert waking.after(instant, short, zone) <= waking.after(instant, long, zone) + slack
