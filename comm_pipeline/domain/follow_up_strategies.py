"""Follow-ups by engagement: how soon and how often to ask people who answer quickly, slowly, never.

How readily somebody has answered is found in ``domain.engagement``.
"""

from enum import StrEnum
from typing import Final

from pydantic import Field

from comm_pipeline.domain.document import Rules
from comm_pipeline.domain.template_timing import LONGEST_HOURS, MOST_FOLLOW_UPS

#: An answer within a day is a quick one unless the template says otherwise.
DEFAULT_QUICK_WITHIN_HOURS: Final = 24.0


class Engagement(StrEnum):
    """How readily a recipient has answered so far; the latest answer counts."""

    NONE = "none"
    QUICK = "quick"
    SLOW = "slow"


class FollowUpStrategy(Rules):
    """What changes in the follow-ups of recipients of one engagement."""

    delay_factor: float = Field(
        default=1.0,
        gt=0,
        le=1_000,
        description="Multiplies follow_up_delay_hours; above 0. Together they are at most ten "
        "years.",
        examples=[0.5],
    )
    max_follow_ups: int | None = Field(
        default=None,
        ge=0,
        le=MOST_FOLLOW_UPS,
        description="The most follow-ups that a message gets, where stage or message say more.",
        examples=[1],
    )

    def follow_ups(self, count: int) -> int:
        """Return how many of so many follow-ups remain."""
        return count if self.max_follow_ups is None else min(count, self.max_follow_ups)


class QuickStrategy(FollowUpStrategy):
    """What changes for recipients who answered soon."""

    within_hours: float = Field(
        default=DEFAULT_QUICK_WITHIN_HOURS,
        gt=0,
        le=LONGEST_HOURS,
        description="Hours from our message within which an answer is a quick one.",
        examples=[8],
    )


class FollowUpStrategies(Rules):
    """What changes in follow-ups by how readily their recipient has answered so far."""

    quick: QuickStrategy = Field(
        default=QuickStrategy(),
        description="For recipients whose latest answer came quickly.",
        examples=[{"within_hours": 24, "delay_factor": 0.5}],
    )
    slow: FollowUpStrategy = Field(
        default=FollowUpStrategy(),
        description="For recipients whose latest answer took longer.",
        examples=[{"delay_factor": 1.5}],
    )
    none: FollowUpStrategy = Field(
        default=FollowUpStrategy(),
        description="For recipients who have never answered.",
        examples=[{"delay_factor": 1.5, "max_follow_ups": 1}],
    )

    def check_longest(self, delay_hours: float) -> None:
        """Raise ValueError that names a strategy which makes too much of a template's delay."""
        for engagement in Engagement:
            factor = self.of(engagement).delay_factor
            if delay_hours * factor > LONGEST_HOURS:
                raise ValueError(
                    f"follow_up_strategies.{engagement}.delay_factor: {factor:g} times the "
                    f"follow_up_delay_hours of a message ({delay_hours:g}) is more than "
                    f"{LONGEST_HOURS} hours (ten years); lower one of them"
                )

    def of(self, engagement: Engagement) -> FollowUpStrategy:
        """Return the strategy for an engagement."""
        match engagement:
            case Engagement.QUICK:
                return self.quick
            case Engagement.SLOW:
                return self.slow
            case Engagement.NONE:
                return self.none
