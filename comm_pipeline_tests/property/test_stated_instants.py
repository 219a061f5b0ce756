"""What others state of time never leads further ahead than it may."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from comm_pipeline.domain.stated_instants import (
    CLOCK_AHEAD,
    LONGEST_ABSENCE,
    believed_receipt,
    believed_return,
)

INSTANTS = st.datetimes(timezones=st.just(UTC))


@given(st.none() | INSTANTS, INSTANTS.filter(lambda one: one.year < 9999))
def test_a_receipt_is_never_ahead_and_otherwise_as_stated(
    stated: datetime | None, now: datetime
) -> None:
    believed = believed_receipt(stated, now)
    assert believed <= now + CLOCK_AHEAD
    assert believed in (stated, now)
    assert stated is None or stated > now + CLOCK_AHEAD or believed == stated


@given(st.none() | INSTANTS, INSTANTS)
def test_a_return_is_within_a_year_or_not_known(
    stated: datetime | None, received_at: datetime
) -> None:
    believed = believed_return(stated, received_at)
    assert believed in (stated, None)
    assert (believed is None) == (stated is None or stated - received_at > timedelta(days=366))
    assert timedelta(days=366) == LONGEST_ABSENCE
