"""How readily somebody answers."""

from datetime import datetime

import pytest

from comm_pipeline.domain.engagement import answer_time, engaged_stage, engagement_of
from comm_pipeline.domain.follow_up_strategies import FollowUpStrategies, QuickStrategy
from comm_pipeline_tests.builders import a_conversation, a_message, a_stage, a_template, at

STRATEGIES = FollowUpStrategies(quick=QuickStrategy(within_hours=2, delay_factor=0.5))


@pytest.mark.parametrize(
    ("seconds", "engagement"), [(None, "none"), (0.0, "quick"), (7200.0, "quick"), (7201.0, "slow")]
)
def test_the_latest_answer_counts(seconds: float | None, engagement: str) -> None:
    conversation = a_conversation(answered_after_seconds=seconds)
    assert engagement_of(conversation, STRATEGIES).value == engagement


@pytest.mark.parametrize(
    ("sent_at", "answered_at", "seconds"),
    [(None, at(1), None), (at(0), at(1), 3600.0), (at(0), at(0), 0.0), (at(1), at(0), 0.0)],
)
def test_an_answer_takes_from_the_message_to_it(
    sent_at: datetime | None, answered_at: datetime, seconds: float | None
) -> None:
    assert answer_time(sent_at, answered_at) == seconds


@pytest.mark.parametrize(("seconds", "hours"), [(None, 24.0), (60.0, 12.0), (9000.0, 24.0)])
def test_strategies_change_the_follow_ups_of_the_stage(seconds: float | None, hours: float) -> None:
    stage = a_stage(messages=(a_message(follow_up_delay_hours=24, max_follow_ups=1),))
    conversation = a_conversation(answered_after_seconds=seconds)
    found = engaged_stage(conversation, a_template(stage, follow_up_strategies=STRATEGIES))
    assert found.messages[0].timing.follow_up_delay_hours == hours
    assert engaged_stage(conversation, a_template(stage)) == stage
